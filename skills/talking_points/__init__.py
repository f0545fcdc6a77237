"""Points to make in one meeting, or against one rival, with grounds."""
