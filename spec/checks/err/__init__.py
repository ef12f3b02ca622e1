"""Checks of chapter ERR."""
