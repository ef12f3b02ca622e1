"""``python -m reference_app.supervisor``: start, obey, end. Exit codes: 0 ended as asked, 1 did not start, 2 usage."""

import os
import sys

from reference_app.supervisor.children import end_orphans
from reference_app.supervisor.guardian import Guardian, adopt_orphans
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.machine import RuntimeFolder
from reference_app.supervisor.options import Options, parse_options
from reference_app.supervisor.protocol import QuitCommand, decode_line, parse_command, report, send
from reference_app.supervisor.supervisor import Supervisor
from reference_app.supervisor.supervisor_errors import EndRequested, StartupError, SupervisorError

ORPHAN_SECONDS = 2.0


def main() -> int:
    """Run until the end is asked for; leaves no process and no file behind."""
    options = parse_options()
    if sys.stdin is None or sys.stdout is None:
        sys.exit("standard input and output must be open: they are how the supervisor is controlled")
    lifeline = Lifeline()
    adopt_orphans()
    folder = RuntimeFolder()
    guardian = Guardian(folder.path)
    try:
        return _run(options, lifeline, folder, guardian)
    except StartupError as failure:
        report(str(failure))
        return 1
    except OSError as error:
        report(f"{error.filename or 'the operating system'}: {error.strerror or error}")
        return 1
    except EndRequested:
        return 0
    finally:
        guardian.end()
        end_orphans(seconds=ORPHAN_SECONDS)
        folder.remove()


def _run(options: Options, lifeline: Lifeline, folder: RuntimeFolder, guardian: Guardian) -> int:
    supervisor = Supervisor(options, lifeline, folder, guardian, variables=os.environ)
    try:
        supervisor.start()
        send({**supervisor.ready_message(), "pid": os.getpid()})
        _serve(supervisor, lifeline)
        return 0
    finally:
        supervisor.end()


def _serve(supervisor: Supervisor, lifeline: Lifeline) -> None:
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
    if isinstance(command, QuitCommand):
        supervisor.end()
    send({"id": identifier, "ok": True, **result})
    return isinstance(command, QuitCommand)


if __name__ == "__main__":
    sys.exit(main())
