"""Trust in what Redis answers, and its loss."""

from __future__ import annotations

from dataclasses import dataclass

from reference_app.caching.trust import PAUSE_SECONDS, Trust


@dataclass
class Replay:
    """A replay that succeeds or not, and counts."""

    succeeds: bool = True
    calls: int = 0

    def __call__(self) -> bool:
        self.calls += 1
        return self.succeeds


def test_a_new_process_believes_since_its_connections_are_new_too() -> None:
    replay = Replay()
    assert Trust(replay).settled()
    assert replay.calls == 0


def test_a_failure_is_in_doubt_until_a_replay_succeeds() -> None:
    now = 100.0
    replay = Replay(succeeds=False)
    trust = Trust(replay, clock=lambda: now)
    trust.fail()
    now += PAUSE_SECONDS
    assert not trust.settled()
    replay.succeeds = True
    assert trust.settled()
    assert trust.settled()
    assert replay.calls == 2


def test_after_a_failure_redis_is_left_alone_for_a_moment() -> None:
    now = 100.0
    replay = Replay()
    trust = Trust(replay, clock=lambda: now)
    trust.fail()
    assert not trust.settled()
    assert replay.calls == 0
    now += PAUSE_SECONDS
    assert trust.settled()


def test_a_failure_during_the_replay_is_not_settled_by_it() -> None:
    def replay() -> bool:
        trust.fail()
        return True

    now = 100.0
    trust = Trust(replay, clock=lambda: now)
    trust.fail()
    now += PAUSE_SECONDS
    assert not trust.settled()
