"""Quality on real data, by request (`make eval`): scored, printed, and held to the bars."""
