"""Help: the documents that come with the app, readable in the window."""
