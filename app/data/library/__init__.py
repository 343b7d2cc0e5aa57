"""The trader's own records: strategies with every version, drafts, and runs, in SQLite files of one folder."""
