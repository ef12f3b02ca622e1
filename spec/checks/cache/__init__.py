"""Checks of chapter CACHE."""
