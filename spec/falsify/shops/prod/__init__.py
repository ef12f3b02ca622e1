"""Shops that break requirements of chapter PROD."""
