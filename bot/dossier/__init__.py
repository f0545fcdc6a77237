"""What one speaker may be told of an account before they speak with it: gathered from records and papers. Words nothing freely."""
