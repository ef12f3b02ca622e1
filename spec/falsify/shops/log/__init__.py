"""Shops that are wrong in what chapter LOG demands."""
