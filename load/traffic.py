"""The traffic: shoppers who arrive by the schedule, whatever becomes of those before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gevent.event import Event
from gevent.pool import Group

from load.journeys import SIGN_IN, CustomersExhausted, Journey, JourneyStep, Shoppers
from load.load_client import ShopperClients
from load.load_plan import JourneyName, LoadPlan
from load.recorder import SampleRecorder
from load.sampled_walk import SampledWalk, StepFailed
from load.samples import RequestOutcome
from load.schedule import Arrival, draw_arrivals
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Response
from spec.target.steps import Part


class Traffic:
    """An open load: each arrival has its own moment, greenlet, client and connection."""

    def __init__(
        self,
        plan: LoadPlan,
        weights: Mapping[JourneyName, float],
        shoppers: Shoppers,
        clients: ShopperClients,
        recorder: SampleRecorder,
        *,
        settle: Callable[[Response], AnswerKind],
    ) -> None:
        """`weights` are those of the journeys that the shop offers, `settle` names the kind of an answer."""
        self._plan = plan
        self._weights = weights
        self._shoppers = shoppers
        self._clients = clients
        self._recorder = recorder
        self._settle = settle
        self._clock = recorder.clock
        self._walking = Group()
        self._stopping = Event()
        self._moved = Event()
        self.arrived_until = 0.0
        """All shoppers who were to come before this moment of the schedule have come."""
        self.shoppers = 0
        self.breakage: Exception | None = None
        """The error that ended the traffic: of engine, adapter or plan, never anything that the target did."""
        self.broken = Event()

    def drive(self) -> None:
        """Let shoppers arrive until the longest run is over. The schedule is absolute: being late shifts nothing."""
        try:
            self._drive()
        except Exception as error:  # noqa: BLE001 - kept for the engine, which tells whose fault it is
            self._break_down(error)

    def _drive(self) -> None:
        plan = self._plan
        end = plan.warm_up_seconds + plan.looks[-1]
        for arrival in draw_arrivals(rate=plan.arrivals_per_second, mix=self._weights, seed=plan.seed):
            self.arrived_until = min(arrival.at, end)
            self._moved.set()
            if arrival.at >= end or self._pause_until(arrival.at):
                return
            self.shoppers += 1
            journey = self._shoppers.begin(arrival.journey, arrival.chance)
            try:
                step = next(journey)
            except CustomersExhausted as error:
                self._turn_away(arrival, str(error))
            else:
                self._walking.spawn(self._shop, arrival, journey, self._expect(arrival, 0, arrival.at, step))

    def _turn_away(self, arrival: Arrival, reason: str) -> None:
        """Record a sign-in as failed for which no account is free.

        There are enough for a target that answers in time, so their want is slowness of the target like any other.
        """
        recorder = self._recorder
        recorder.begin_verb(SIGN_IN, arrival.at)
        due = recorder.expect(arrival.at, shopper=arrival.number, step=0, operation=SIGN_IN, part=Part.OWN)
        recorder.close(due, RequestOutcome.NO_ACCOUNT, reason)
        recorder.abandoned += 1

    def wait_for_arrivals(self, before: float, timeout: float) -> None:
        """Wait until all shoppers who were to come before this moment have come, or the time is over."""
        deadline = self._clock.now() + timeout
        while self.arrived_until < before:
            self._moved.clear()
            remaining = deadline - self._clock.now()
            if remaining <= 0 or not self._moved.wait(remaining):
                return

    def stop(self, drain: float) -> None:
        """Let no shopper arrive or go on; requests under way may end within `drain` seconds."""
        self._stopping.set()
        self._walking.join(timeout=drain)
        self._walking.kill()

    def _shop(self, arrival: Arrival, journey: Journey, first: SampledWalk[Any]) -> None:
        """Walk one shopper through a journey. A failed step ends it; later steps were never due and do not count."""
        try:
            self._walk(arrival, journey, first)
        except StepFailed:
            self._recorder.abandoned += 1
        except Exception as error:  # noqa: BLE001 - as in `drive`
            self._break_down(error)
        finally:
            journey.close()

    def _walk(self, arrival: Arrival, journey: Journey, walk: SampledWalk[Any]) -> None:
        client = self._clients.open()
        number = 0
        try:
            while True:
                value = walk.finish(client)
                try:
                    step = journey.send(value)
                except StopIteration:
                    return
                number += 1
                pause = self._plan.think_seconds * arrival.chance.uniform(0.5, 1.5)
                walk = self._expect(arrival, number, self._clock.now() + pause, step)
                if self._pause_until(walk.intended):
                    return
        finally:
            client.close()

    def _expect(self, arrival: Arrival, number: int, intended: float, step: JourneyStep[Any]) -> SampledWalk[Any]:
        return SampledWalk(
            step,
            intended,
            shopper=arrival.number,
            number=number,
            recorder=self._recorder,
            settle=self._settle,
            mark_examined=self._plan.mark_examined,
        )

    def _break_down(self, error: Exception) -> None:
        self.breakage = self.breakage or error
        self.broken.set()

    def _pause_until(self, moment: float) -> bool:
        """Wait until this moment of the schedule; true when the traffic stops instead."""
        return bool(self._stopping.wait(max(0.0, moment - self._clock.now())))
