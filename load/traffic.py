"""The traffic: shoppers who arrive by the schedule, whatever becomes of those before them."""

from __future__ import annotations

from gevent.event import Event
from gevent.pool import Group

from load.journeys import Journey, JourneyStep, Shoppers
from load.load_client import GeneratorError, ReceivedAnswer, ShopperClient, ShopperClients
from load.load_plan import LoadPlan
from load.recorder import Due, SampleRecorder
from load.samples import RequestOutcome
from load.schedule import Arrival, draw_arrivals
from spec.target.cache_status import claims_hit
from spec.target.exchange import EXAMINED_FIELD, UnexpectedAnswer


class _StepFailed(Exception):
    """A step did not give what the journey needs, so the shopper leaves."""


class Traffic:
    """An open load: each arrival has its own moment, greenlet, client and connection."""

    def __init__(self, plan: LoadPlan, shoppers: Shoppers, clients: ShopperClients, recorder: SampleRecorder) -> None:
        self._plan = plan
        self._shoppers = shoppers
        self._clients = clients
        self._recorder = recorder
        self._clock = recorder.clock
        self._walking = Group()
        self._stopping = Event()
        self._moved = Event()
        self.arrived_until = 0.0
        """All shoppers who were to come before this moment of the schedule have come."""
        self.shoppers = 0
        self.hits = 0
        """Answers that claimed to be cache hits."""
        self.breakage: BaseException | None = None
        """The error that broke the engine itself; never anything that the target did."""
        self.broken = Event()

    def drive(self) -> None:
        """Let shoppers arrive until the longest run is over. The schedule is absolute: being late shifts nothing."""
        plan = self._plan
        end = plan.warm_up_seconds + plan.looks[-1]
        for arrival in draw_arrivals(rate=plan.arrivals_per_second, mix=plan.mix.weights, seed=plan.seed):
            self.arrived_until = min(arrival.at, end)
            self._moved.set()
            if arrival.at >= end or self._pause_until(arrival.at):
                return
            journey = self._shoppers.begin(arrival.journey, arrival.chance)
            step = next(journey)
            due = self._expect(arrival, 0, arrival.at, step)
            self.shoppers += 1
            walker = self._walking.spawn(self._walk, arrival, journey, step, due)
            walker.link_exception(
                lambda ended: self.break_down(ended.exception or GeneratorError("A shopper vanished."))
            )

    def wait_for_arrivals(self, before: float, timeout: float) -> None:
        """Wait until all shoppers who were to come before this moment have come, or the time is over."""
        deadline = self._clock.now() + timeout
        while self.arrived_until < before:
            self._moved.clear()
            remaining = deadline - self._clock.now()
            if remaining <= 0 or not self._moved.wait(remaining):
                return

    def break_down(self, error: BaseException) -> None:
        """Note that the engine itself failed."""
        self.breakage = self.breakage or error
        self.broken.set()

    def stop(self, drain: float) -> None:
        """Let no shopper arrive or go on; requests under way may end within `drain` seconds."""
        self._stopping.set()
        self._walking.join(timeout=drain)
        self._walking.kill()

    def _walk(self, arrival: Arrival, journey: Journey, step: JourneyStep[object], due: Due) -> None:
        """Walk one shopper through a journey. A failed step ends it; later steps were never due and do not count."""
        client = self._clients.open()
        number = 0
        try:
            while True:
                value = self._take(client, step, due)
                step = journey.send(value)
                number += 1
                pause = self._plan.think_seconds * arrival.chance.uniform(0.5, 1.5)
                due = self._expect(arrival, number, self._clock.now() + pause, step)
                if self._pause_until(due.intended):
                    return
        except StopIteration:
            return
        except _StepFailed:
            self._recorder.abandoned += 1
        finally:
            client.close()

    def _take(self, client: ShopperClient, step: JourneyStep[object], due: Due) -> object:
        """Send one request, read the answer and record it. Raises _StepFailed when it gave nothing to go on with."""
        self._recorder.send(due)
        request = step.call.request
        answer = client.send(request.with_header(EXAMINED_FIELD, "1") if self._plan.mark_examined else request)
        done = self._clock.now()
        hit = claims_hit(answer.response)
        self.hits += bool(hit)
        outcome, problem, value = _read(step, answer)
        self._recorder.close(
            due,
            outcome,
            done=done,
            status=answer.response.status if answer.response else 0,
            hit=hit if step.cacheable else None,
        )
        answer.report(milliseconds=(done - due.intended) * 1e3, problem=problem)
        if problem is not None:
            raise _StepFailed(problem)
        return value

    def _expect(self, arrival: Arrival, number: int, intended: float, step: JourneyStep[object]) -> Due:
        operation = step.call.request.operation
        return self._recorder.expect(
            intended, shopper=arrival.number, step=number, operation=operation, cacheable=step.cacheable
        )

    def _pause_until(self, moment: float) -> bool:
        """Wait until this moment of the schedule; true when the traffic stops instead."""
        return bool(self._stopping.wait(max(0.0, moment - self._clock.now())))


def _read(step: JourneyStep[object], answer: ReceivedAnswer) -> tuple[RequestOutcome, str | None, object]:
    """Read an answer as the shopper does: the outcome, what is wrong with it, and the value if nothing is."""
    if answer.response is None:
        outcome = answer.outcome or RequestOutcome.PROTOCOL
        return outcome, outcome.value, None
    try:
        value = step.call.read(answer.response)
    except UnexpectedAnswer as error:
        return (RequestOutcome.CONTENT if answer.response.succeeded else RequestOutcome.STATUS), str(error), None
    complaint = step.complaint(value)
    if complaint is not None:
        return RequestOutcome.CONTENT, complaint, None
    return RequestOutcome.OK, None, value
