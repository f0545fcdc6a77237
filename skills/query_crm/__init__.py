"""Questions to the records: from words to a typed query, and from what it found to an answer. Knows no store."""
