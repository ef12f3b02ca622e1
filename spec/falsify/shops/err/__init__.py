"""Shops that are wrong in what chapter ERR demands."""
