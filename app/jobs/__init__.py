"""Work that happens away from the window."""
