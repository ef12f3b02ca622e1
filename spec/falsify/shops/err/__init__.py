"""Shops that break requirements of chapter ERR."""
