"""Leaving, learned from any table with outcomes: read, learned, scored, looked back on. Knows no record of ours."""
