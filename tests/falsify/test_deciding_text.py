"""The deciding part of a Python file: code counts, words do not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from spec.falsify.deciding_text import deciding_text

PROJECT = Path(__file__).resolve().parents[2]
CODE = '''
"""A module."""

LIMIT = 3
"""The most ünusual things."""  # a comment


def keep(one: str = "# no comment") -> str:
    """Keep it.

    For long.
    """
    text = """not a docstring"""  # ünd another
    return f"{one}{text}"
'''


def test_comments_docstrings_and_empty_lines_are_left_out_and_nothing_else() -> None:
    assert deciding_text(CODE.encode()).decode().splitlines() == [
        "LIMIT = 3",
        'def keep(one: str = "# no comment") -> str:',
        '    text = """not a docstring"""',
        '    return f"{one}{text}"',
    ]


@pytest.mark.parametrize("odd", ["\f", "\x0b", "\x1c", "\x85", "\u2028"])
def test_only_what_ends_a_line_of_python_ends_one_here(odd: str) -> None:
    source = f'TEXT = "a{odd}b"\n"""Words."""\nLIMIT = 3  # a comment\n'
    assert deciding_text(source.encode()).decode() == f'TEXT = "a{odd}b"\nLIMIT = 3'


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_another_end_of_lines_decides_nothing(end: str) -> None:
    source = CODE.replace("\n", end).encode()
    assert deciding_text(source) == deciding_text(CODE.encode())


@pytest.mark.parametrize("source", [b"def f(:\n", b"\xff\xfe", b"x = 'open\n"])
def test_a_file_that_is_no_python_counts_whole(source: bytes) -> None:
    assert deciding_text(source) == source


@pytest.mark.parametrize("package", ["spec", "load", "reference_app"])
def test_the_code_of_every_module_is_kept_as_it_is(package: str) -> None:
    """Strip the words from both trees: what is left of the text has the statements that the file has."""

    class Wordless(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                return None
            return node

    for file in sorted((PROJECT / package).rglob("*.py")):
        whole = Wordless().visit(ast.parse(file.read_bytes()))
        bodiless = [node for node in ast.walk(whole) if getattr(node, "body", None) == []]
        if any(not isinstance(node, ast.Module) for node in bodiless):
            continue  # a class or function of words alone is no code without them
        assert ast.dump(whole) == ast.dump(ast.parse(deciding_text(file.read_bytes()))), file
