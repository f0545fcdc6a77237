"""Durable work: lanes of turns, tries and giving up, delivery. Knows the ports; knows no skill and no channel."""
