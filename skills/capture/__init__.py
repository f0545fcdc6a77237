"""What a rep says after a meeting, read into opportunities. Reads names and figures; saves nothing."""
