"""Checks of chapter HLTH."""
