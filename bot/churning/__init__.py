"""`tandem churn`: leaving, learned from tables and from the records of a home."""
