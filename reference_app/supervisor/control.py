"""The control protocol: a command line in, an answer line out, and events when a service ends unasked."""

from reference_app.supervisor.channel import send
from reference_app.supervisor.commands import Quit, decode_line, parse_command
from reference_app.supervisor.failures import SupervisorError
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.supervisor import Supervisor


def serve(supervisor: Supervisor, lifeline: Lifeline) -> None:
    """Obey commands one after the other until the end is asked for (``EndRequested``, or a return on ``quit``)."""
    while True:
        for event in supervisor.take_exits():
            send(event)
        line = lifeline.next_line()
        if line is not None and _answer(supervisor, line):
            return


def _answer(supervisor: Supervisor, line: str) -> bool:
    """Obey one line and answer it; True when it was ``quit``, whose answer is sent once everything has ended."""
    identifier: object = None
    try:
        members = decode_line(line)
        identifier = members.get("id")
        command = parse_command(members)
        result = supervisor.obey(command)
    except SupervisorError as error:
        send({"id": identifier, "ok": False, "error": str(error)})
        return False
    if isinstance(command, Quit):
        supervisor.end()
    send({"id": identifier, "ok": True, **result})
    return isinstance(command, Quit)
