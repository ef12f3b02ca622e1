"""Shops that are wrong in what chapter VAL demands."""
