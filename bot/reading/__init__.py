"""Figures, amounts and days out of Chinese, English and mixed text. Knows calendars and numerals; knows no record and no question."""
