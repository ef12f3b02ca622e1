"""Checks of chapter SHOP."""
