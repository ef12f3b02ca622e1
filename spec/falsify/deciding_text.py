"""The part of a Python file that can decide a verdict: its code, without comments, docstrings and empty lines."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator


def deciding_text(source: bytes) -> bytes:
    """Return the lines of code of a Python file; all of a file that is none.

    A better word in a docstring changes no verdict, so no kill goes stale by it. The text is cut, and not taken from
    a syntax tree, since that reads differently in each version of Python.
    """
    try:
        # What Python takes for an end of line, and nothing else: a form feed, say, stands inside of one.
        text = source.decode().replace("\r\n", "\n").replace("\r", "\n")
        tree, comments = ast.parse(text), list(_comments(text))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return source
    lines = [line.encode() for line in text.split("\n")]
    docstrings = [node for node in ast.walk(tree) if _is_docstring(node)]
    for first, begin, last, end in sorted([*map(_span, docstrings), *comments], reverse=True):
        lines[first - 1] = lines[first - 1][:begin] + lines[last - 1][end:]
        lines[first:last] = [b""] * (last - first)
    # An empty line inside a text is a part of it.
    words = {id(node.value) for node in docstrings if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if _is_text(node) and id(node) not in words]
    inside = {number for node in texts for number in range(*_span(node)[::2])}
    kept = [line if number in inside else line.rstrip() for number, line in enumerate(lines, start=1)]
    return b"\n".join(line for number, line in enumerate(kept, start=1) if line or number in inside)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _span(node: ast.AST) -> tuple[int, int, int, int]:
    """Return line and byte at which a node begins and ends."""
    first, begin = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return first, begin, getattr(node, "end_lineno", None) or first, getattr(node, "end_col_offset", None) or begin


def _comments(text: str) -> Iterator[tuple[int, int, int, int]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            (line, begin), (_, end) = token.start, token.end
            before, whole = token.line[:begin].encode(), token.line[:end].encode()
            yield line, len(before), line, len(whole)
