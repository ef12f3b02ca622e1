"""Target profiles: their model and their reading."""
