"""Shops that are wrong in what chapter TOK demands."""
