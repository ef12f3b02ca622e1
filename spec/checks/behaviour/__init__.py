"""Checks of the chapters SHOP, QRY, CACHE, DOC, HLTH, MON and LOG."""
