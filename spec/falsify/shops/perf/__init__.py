"""Shops that are wrong in what chapter PERF demands."""
