"""Charts, painted straight from arrays."""
