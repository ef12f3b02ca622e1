"""Servers that are no shop: whole ones, and a proxy that stands in for a real shop in single exchanges."""
