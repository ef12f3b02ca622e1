"""Checks of the chapters FLOW, RATE, HDR, VER, VAL, ERR, TOK and ACC."""
