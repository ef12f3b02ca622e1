"""A run: its command line, state, collection, progress and results."""
