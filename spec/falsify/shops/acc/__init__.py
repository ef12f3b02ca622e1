"""Shops that are wrong in what chapter ACC demands."""
