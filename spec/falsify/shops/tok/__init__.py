"""Shops that break requirements of chapter TOK."""
