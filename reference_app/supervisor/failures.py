"""What can end a start or refuse a command.

SupervisorError
  ├── StartupError     something that was started did not come up, or cannot be started here
  └── CommandError     a command that is not understood, or that does not apply

EndRequested             whoever started the supervisor wants it to end; not an error
"""


class SupervisorError(Exception):
    """A failure that one sentence explains; the sentence is the message."""


class StartupError(SupervisorError):
    """A service or step did not come up in time, ended by itself, or cannot be run on this machine."""


class CommandError(SupervisorError):
    """A command line that is no command, or one that does not apply to the service it names."""


class EndRequested(BaseException):
    """Standard input ended, or SIGINT or SIGTERM arrived.

    A ``BaseException``, as ``KeyboardInterrupt`` is: no handler of errors may take it for one.
    """
