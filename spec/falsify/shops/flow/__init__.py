"""Shops that break requirements of chapter FLOW."""
