"""Answers from the documents: the sentences that answer, quoted and cited, or a plain word that there are none."""
