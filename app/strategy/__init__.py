"""The strategy document: what the trader drew, how it is read, checked, changed and put into words."""
