"""Ways in and out: each channel translates between a transport and the house, no more."""
