"""A completed run as files for other people and programs: page, table, object, pictures."""
