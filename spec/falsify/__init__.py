"""Shops that are wrong on purpose, and what falsify last saw of them."""
