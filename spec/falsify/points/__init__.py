"""Point faults: one violation at one point of what a requirement speaks of, made from a list of falsify's own."""
