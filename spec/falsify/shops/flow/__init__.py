"""Shops that are wrong in what chapter FLOW demands."""
