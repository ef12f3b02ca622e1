"""One verb under load: a sample for each request, one time for the whole, and the blame where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from load.failure_kinds import FailureKind, sum_up_failures
from load.journeys import JourneyStep
from load.load_figures import MeasuredTime
from load.recorder import Clock, SampleRecorder
from load.sampled_walk import SampledWalk, StepFailed
from load.samples import RequestOutcome, Sample
from load.verb_times import VerbFigures, VerbTime, sum_up_verbs
from spec.target.answer_kinds import settle_by_status
from spec.target.exchange import EXAMINED_FIELD, Headers, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb

if TYPE_CHECKING:
    from load.load_client import ShopperClient

OK, STATUS, CONTENT = RequestOutcome.OK, RequestOutcome.STATUS, RequestOutcome.CONTENT
HIT = Headers([("Cache-Status", "shop; hit")])


@dataclass
class SmallAnswer:
    """An answer, or the outcome in place of one."""

    response: Response | None
    outcome: RequestOutcome | None = None
    reports: list[str | None] = field(default_factory=list)

    def report(self, *, milliseconds: float, problem: str | None) -> None:
        """Keep what locust would be told."""
        assert milliseconds >= 0
        self.reports.append(problem)


class SmallClient:
    """Gives prepared answers, and lets each take a second of the clock."""

    def __init__(self, clock: StoppedClock, *answers: Response | RequestOutcome) -> None:
        self._clock = clock
        self._answers = iter(answers)
        self.asked: list[Request] = []
        self.given: list[SmallAnswer] = []

    def send(self, request: Request) -> SmallAnswer:
        """Take the next answer."""
        self.asked.append(request)
        answer = next(self._answers)
        self._clock.moment += 1
        given = SmallAnswer(answer) if isinstance(answer, Response) else SmallAnswer(None, answer)
        self.given.append(given)
        return given


class StoppedClock(Clock):
    """Moves only when it is moved."""

    def __init__(self) -> None:
        super().__init__(0)
        self.moment = 10.0

    def now(self) -> float:
        return self.moment


def checkout(session: Session) -> Steps[str]:
    """Ask for the ways of shipping, order, and look at the order."""
    shipping = yield Ask(Request("GET", "/shipping", operation="choose shipping"), Part.LEAD)
    if shipping.status != 200:
        raise UnexpectedAnswer("200", f"{shipping.status} for {session.memory['secret']}")
    order = yield Ask(Request("POST", "/orders"))
    if order.status != 201:
        raise UnexpectedAnswer("201", str(order.status))
    look = yield Ask(Request("GET", "/orders/1"), Part.LOOK)
    if not look.body:
        raise UnexpectedAnswer("an order", "nothing")
    return look.body.decode()


class SecretiveSession(Session):
    """Holds one secret."""

    def __init__(self) -> None:
        super().__init__()
        self.memory["secret"] = "s3cret-cart"

    def secrets(self) -> Iterator[str]:
        yield self.memory["secret"]


class Walked:
    """A checkout that was walked under load, due a quarter of a second before the clock's ten."""

    def __init__(
        self,
        *answers: Response | RequestOutcome,
        complaint: Callable[[str], str | None] = lambda _value: None,
        mark_examined: bool = False,
    ) -> None:
        clock = StoppedClock()
        self.recorder = SampleRecorder(clock, ("place order",))
        self.client = SmallClient(clock, *answers)
        verb = Verb("place order", "FLOW-004", checkout)
        walk = SampledWalk(
            JourneyStep(verb, SecretiveSession(), complaint, cacheable=True),
            9.75,
            shopper=7,
            number=3,
            recorder=self.recorder,
            settle=settle_by_status,
            mark_examined=mark_examined,
        )
        self.expected = list(self.recorder.taken_until(100))
        try:
            self.value: str | None = walk.finish(cast("ShopperClient", self.client))
        except StepFailed as failed:
            self.value, self.failed = None, str(failed)

    @property
    def samples(self) -> list[Sample]:
        """The samples that were recorded."""
        return list(self.recorder.taken_until(100))

    @property
    def outcomes(self) -> list[RequestOutcome]:
        """The outcome of each request."""
        return [sample.outcome for sample in self.samples]

    @property
    def failures(self) -> list[tuple[str, RequestOutcome, str]]:
        """The kinds of failure, with their sentences."""
        kinds = sum_up_failures(self.samples, self.recorder.operations, self.recorder.sentences, ())
        return [(kind.operation, kind.outcome, kind.sentence) for kind in kinds]


RIGHT = (Response(200), Response(201, HIT), Response(200, HIT, b"order"))


def test_a_verb_of_three_requests_gives_three_samples_and_one_whole_time() -> None:
    walked = Walked(*RIGHT)
    assert walked.value == "order"
    assert [
        (sample.part, walked.recorder.operations[sample.operation], sample.intended, sample.sent, sample.done)
        for sample in walked.samples
    ] == [
        (Part.LEAD, "choose shipping", 9.75, 10, 11),
        (Part.OWN, "place order", 11, 11, 12),
        (Part.LOOK, "place order", 12, 12, 13),
    ]
    assert {(sample.shopper, sample.step, sample.outcome) for sample in walked.samples} == {(7, 3, OK)}
    [verb] = walked.recorder.verbs
    assert (verb.operation, verb.requests, verb.milliseconds) == ("place order", 3, 3250)


def test_the_first_request_is_expected_before_it_is_sent() -> None:
    [sample] = Walked(*RIGHT).expected
    assert (sample.intended, sample.outcome, sample.part) == (9.75, RequestOutcome.UNSENT, Part.LEAD)


def test_only_the_own_request_is_a_cacheable_read_and_all_hits_are_counted() -> None:
    walked = Walked(*RIGHT)
    assert [(sample.cacheable, sample.hit) for sample in walked.samples] == [(False, None), (True, True), (False, None)]
    assert walked.recorder.hits == 2


def test_only_the_own_request_is_marked_as_examined() -> None:
    walked = Walked(*RIGHT, mark_examined=True)
    assert [EXAMINED_FIELD in dict(request.headers) for request in walked.client.asked] == [False, True, False]


def test_a_request_that_leads_nowhere_is_the_failure_and_what_follows_was_never_due() -> None:
    walked = Walked(Response(503))
    assert walked.outcomes == [STATUS]
    assert walked.failures == [("choose shipping", STATUS, "expected 200, observed 503 for [redacted]")]
    assert walked.failed == "expected 200, observed 503 for [redacted]"
    assert walked.recorder.verbs[0].done is None


def test_a_refusal_by_the_own_request_is_its_own() -> None:
    walked = Walked(Response(200), Response(409))
    assert walked.outcomes == [OK, STATUS]


def test_a_look_that_shows_something_else_is_the_looks_failure() -> None:
    walked = Walked(Response(200), Response(201), Response(200))
    assert walked.outcomes == [OK, OK, CONTENT]
    assert walked.failures == [("place order", CONTENT, "expected an order, observed nothing")]


def test_wrong_content_that_the_shopper_complains_about_is_the_own_requests_failure() -> None:
    walked = Walked(*RIGHT, complaint=lambda value: f"{value} of somebody else")
    assert walked.outcomes == [OK, CONTENT, OK]
    assert [answer.reports for answer in walked.client.given] == [[None], ["order of somebody else"], [None]]
    assert walked.recorder.verbs[0].done is None


def test_a_request_without_an_answer_ends_the_verb() -> None:
    walked = Walked(Response(200), RequestOutcome.TIMEOUT)
    assert walked.outcomes == [OK, RequestOutcome.TIMEOUT]
    assert walked.failures == [("place order", RequestOutcome.TIMEOUT, "no answer in time")]


def test_an_answer_whose_verb_goes_on_is_right_so_far_and_the_next_one_is_missing() -> None:
    recorder = SampleRecorder(StoppedClock(), ())
    dues = [recorder.expect(1, shopper=0, step=0, operation="a", part=Part.LEAD) for _ in range(3)]
    for due in dues[:2]:
        recorder.send(due)
    recorder.receive(dues[0], status=200)
    outcomes = [sample.outcome for sample in recorder.taken_until(2)]
    assert outcomes == [OK, RequestOutcome.UNANSWERED, RequestOutcome.UNSENT]
    assert recorder.in_flight == 1


def test_sentences_are_kept_of_judged_requests_alone_and_the_first_counts() -> None:
    recorder = SampleRecorder(StoppedClock(), (), judged_from=5)
    for intended, sentence in ((4, "warming up"), (6, "first"), (7, "second")):
        due = recorder.expect(intended, shopper=0, step=0, operation="a", part=Part.OWN)
        recorder.close(due, STATUS, sentence)
    assert recorder.sentences == {(0, STATUS): "first"}


def test_a_kind_of_failure_is_told_with_its_count_without_secrets_and_cut() -> None:
    samples = [Sample(1, 1, 1, 0, 0, 0, 500, STATUS), Sample(1, 1, 1, 0, 0, 1, 0, RequestOutcome.TIMEOUT)] * 2
    sentences = {(0, STATUS): f"observed pa55word {'x' * 400}"}
    first, second = sum_up_failures([samples[0], *samples], ("order", "list"), sentences, {"pa55word"})
    assert str(first) == f"3 x order: unexpected status (observed [redacted] {'x' * 280}…)"
    assert second == FailureKind(
        operation="list", outcome=RequestOutcome.TIMEOUT, count=2, sentence="no answer in time"
    )
    assert str(second) == "2 x list: no answer in time"


def test_whole_verbs_are_summed_up_by_operation_and_failed_ones_are_infinitely_slow() -> None:
    verbs = [VerbTime("list", 10 + number, number, 11 + number) for number in range(1, 4)]
    verbs += [VerbTime("list", 13, 9, None), VerbTime("list", 9.9, 50, 20), VerbTime("open", 12, 1, 12.5)]
    listing, opening = sum_up_verbs(verbs, MeasuredTime(start=10, seconds=10))
    assert (listing.operation, listing.count, listing.failed) == ("list", 4, 1)
    assert (listing.fewest_requests, listing.most_requests) == (1, 3)
    assert (listing.p50, listing.p95) == (1000, float("inf"))
    assert opening == VerbFigures(
        operation="open", count=1, failed=0, fewest_requests=1, most_requests=1, p50=500, p95=500
    )
