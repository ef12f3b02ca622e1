"""Helpers that checks share."""
