"""Shops that are wrong in what chapter CACHE demands."""
