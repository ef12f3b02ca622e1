"""Checks of chapter VAL."""
