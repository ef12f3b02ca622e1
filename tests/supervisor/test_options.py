"""The command line."""

import pytest

from reference_app.supervisor.options import parse_options


def test_without_options_the_reference_shop_starts_on_a_free_port_of_loopback() -> None:
    options = parse_options([])
    assert (options.application, options.host, options.port) == ("reference_app.wsgi:application", "127.0.0.1", 0)
    assert (options.products, options.bare, options.changes) == (1000, False, {})
    assert options.workers >= 2


def test_of_a_variable_that_is_set_twice_the_last_value_counts_and_may_hold_anything() -> None:
    options = parse_options(["--set", "A=1", "--set", "B=x=y z", "--set", "A=", "--workers", "3"])
    assert options.changes == {"A": "", "B": "x=y z"}
    assert options.workers == 3


@pytest.mark.parametrize(
    "arguments",
    [["--set", "A"], ["--set", "1A=2"], ["--port", "65536"], ["--products", "0"], ["--application", "shop"], ["more"]],
)
def test_a_wrong_option_ends_with_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m reference_app.supervisor")
