"""One module a fault: its docstring says what is wrong, KILLS what must turn red, and `break_shop` does it."""
