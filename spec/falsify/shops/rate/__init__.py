"""Shops that break requirements of chapter RATE."""
