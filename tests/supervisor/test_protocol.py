"""Lines of the control protocol that are commands, and the sentences for lines that are not."""

import pytest

from reference_app.supervisor.protocol import (
    AnyCommand,
    KillCommand,
    QuitCommand,
    ReconfigureCommand,
    ReloadCommand,
    ResetCommand,
    RestoreCommand,
    RunCommand,
    ServiceCommand,
    decode_line,
    parse_command,
)
from reference_app.supervisor.supervisor_errors import CommandError

COMMANDS: dict[str, AnyCommand] = {
    '{"id": 1, "command": "stop", "service": "database"}': ServiceCommand(id=1, command="stop", service="database"),
    '{"command": "start", "service": "cache"}': ServiceCommand(command="start", service="cache"),
    '{"command": "restart", "service": "application"}': ServiceCommand(command="restart", service="application"),
    '{"command": "suspend", "service": "counters"}': ServiceCommand(command="suspend", service="counters"),
    '{"command": "kill", "service": "cache"}': KillCommand(command="kill", service="cache", which="all"),
    '{"command": "reload", "service": "application"}': ReloadCommand(command="reload", service="application"),
    '{"command": "run", "name": "routes"}': RunCommand(command="run", name="routes", arguments=[]),
    '{"id": [2], "command": "reconfigure"}': ReconfigureCommand(id=[2], command="reconfigure"),
    '{"command": "reconfigure", "set": {"A": "1", "B": null}, "application": "a.b:c"}': ReconfigureCommand(
        command="reconfigure", set={"A": "1", "B": None}, application="a.b:c"
    ),
    '{"command": "reset"}': ResetCommand(command="reset"),
    '{"command": "restore"}': RestoreCommand(command="restore"),
    '{"command": "quit"}': QuitCommand(command="quit"),
}

NAMES = "command is one of stop, start, restart, suspend, resume, kill, reload, run, reconfigure, reset, restore, quit"
SERVICES = "service has to be 'database', 'cache', 'counters' or 'application'"
WRONG = {
    "stop": "a command is one JSON object on one line: Expecting value: line 1 column 1 (char 0)",
    '["stop"]': "a command is one JSON object on one line",
    "{}": f"{NAMES}, not None",
    '{"command": "halt"}': f"{NAMES}, not 'halt'",
    '{"command": ["stop"]}': f"{NAMES}, not ['stop']",
    '{"command": "stop"}': "the command stop needs the member 'service'",
    '{"command": "stop", "service": {}}': f"{SERVICES}, not {{}}",
    '{"command": "stop", "service": "mail"}': f"{SERVICES}, not 'mail'",
    '{"command": "stop", "service": "cache", "sevice": 1}': "the command stop has no member 'sevice'",
    '{"command": "kill", "service": "cache", "which": "some"}': "which has to be 'worker' or 'all', not 'some'",
    '{"command": "reload", "service": "cache"}': "service has to be 'application', not 'cache'",
    '{"command": "run", "name": "check", "arguments": "x"}': "arguments has to be a list, not 'x'",
    '{"command": "run", "name": "check", "arguments": [1]}': "arguments.0 has to be a string, not 1",
    '{"command": "reset", "service": "cache"}': "the command reset has no member 'service'",
    '{"command": "reconfigure", "set": {"A": 1}}': "set.A has to be a string, not 1",
    '{"command": "reconfigure", "set": []}': "set has to be an object, not []",
    '{"command": "reconfigure", "set": {"A=B": "1"}}': "set.A=B is no name of a variable, it is 'A=B'",
    '{"command": "reconfigure", "set": {"A": "\\u0000"}}': (
        "set.A holds a NUL, which no variable and no argument can, it is '\\x00'"
    ),
    '{"command": "reconfigure", "application": "shop"}': (
        "application is not of the form MODULE:ATTRIBUTE, it is 'shop'"
    ),
}


@pytest.mark.parametrize(("line", "command"), COMMANDS.items())
def test_a_line_is_read_as_its_command(line: str, command: AnyCommand) -> None:
    assert parse_command(decode_line(line)) == command


@pytest.mark.parametrize(("line", "sentence"), WRONG.items())
def test_a_wrong_line_is_refused_with_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_command(decode_line(line))
    assert str(refused.value) == sentence
