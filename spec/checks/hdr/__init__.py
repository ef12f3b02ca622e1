"""Checks of chapter HDR."""
