"""Shops that break requirements of chapter HDR."""
