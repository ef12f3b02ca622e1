"""Checks of chapter QRY."""
