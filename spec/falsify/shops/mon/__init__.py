"""Shops that break requirements of chapter MON."""
