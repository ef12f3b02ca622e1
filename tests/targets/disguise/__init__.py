"""The reference shop in disguise: a proxy gives it another shape, and every verdict has to stay the same."""
