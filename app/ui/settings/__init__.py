"""The page Settings: colours, usual costs, where things are kept, backups, and what the app is made of."""
