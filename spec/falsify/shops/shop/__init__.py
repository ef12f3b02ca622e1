"""Shops that are wrong in what chapter SHOP demands."""
