"""Shops that break requirements of chapter PERF."""
