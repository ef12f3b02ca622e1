"""The engine: prepare the target, let the traffic run, look at the moments fixed in advance, and write it all down.

It runs on locust: one driver user owns the schedule, each request goes through a FastHttpSession, and locust's own
request events carry the latency from the intended start. Locust's statistics serve no verdict: they are rounded.
"""

from __future__ import annotations

import resource
import signal
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import gevent
from gevent import GreenletExit
from locust import User, task
from locust.env import Environment
from locust.exception import StopUser

from load.endpoints import UnresolvedHost, draw_sources
from load.failure_kinds import sum_up_failures
from load.figures_process import FiguresError, compute_figures_apart
from load.health import Heartbeat, send_lag
from load.load_client import GeneratorError, HeaderFields, ShopperClients
from load.load_figures import FiguresTask, MeasuredTime, MeasuringWindow
from load.load_host import claim_processor, describe_host
from load.load_plan import LoadPlan
from load.load_progress import LoadProgress
from load.manifest import GeneratorFigures, InterimLook, LoadEnd, LoadManifest, LoadRun, SamplesFile, write_run
from load.offered_mix import OfferedMix, fit_mix
from load.preparation import Preparation, PreparationError
from load.processors import Processors, measure_machine
from load.recorder import Clock, SampleRecorder
from load.samples import RequestOutcome, Sample
from load.traffic import Traffic
from load.verb_times import sum_up_verbs
from spec.run.interruption import interrupt_when_orphaned
from spec.target.adapter_context import NotOffered
from spec.target.adapters import find_adapter_fault
from spec.target.redaction import redact_text
from spec.target.verbs import ShopVerbs
from spec.target.windows.staff_window import Credentials

_LEAD_SECONDS: Final = 0.2
"""Between the start of the driver and the beginning of the schedule."""


class Interrupted(GreenletExit):
    """The run is ended from outside: by a signal, or by the death of the process that started it."""


class Engine:
    """One load, from preparation to manifest."""

    def __init__(
        self,
        plan: LoadPlan,
        shop: ShopVerbs,
        folder: Path,
        *,
        headers: HeaderFields,
        secrets: frozenset[str],
        brought: tuple[Credentials, ...],
    ) -> None:
        """`headers`, `secrets` and `brought` accounts are the plan's, filled in from the environment.

        Raises OSError (ssl.SSLError included) when the plan's certificate cannot be used.
        """
        self._plan = plan
        self._shop = shop
        self._folder = folder
        self._secrets = secrets
        self._brought = brought
        self._started = datetime.now(UTC)
        self._environment = Environment(host=plan.base_url, catch_exceptions=False)
        self._mix = OfferedMix({}, (), ())
        self._recorder = SampleRecorder(Clock(0), ())
        self._heartbeat = Heartbeat(self._recorder.clock)
        self._processors = Processors(self._recorder.clock)
        self._traffic: Traffic | None = None
        self._looks: list[InterimLook] = []
        self._window: MeasuringWindow | None = None
        """The window of the last look."""
        self._helpers: list[gevent.Greenlet[..., Any]] = []
        self._ending = False
        self._clients = ShopperClients(
            plan.base_url,
            headers=headers,
            ca_certificate=plan.ca_certificate,
            sources=None if plan.source_addresses is None else draw_sources(plan.source_addresses),
            timeout=plan.timeout_seconds,
            request_event=self._environment.events.request,
        )
        self._machine_before: float | None = None
        self._hits_before = 0
        """Answers before the load that claimed to be cache hits."""

    def run(self) -> tuple[LoadEnd, str]:
        """Run to the end and write the manifest, also when the run is interrupted or fails.

        Returns how the load ended and a sentence about it.
        """
        run: gevent.Greenlet[[], tuple[LoadEnd, str]] = gevent.spawn(self._run)

        def interrupt(reason: str) -> None:
            if not self._ending:
                self._ending = True
                run.kill(Interrupted(reason), block=False)

        for number in (signal.SIGINT, signal.SIGTERM):
            gevent.signal_handler(number, interrupt, f"it received {number.name}")
        interrupt_when_orphaned(lambda: interrupt("the process that started it is gone"))
        return run.get()

    def _run(self) -> tuple[LoadEnd, str]:
        try:
            ended, reason = self._prepare_and_measure()
        except Interrupted as error:
            ended, reason = LoadEnd.INTERRUPTED, str(error)
        except Exception as error:  # noqa: BLE001 - whose fault it is decides what the run is worth
            ended, reason = self._explain(error)
        self._ending = True
        self._stop(drain=0)
        run = self._record(ended, reason)
        write_run(self._folder, run)
        return ended, reason or f"{len(run.measured)} requests measured in {run.manifest.measured.seconds:.0f} s"

    def _explain(self, error: Exception) -> tuple[LoadEnd, str]:
        """Tell whose fault an error is, which ended the load."""
        match error:
            case UnresolvedHost() | PreparationError():
                return LoadEnd.UNPREPARED, str(error)
            case NotOffered():
                return LoadEnd.UNPREPARED, f"The load needs a verb, and {error}."
            case GeneratorError() | FiguresError():
                return LoadEnd.INVALID, str(error)
            case _ if fault := find_adapter_fault(error, type(self._shop)):
                return LoadEnd.ADAPTER_BROKE, redact_text(fault, self._secrets).text
            case _:
                traceback.print_exception(error)
                return LoadEnd.INVALID, f"The load engine broke: {error!r}."

    def _prepare_and_measure(self) -> tuple[LoadEnd, str]:
        _allow_many_connections()
        claim_processor()
        self._machine_before = measure_machine()
        plan, mix = self._plan, fit_mix(self._shop, self._plan)
        self._mix = mix
        self._clients.resolve()
        preparation = Preparation(plan, self._shop, self._clients, mix, self._brought)
        try:
            shoppers = preparation.run()
        finally:
            self._hits_before = preparation.hits
        self._secrets |= shoppers.secrets
        self._recorder = SampleRecorder(Clock(_LEAD_SECONDS), mix.operations, judged_from=plan.warm_up_seconds)
        self._heartbeat = Heartbeat(self._recorder.clock)
        self._processors = Processors(self._recorder.clock)
        traffic = Traffic(plan, mix.weights, shoppers, self._clients, self._recorder, settle=self._shop.settle)
        self._start(traffic)
        problem = self._look(traffic)
        self._stop(drain=plan.drain_seconds)
        return LoadEnd.LATE if problem else LoadEnd.COMPLETE, problem

    def _start(self, traffic: Traffic) -> None:
        self._traffic = traffic
        progress = LoadProgress(self._recorder, self._heartbeat, self._plan)
        self._helpers += [gevent.spawn(helper.run) for helper in (self._heartbeat, self._processors, progress)]
        environment = self._environment
        environment.user_classes = [_driver(traffic)]
        environment.create_local_runner().start(user_count=1, spawn_rate=1)

    def _look(self, traffic: Traffic) -> str:
        """Look at the fixed moments until nothing is left to decide. The text says why the run is invalid, if it is."""
        plan = self._plan
        for seconds in plan.looks:
            window = self._window_of(seconds)
            if not traffic.broken.wait(max(0.0, window.end - self._recorder.clock.now())):
                traffic.wait_for_arrivals(window.end, plan.drain_seconds)
                self._recorder.settle(window.end, plan.drain_seconds)
            if traffic.breakage is not None:
                raise traffic.breakage
            self._window, samples = window, self._samples(window)
            if problem := self._problem(samples, window):
                return problem
            task = FiguresTask(window=window, limits=plan.limits, operations=self._measured_operations(samples))
            report = compute_figures_apart(samples, task)
            self._looks.append(InterimLook(seconds=seconds, alpha=window.alpha, **dict(report)))
            if report.final:
                break
        return ""

    def _window_of(self, seconds: float) -> MeasuringWindow:
        plan = self._plan
        return MeasuringWindow(start=plan.warm_up_seconds, seconds=seconds, alpha=plan.alpha_of_a_look, seed=plan.seed)

    def _samples(self, window: MeasuredTime) -> list[Sample]:
        return [sample for sample in self._recorder.taken_until(window.end) if window.holds(sample)]

    def _measured_operations(self, samples: list[Sample]) -> tuple[str | None, ...]:
        """Name the operations by their numbers; None for one whose verb was walked by requests of other names."""
        sampled = {sample.operation for sample in samples}
        walked = {verb.operation for verb in self._recorder.verbs}
        return tuple(
            None if number not in sampled and name in walked else name
            for number, name in enumerate(self._recorder.operations)
        )

    def _problem(self, samples: list[Sample], window: MeasuringWindow) -> str:
        """Say why the generator's own behaviour forbids any conclusion about the target; empty where it does not."""
        unsent = sum(sample.outcome is RequestOutcome.UNSENT for sample in samples)
        if unsent:
            return f"The generator did not get round to {unsent} of {len(samples)} requests."
        limit = self._plan.max_lag_milliseconds
        for what, lag in (("requests", send_lag(samples)), ("wake-ups", self._heartbeat.lag(window.start, window.end))):
            if lag.p99 > limit:
                return (
                    f"The generator did not keep its schedule: 1 % of its {what} were {lag.p99:.1f} ms late or more, "
                    f"and {limit:g} ms are allowed."
                )
        return ""

    def _stop(self, *, drain: float) -> None:
        if self._traffic is not None:
            self._traffic.stop(drain)
        gevent.killall(self._helpers)
        if self._environment.runner is not None:
            self._environment.runner.quit()

    def _record(self, ended: LoadEnd, reason: str) -> LoadRun:
        """Put together the manifest and every sample up to the end of the measured time, warm-up included."""
        plan = self._plan
        measured: MeasuredTime | None = self._window
        if ended is LoadEnd.INTERRUPTED or measured is None:
            so_far = self._recorder.clock.now() - plan.warm_up_seconds if self._traffic else 0.0
            measured = MeasuredTime(start=plan.warm_up_seconds, seconds=min(max(0.0, so_far), plan.looks[-1]))
        recorder = self._recorder
        taken = tuple(sorted(recorder.taken_until(measured.end), key=lambda sample: sample.intended))
        inside = [sample for sample in taken if measured.holds(sample)]
        manifest = LoadManifest(
            ended=ended,
            reason=reason,
            plan=plan,
            plan_sha256=plan.digest,
            started=self._started,
            schedule_began=recorder.clock.began,
            finished=datetime.now(UTC),
            measured=MeasuredTime(start=measured.start, seconds=measured.seconds),
            samples=SamplesFile.of(taken, measured),
            operations=recorder.operations,
            planned_operations=self._mix.operations,
            left_out=self._mix.left_out,
            verbs=sum_up_verbs(recorder.verbs, measured),
            failures=sum_up_failures(inside, recorder.operations, recorder.sentences, self._secrets),
            generator=self._generator_figures(measured),
            looks=tuple(self._looks),
            environment=describe_host(),
        )
        return LoadRun(manifest, taken)

    def _generator_figures(self, window: MeasuredTime) -> GeneratorFigures:
        samples, traffic = self._samples(window), self._traffic
        return GeneratorFigures(
            send_lag=send_lag(samples),
            loop_lag=self._heartbeat.lag(window.start, window.end),
            cpu_share=self._processors.own_share(window.start, window.end),
            machine_share=self._processors.machine_share(window.start, window.end),
            machine_share_before=self._machine_before,
            requests_per_second=len(samples) / window.seconds if window.seconds else 0.0,
            most_in_flight=self._recorder.most_in_flight,
            shoppers=traffic.shoppers if traffic else 0,
            abandoned_journeys=self._recorder.abandoned,
            cache_hits_claimed=self._hits_before + self._recorder.hits,
        )


def _driver(traffic: Traffic) -> type[User]:
    """Make the one user that locust knows of; it owns the schedule."""

    class Driver(User):
        fixed_count = 1

        @task
        def drive(self) -> None:
            traffic.drive()
            raise StopUser

    return Driver


def _allow_many_connections() -> None:
    """Raise the limit of open files: each shopper holds a connection, and a target that hangs holds them all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
