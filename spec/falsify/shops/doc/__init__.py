"""Shops that break requirements of chapter DOC."""
