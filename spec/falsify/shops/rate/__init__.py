"""Shops that are wrong in what chapter RATE demands."""
