"""Checks of chapter RATE."""
