"""Orders: when a position is entered and left."""
