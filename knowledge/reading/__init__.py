"""Reads files into blocks of verbatim text, one format a module. Runs in a process of its own; knows no index and no storage."""
