"""Compare two versions of a contract: what changed, whom it favours, how risky it is."""
