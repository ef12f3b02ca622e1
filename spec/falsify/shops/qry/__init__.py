"""Shops that are wrong in what chapter QRY demands."""
