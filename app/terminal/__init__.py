"""The command line: what is typed, what is shown, what is written to files."""
