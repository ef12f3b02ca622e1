"""``python -m reference_app.supervisor``: start, obey, end. Exit codes: 0 ended as asked, 1 did not start, 2 usage."""

import os
import sys

from reference_app.supervisor.channel import send
from reference_app.supervisor.control import serve
from reference_app.supervisor.failures import EndRequested, StartupError
from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.options import Options, parse_options
from reference_app.supervisor.process_control import adopt_orphans, await_orphans
from reference_app.supervisor.progress import report
from reference_app.supervisor.runtime_folder import RuntimeFolder
from reference_app.supervisor.supervisor import Supervisor

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
        await_orphans(seconds=ORPHAN_SECONDS)
        folder.remove()


def _run(options: Options, lifeline: Lifeline, folder: RuntimeFolder, guardian: Guardian) -> int:
    supervisor = Supervisor(options, lifeline, folder, guardian, variables=os.environ)
    try:
        supervisor.start()
        send({**supervisor.ready_message(), "pid": os.getpid()})
        serve(supervisor, lifeline)
        return 0
    finally:
        supervisor.end()


if __name__ == "__main__":
    sys.exit(main())
