"""Shops that break requirements of chapter HLTH."""
