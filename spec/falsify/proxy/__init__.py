"""A proxy in front of a running shop that reads whole messages and may answer with others."""
