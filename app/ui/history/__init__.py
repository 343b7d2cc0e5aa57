"""The page of all runs that were kept, and what can be done with them."""
