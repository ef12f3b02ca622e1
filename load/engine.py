"""The engine: prepares the target, lets the traffic run, looks at the moments fixed in advance, and writes it all down.

It runs on locust: one driver user owns the schedule, each request goes through a FastHttpSession, and locust's own
request events carry the latency from the intended start. Locust's statistics serve no verdict: they are rounded.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import gevent
from gevent import GreenletExit
from locust import User, task
from locust.env import Environment
from locust.exception import StopUser

from load.figures_process import JudgingError, judge_apart
from load.health import Heartbeat, send_lag
from load.journeys import planned_operations
from load.load_client import ClientFactory, GeneratorError
from load.load_figures import Judgement, Window
from load.load_host import claim_processor, describe_host
from load.load_plan import Plan
from load.load_progress import Progress
from load.manifest import Ended, GeneratorFigures, LoadRun, Look, Manifest, write_run
from load.preparation import Preparation, PreparationError
from load.processors import Processors
from load.recorder import Clock, Recorder
from load.samples import Outcome, Sample
from load.shopper_addresses import draw_addresses
from load.traffic import Traffic
from spec.target.verbs import ShopVerbs

_LEAD_SECONDS: Final = 0.2
"""Between the start of the driver and the beginning of the schedule."""
_PARENT_SECONDS: Final = 0.5


class Interrupted(GreenletExit):
    """Somebody wants the run to end: a signal, or the death of the process that started it."""


class Engine:
    """One load, from preparation to manifest."""

    def __init__(self, plan: Plan, shop: ShopVerbs, folder: Path) -> None:
        """Raises OSError (ssl.SSLError included) when the plan's certificate cannot be used."""
        self._plan = plan
        self._folder = folder
        self._started = datetime.now(UTC)
        self._environment = Environment(host=plan.base_url, catch_exceptions=False)
        self._planned = planned_operations(shop, plan.mix)
        self._recorder = Recorder(Clock(0), self._planned)
        self._heartbeat = Heartbeat(self._recorder.clock)
        self._processors = Processors(self._recorder.clock)
        self._traffic: Traffic | None = None
        self._looks: list[Look] = []
        self._window: Window | None = None
        """What was looked at last."""
        self._helpers: list[gevent.Greenlet[..., Any]] = []
        self._ending = False
        self._clients = ClientFactory(
            plan.base_url,
            ca_certificate=plan.ca_certificate,
            addresses=None if plan.source_addresses is None else draw_addresses(plan.source_addresses),
            timeout=plan.timeout_seconds,
            request_event=self._environment.events.request,
        )
        self._preparation = Preparation(plan, shop, self._clients)

    def run(self) -> tuple[Ended, str]:
        """Run to the end, whatever it is, and write the manifest. Gives how it ended and a sentence about it."""
        run: gevent.Greenlet[[], tuple[Ended, str]] = gevent.spawn(self._run)

        def interrupt(reason: str) -> None:
            if not self._ending:
                self._ending = True
                run.kill(Interrupted(reason), block=False)

        for number in (signal.SIGINT, signal.SIGTERM):
            gevent.signal_handler(number, interrupt, f"it received {number.name}")
        self._helpers.append(gevent.spawn(_watch_parent, interrupt))
        return run.get()

    def _run(self) -> tuple[Ended, str]:
        try:
            ended, reason = self._prepare_and_measure()
        except Interrupted as error:
            ended, reason = Ended.INTERRUPTED, str(error)
        except PreparationError as error:
            ended, reason = Ended.UNPREPARED, str(error)
        except (GeneratorError, JudgingError) as error:
            ended, reason = Ended.INVALID, str(error)
        self._ending = True
        self._stop(drain=0)
        run = LoadRun(*self._record(ended, reason))
        write_run(self._folder, run)
        return ended, reason or f"{len(run.measured)} requests measured in {run.manifest.measured_seconds:.0f} s"

    def _prepare_and_measure(self) -> tuple[Ended, str]:
        _allow_many_connections()
        claim_processor()
        shoppers = self._preparation.run()
        self._recorder = Recorder(Clock(_LEAD_SECONDS), self._planned)
        self._heartbeat = Heartbeat(self._recorder.clock)
        self._processors = Processors(self._recorder.clock)
        traffic = Traffic(self._plan, shoppers, self._clients, self._recorder)
        self._start(traffic)
        problem = self._look(traffic)
        self._stop(drain=self._plan.drain_seconds)
        return Ended.INVALID if problem else Ended.COMPLETE, problem

    def _start(self, traffic: Traffic) -> None:
        self._traffic = traffic
        progress = Progress(self._recorder, self._heartbeat, self._plan)
        self._helpers += [gevent.spawn(helper.run) for helper in (self._heartbeat, self._processors, progress)]
        environment = self._environment
        environment.user_classes = [_driver(traffic)]
        user_error: Any = environment.events.user_error
        user_error.add_listener(lambda exception, **_about: traffic.break_down(exception))
        environment.create_local_runner().start(user_count=1, spawn_rate=1)

    def _look(self, traffic: Traffic) -> str:
        """Look at the fixed moments until nothing is left to decide. The text says why the run is invalid, if it is."""
        plan = self._plan
        for seconds in plan.looks:
            window = self._window_of(seconds)
            if traffic.broken.wait(max(0.0, window.end - self._recorder.clock.now())):
                return f"The load engine broke: {traffic.breakage!r}."
            traffic.wait_for_arrivals(window.end, plan.drain_seconds)
            self._recorder.settle(window.end, plan.drain_seconds)
            self._window, samples = window, self._samples(window)
            if problem := self._problem(samples, window):
                return problem
            judgement = self._judge(samples, window)
            self._looks.append(Look(seconds, window.alpha, judgement))
            if judgement.final:
                break
        return ""

    def _window_of(self, seconds: float) -> Window:
        plan = self._plan
        return Window(plan.warm_up_seconds, seconds, plan.alpha_of_a_look, plan.seed)

    def _samples(self, window: Window) -> list[Sample]:
        return [sample for sample in self._recorder.taken_until(window.end) if sample.intended >= window.start]

    def _judge(self, samples: list[Sample], window: Window) -> Judgement:
        return judge_apart(samples, window, self._plan.limits, self._recorder.operations)

    def _problem(self, samples: list[Sample], window: Window) -> str:
        """Why the generator's own behaviour forbids any conclusion about the target; empty where it does not."""
        unsent = sum(sample.outcome is Outcome.UNSENT for sample in samples)
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

    def _record(self, ended: Ended, reason: str) -> tuple[Manifest, tuple[Sample, ...]]:
        """The manifest, and every sample up to the end of the measured time, warm-up included."""
        plan = self._plan
        so_far = self._recorder.clock.now() - plan.warm_up_seconds if self._traffic else 0.0
        if ended is Ended.INTERRUPTED or self._window is None:
            window = self._window_of(min(max(0.0, so_far), plan.looks[-1]))
        else:
            window = self._window
        manifest = Manifest(
            ended=ended,
            reason=reason,
            plan=plan.as_json(),
            plan_sha256=plan.digest,
            started=self._started.isoformat(),
            schedule_began=self._recorder.clock.began.isoformat(),
            finished=datetime.now(UTC).isoformat(),
            measured_start=window.start,
            measured_seconds=window.seconds,
            operations=self._recorder.operations,
            planned_operations=self._planned,
            generator=self._generator_figures(window),
            looks=tuple(self._looks),
            environment=describe_host(),
        )
        taken = sorted(self._recorder.taken_until(window.end), key=lambda sample: sample.intended)
        return manifest, tuple(taken)

    def _generator_figures(self, window: Window) -> GeneratorFigures:
        samples, traffic = self._samples(window), self._traffic
        return GeneratorFigures(
            send_lag=send_lag(samples),
            loop_lag=self._heartbeat.lag(window.start, window.end),
            cpu_share=self._processors.own_share(window.start, window.end),
            machine_share=self._processors.machine_share(window.start, window.end),
            requests_per_second=len(samples) / window.seconds if window.seconds else 0.0,
            most_in_flight=self._recorder.most_in_flight,
            shoppers=traffic.shoppers if traffic else 0,
            abandoned_journeys=self._recorder.abandoned,
            cache_hits_claimed=self._preparation.hits + (traffic.hits if traffic else 0),
        )


def _driver(traffic: Traffic) -> type[User]:
    """The one user that locust knows of; it owns the schedule."""

    class Driver(User):
        fixed_count = 1

        @task
        def drive(self) -> None:
            traffic.drive()
            raise StopUser

    return Driver


def _watch_parent(end: Callable[[str], None]) -> None:
    """End the run when the process that started it is gone, be it by kill -9: nobody would read what it writes."""
    parent = os.getppid()
    while os.getppid() == parent:
        gevent.sleep(_PARENT_SECONDS)
    end("the process that started it is gone")


def _allow_many_connections() -> None:
    """Each shopper holds a connection, and a target that hangs holds them all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
