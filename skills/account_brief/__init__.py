"""One screen before a meeting: who, what happened, what is open, what is at risk, and three things to talk about."""
