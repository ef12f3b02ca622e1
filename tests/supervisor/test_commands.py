"""What is a command, and what is said of a line that is none."""

import pytest

from reference_app.supervisor.commands import (
    Action,
    Command,
    Quit,
    Reconfigure,
    Reset,
    ServiceCommand,
    decode_line,
    parse_command,
)
from reference_app.supervisor.failures import CommandError

COMMANDS: dict[str, Command] = {
    '{"id": 1, "command": "stop", "service": "database"}': ServiceCommand(Action.STOP, "database"),
    '{"command": "start", "service": "cache"}': ServiceCommand(Action.START, "cache"),
    '{"command": "restart", "service": "application"}': ServiceCommand(Action.RESTART, "application"),
    '{"command": "reconfigure"}': Reconfigure({}, None),
    '{"command": "reconfigure", "set": {"A": "1", "B": null}, "application": "a.b:c"}': Reconfigure(
        {"A": "1", "B": None}, "a.b:c"
    ),
    '{"command": "reset"}': Reset(),
    '{"command": "quit"}': Quit(),
}

WRONG = {
    "stop": "a command is one JSON object on one line: Expecting value: line 1 column 1 (char 0)",
    '["stop"]': "a command is one JSON object on one line",
    "{}": "command is one of stop, start, restart, reconfigure, reset, quit, not None",
    '{"command": "halt"}': "command is one of stop, start, restart, reconfigure, reset, quit, not 'halt'",
    '{"command": ["stop"]}': "command is one of stop, start, restart, reconfigure, reset, quit, not ['stop']",
    '{"command": "stop"}': "service is one of database, cache, counters, application, not None",
    '{"command": "stop", "service": {}}': "service is one of database, cache, counters, application, not {}",
    '{"command": "stop", "service": "cache", "sevice": 1}': "unknown member 'sevice'",
    '{"command": "reset", "service": "cache"}': "unknown member 'service'",
    '{"command": "reconfigure", "set": {"A": 1}}': "set is an object of strings, or of null to take a change back",
    '{"command": "reconfigure", "set": {"A=B": "1"}}': "'A=B' is no name of a variable",
    '{"command": "reconfigure", "set": {"A": "\\u0000"}}': "A holds a NUL, which no variable can",
    '{"command": "reconfigure", "application": "shop"}': "application is of the form MODULE:ATTRIBUTE, not 'shop'",
}


@pytest.mark.parametrize(("line", "command"), COMMANDS.items())
def test_a_line_is_read_as_its_command(line: str, command: Command) -> None:
    assert parse_command(decode_line(line)) == command


@pytest.mark.parametrize(("line", "sentence"), WRONG.items())
def test_a_wrong_line_is_refused_with_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_command(decode_line(line))
    assert str(refused.value) == sentence
