"""Checks of chapter MON."""
