"""Shops that break requirements of chapter VER."""
