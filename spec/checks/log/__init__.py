"""Checks of chapter LOG."""
