"""What a completed run means: its breakdowns, reasons for doubt, the stories of its trades, and how runs differ."""
