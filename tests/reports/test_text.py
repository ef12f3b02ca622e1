"""Text of strangers is shown, and does nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.markdown import block, code, longest_run, plain
from reports.text import one_line, shorten_digests, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text\n\tindented", "plain text\n\tindented"),
        ("\x00", "⟨U+0000⟩"),
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("a\r\nb", "a⟨U+000D⟩\nb"),
        ("exe\u202egnp", "exe⟨U+202E⟩gnp"),
        ("\ud800", "⟨U+D800⟩"),
        ("\ufeff\u200b\u2028", "⟨U+FEFF⟩⟨U+200B⟩⟨U+2028⟩"),
        ("\ufffe", "⟨U+FFFE⟩"),
        ("ça va 👩\u200d💻 شکرا", "ça va 👩\u200d💻 شکرا"),
    ],
)
def test_characters_that_steer_are_shown_by_their_number(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(codec=None)))
def test_visible_text_can_be_encoded_and_is_visible_already(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


def test_one_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("  a\n\n b\t c ") == "a b c"
    assert one_line("x" * 11, 10) == "x" * 9 + "…"
    assert one_line("x" * 10, 10) == "x" * 10


def test_a_long_digest_is_cut_and_what_follows_it_stays() -> None:
    assert shorten_digests(f"{'9f2c1e07d4b8' + 'a' * 28}-dirty") == "9f2c1e07d4b8…-dirty"
    assert shorten_digests("v1.4.2 deadbeef") == "v1.4.2 deadbeef"


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a | b", r"a \| b"),
        ("**bold** [link](x) <img> #1", r"\*\*bold\*\* \[link\]\(x\) &lt;img&gt; \#1"),
        ("https://x ftp://y", "https:<!-- -->//x ftp:<!-- -->//y"),
        ("www.x wwW.y", "www<!-- -->.x wwW<!-- -->.y"),
        ("@team a@b.example", "&#64;<!-- -->team a&#64;<!-- -->b.example"),
        ("<!-- -->@x", r"&lt;\!\-\- \-\-&gt;&#64;<!-- -->x"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_markdown_in_text_stays_text(text: str, literal: str) -> None:
    assert plain(text) == literal


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a``b`c", "```a``b`c```"), ("", "—"), ("a\nb", "`a b`")],
)
def test_nothing_ends_a_code_span(text: str, span: str) -> None:
    assert code(text) == span


def test_nothing_ends_a_code_block() -> None:
    assert block("a\n````\nb") == "`````text\na\n````\nb\n`````"
    assert longest_run("a``b```", "`") == 3
