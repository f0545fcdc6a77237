"""A home in one file and back: what it holds, made of one moment, proven by hashes. Reads and writes files; knows no page and no chat."""
