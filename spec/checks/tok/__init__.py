"""Checks of chapter TOK."""
