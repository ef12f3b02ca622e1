"""Record the untouched shop once: the tour as a run takes it, and falsify's own probes beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from spec.catalogue import Catalogue
from spec.falsify import FalsifyError
from spec.falsify.points.enumeration import Enumeration, spend_the_budget
from spec.falsify.points.issued_tokens import IssuedTokens
from spec.falsify.points.point_judging import Recording
from spec.falsify.points.probe_client import ProbeClient
from spec.falsify.points.violations import Scene
from spec.falsify.points.wire_facts import Routes, WireReader
from spec.run.first_contact import NotAShop
from spec.run.run_state import RunState
from spec.run.scope import select
from spec.surface.known import learn_target
from spec.target.connection import TargetUnreachable
from spec.target.control.services import Service
from spec.target.exchange import Exchange
from spec.target.profile.profile_reading import read_profile
from spec.target.shop import Shop


@dataclass(frozen=True)
class RecordedShop:
    """The tour of a shop, by which points are judged, the probes, from which they are drawn, and its routes."""

    tour: Recording
    probes: tuple[Scene, ...]
    routes: str = ""


def record_shop(
    profile: Path, catalogue: Catalogue, *, seed: int, quick: bool, progress: Callable[[str], None]
) -> RecordedShop:
    """Start the shop, take the tour and ask the probes. Raises FalsifyError where the shop does not come up."""
    with tempfile.TemporaryDirectory(prefix="shopspec-points-") as folder:
        run = RunState(
            catalogue=catalogue, profile=read_profile(profile, catalogue),
            selection=select(catalogue, area=None, chapters=[], requirements=[]),
            run_id="points", folder=Path(folder), seed=seed, quick=quick, command="", progress=progress,
        )  # fmt: skip
        try:
            return _record(run, progress)
        except (NotAShop, TargetUnreachable) as error:
            raise FalsifyError(f"the untouched shop could not be recorded: {error}") from error
        finally:
            run.close()


def _record(run: RunState, progress: Callable[[str], None]) -> RecordedShop:
    toured: list[Exchange] = []
    run.recorder.watch(toured.append)
    roomy, shipped = run.roomy(), run.shipped()
    known = learn_target(roomy)
    tour = run.tour()
    if tour.ended_early:
        raise FalsifyError(f"the untouched shop could not be toured: {tour.ended_early}")
    progress(f"{len(toured)} exchanges of the tour")
    listing = roomy.command("routes").output
    routes = Routes.read(listing)
    staff = roomy.windows.staff
    read = WireReader(routes, IssuedTokens(staff.email))
    tour_scenes = _scenes(toured, read)
    probed = WireReader(routes, IssuedTokens(staff.email))
    probes = _scenes(probe(roomy, routes), probed)
    with closing(_client(shipped)) as client:
        refused = list(spend_the_budget(client))
    probes += _scenes(refused, probed)
    progress(f"{len(probes)} exchanges of falsify's own")
    return RecordedShop(Recording(tour_scenes, known), tuple(probes), listing)


def probe(shop: Shop, routes: Routes) -> list[Exchange]:
    """Ask falsify's probes of a running shop whose limits are out of the way."""
    with closing(_client(shop)) as client:
        Enumeration(client, routes).ask_all()
        with shop.services.stopped(Service.CACHE):
            for method in ("GET", "HEAD"):
                client.ask(method, "/readyz")
        return client.exchanges


def _client(shop: Shop) -> ProbeClient:
    return ProbeClient(shop.endpoint, shop.windows.staff, shop.circumstances)


def _scenes(exchanges: Iterable[Exchange], reader: WireReader) -> list[Scene]:
    """Read the facts of answered exchanges. What no HTTP parser has to read is outside of every requirement here."""
    scenes = []
    for exchange in exchanges:
        if exchange.response is None:
            continue
        facts = reader.read(exchange, exchange.response)
        if not exchange.request.malformed:
            scenes.append(Scene(exchange, exchange.response, facts))
    return scenes
