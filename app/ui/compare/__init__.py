"""Two to six runs side by side."""
