"""What the page of results offers for a kept run: what it is, run again, pin, note, look-ahead check, share."""
