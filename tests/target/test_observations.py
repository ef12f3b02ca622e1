"""Observations as evidence: texts are bounded, and what is cut gives no part of a secret away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.observations import TEXT_LIMIT, Scrape
from spec.target.redaction import LOOKAHEAD

SECRET = "correct-horse-battery-staple"


def shown(text: str) -> str:
    """Show a text as the evidence of a scrape."""
    return Scrape("http://shop.example/metrics", text).evidence([SECRET]).content.decode()


@pytest.mark.parametrize("more", [1, LOOKAHEAD, LOOKAHEAD + 1, 1_000_000])
def test_a_long_text_is_cut_and_says_how_much_is_left(more: int) -> None:
    assert shown("." * TEXT_LIMIT) == "." * TEXT_LIMIT
    assert shown("." * (TEXT_LIMIT + more)) == "." * TEXT_LIMIT + f"\n… {more} more bytes\n"
    assert shown("…" * TEXT_LIMIT).startswith("…" * (TEXT_LIMIT // 3) + "\n… ")


@given(st.sampled_from([TEXT_LIMIT, TEXT_LIMIT + LOOKAHEAD]), st.integers(1, len(SECRET) - 1), st.integers(0, 3000))
def test_a_secret_on_the_edge_of_a_cut_is_not_shown_in_part(edge: int, before: int, masked: int) -> None:
    # Masks that are shorter than what they hide draw what lies beyond the cut into what is shown.
    head = (SECRET + " ") * min(masked, (edge - before) // (len(SECRET) + 1))
    text = shown(head + "." * (edge - before - len(head)) + SECRET + "." * 20_000)
    assert SECRET[:3] not in text
