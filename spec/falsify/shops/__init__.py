"""One file a fault: its docstring says what is wrong, KILLS what must turn red, `break_shop` does it."""
