"""Shops that break requirements of chapter VAL."""
