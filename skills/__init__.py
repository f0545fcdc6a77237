"""What Tandem can do: one capability a folder, each readable by itself. None knows another, a network or a storage."""
