"""Shops that are wrong in what chapter DOC demands."""
