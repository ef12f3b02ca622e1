"""Checks of chapter ACC."""
