"""Everything that can end a start or refuse a command.

SupervisorError
  ├── StartupError     something that was started did not come up, or cannot be started here
  └── CommandError     a command that is not understood, or that does not apply

EndRequested             the starter of the supervisor wants it to end; not an error
"""


class SupervisorError(Exception):
    """A failure that one sentence explains; the sentence is the message."""


class StartupError(SupervisorError):
    """A service or step did not come up in time, ended by itself, or cannot be run on this machine."""


class CommandError(SupervisorError):
    """A line that is no command, or a command that does not apply to the service as it is now."""


class EndRequested(BaseException):
    """Standard input ended, or SIGINT, SIGTERM or SIGHUP arrived.

    A ``BaseException``, as ``KeyboardInterrupt`` is: no handler of errors may take it for one.
    """
