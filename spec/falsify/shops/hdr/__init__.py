"""Shops that are wrong in what chapter HDR demands."""
