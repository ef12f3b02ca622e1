"""Shops that break requirements of chapter CACHE."""
