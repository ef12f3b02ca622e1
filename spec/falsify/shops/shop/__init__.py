"""Shops that break requirements of chapter SHOP."""
