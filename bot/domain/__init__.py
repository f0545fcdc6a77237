"""Nouns and rules of selling and of talking about it. Standard library only; knows no storage, network or vendor."""
