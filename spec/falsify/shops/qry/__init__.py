"""Shops that break requirements of chapter QRY."""
