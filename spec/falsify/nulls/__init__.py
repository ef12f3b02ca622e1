"""Servers that are no shop: whole ones, and one that stands in for a real shop in single exchanges."""
