"""Files and feeds become passages, and passages answer with citations. Knows the libraries that read and index; no SQL, no channel."""
