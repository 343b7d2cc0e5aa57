"""Logic: conditions joined by AND, OR and NOT, where some may be unknown."""
