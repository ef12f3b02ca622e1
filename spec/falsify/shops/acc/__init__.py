"""Shops that break requirements of chapter ACC."""
