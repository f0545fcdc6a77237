"""Documents as files: neutral papers in, bytes of a format out. Knows formats and their libraries; knows no words of its own."""
