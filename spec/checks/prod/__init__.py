"""Checks of chapter PROD."""
