"""Checks of chapter FLOW."""
