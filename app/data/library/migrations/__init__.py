"""How the tables of the library came to be, one step a file in `versions`."""
