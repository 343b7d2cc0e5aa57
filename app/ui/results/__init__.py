"""The results page: what a completed run made, trade by trade, and why."""
