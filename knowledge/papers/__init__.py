"""Contracts out of their files, paragraph by paragraph, and back into Word with every change tracked. Judges nothing."""
