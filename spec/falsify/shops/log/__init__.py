"""Shops that break requirements of chapter LOG."""
