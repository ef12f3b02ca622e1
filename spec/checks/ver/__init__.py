"""Checks of chapter VER."""
