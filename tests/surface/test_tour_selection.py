"""The selection of a quick tour: every pair of two facets, and every page."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from spec.surface.kinds_of_answer import PAGE
from spec.surface.stops import Stop
from spec.surface.tour import Cell
from spec.surface.tour_selection import choose_pairwise, pairs_of
from spec.target.circumstances import Identity

CELLS = st.builds(
    Cell,
    st.sampled_from(["/a", "/b", "/c"]),
    st.sampled_from(["", "/v1", "/v2"]),
    st.sampled_from(["GET", "HEAD", "PUT"]),
    st.sampled_from([Identity.NOBODY, Identity.STAFF]),
    st.sampled_from([PAGE, "success", "unknown id"]),
)


@given(st.lists(CELLS, max_size=40, unique=True), st.integers())
def test_a_selection_has_every_pair_and_every_page_of_the_whole_in_its_order(cells: list[Cell], seed: int) -> None:
    stops = [Stop(cell, list) for cell in cells]
    chosen = choose_pairwise(stops, Random(seed))
    assert [one for one in stops if one in chosen] == chosen
    wanted, had = ({pair for stop in some for pair in pairs_of(stop.cell)} for some in (stops, chosen))
    assert had == wanted

    def pages(some: list[Stop]) -> set[tuple[str, str]]:
        return {(one.cell.version, one.cell.resource) for one in some if one.cell.kind == PAGE}

    assert pages(chosen) == pages(stops)
