"""Shops that are wrong in what chapter HLTH demands."""
