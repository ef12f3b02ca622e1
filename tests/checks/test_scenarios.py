"""Generated sequences get through the till and back, judged on the model alone."""

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from spec.checks.support.scenarios import Scenario, concerns_another, decide, opening, scenarios
from spec.model import Cancel, ChangePrice, Checkout, Kind, Operation, step


def play_all(*, prices_change: bool, start: int) -> tuple[Counter[str], list[Operation]]:
    reached: Counter[str] = Counter()
    played: list[Operation] = []

    @seed(start)
    @settings(
        max_examples=40,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios(max_steps=30, prices_change=prices_change))
    def play(scenario: Scenario) -> None:
        state = opening(scenario)
        for number, drawn in enumerate(scenario.steps, start=1):
            for operation in decide(drawn, number, state):
                outcome = step(state, operation)[0]
                done = outcome.kind is Kind.DONE
                reached["checkouts"] += done and isinstance(operation, Checkout)
                reached["cancellations"] += done and isinstance(operation, Cancel)
                reached["conflicts"] += outcome.kind is Kind.CONFLICT
                reached["foreign"] += outcome.kind is Kind.NOT_FOUND and concerns_another(operation, state)
                played.append(operation)
                state = outcome.state

    play()
    return reached, played


def test_forty_sequences_reach_what_a_verdict_needs() -> None:
    for start in range(3):
        reached, _ = play_all(prices_change=True, start=start)
        assert reached["checkouts"] >= 30
        assert reached["cancellations"] >= 10
        assert reached["conflicts"] >= 30
        assert reached["foreign"] >= 5


def test_prices_are_left_alone_where_the_shop_does_not_follow_them() -> None:
    _, played = play_all(prices_change=False, start=0)
    assert not [operation for operation in played if isinstance(operation, ChangePrice)]
