"""Passages by meaning: two ways of finding the nearest vectors, behind one port."""
