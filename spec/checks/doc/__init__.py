"""Checks of chapter DOC."""
