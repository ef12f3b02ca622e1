"""Window on the mail that a target sends: an SMTP sink of the run's own.

A started target is given its address by the setting `mail_sink`; one that runs already by its own configuration, which
the profile repeats as [windows.mail] listen.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.observations import Mail
from spec.target.recording import Recorder
from spec.target.windows.arrivals import Arrivals, cannot_listen, host_and_port
from spec.target.windows.option_types import ListenAddress
from spec.target.windows.window import Window, WindowContext

ACCEPTED: Final = "250 OK"
CLOSE_SECONDS: Final = 10.0


class MailOptions(StrictModel):
    """The mail server that the run stands in for."""

    listen: ListenAddress = "127.0.0.1:0"
    """Host and port to listen at, without TLS and without sign-in. The target has to send its mail there."""


class MailSink:
    """Takes in what a mail server would be sent, in a thread of its own, and delivers nothing."""

    def __init__(self, listen: str, recorder: Recorder) -> None:
        self._messages: Arrivals[str] = Arrivals()
        self._recorder = recorder
        self._loop = asyncio.new_event_loop()
        started: Future[int] = Future()
        self._thread = threading.Thread(target=self._serve, args=(*host_and_port(listen), started), daemon=True)
        self._thread.start()
        try:
            port = started.result()
        except OSError as error:
            self._thread.join()
            raise cannot_listen("mail", listen, error) from error
        self.address = f"smtp://{listen.rpartition(':')[0]}:{port}"
        """The address that a target sends its mail to."""

    def _serve(self, host: str, port: int, started: Future[int]) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen(host, port, started))

    async def _listen(self, host: str, port: int, started: Future[int]) -> None:
        self._closing = asyncio.Event()
        lines: list[SMTP] = []

        def answer() -> SMTP:
            lines.append(SMTP(self, hostname="shopspec"))
            return lines[-1]

        try:
            server = await self._loop.create_server(answer, host, port)
        except OSError as error:
            started.set_exception(error)
            return
        async with server:
            started.set_result(server.sockets[0].getsockname()[1])
            await self._closing.wait()
            # A server that closes while it accepts a connection would leave that one open.
            await _hang_up(lines)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take in one message."""
        del server, session
        content = envelope.content or b""
        self._messages.add(content if isinstance(content, str) else content.decode("utf-8", errors="replace"))
        return ACCEPTED

    def messages(self) -> Mail:
        """Return every message that has arrived so far."""
        return self._recorder.observe(Mail(self._messages.all))

    def wait_for(self, count: int, seconds: float, *, quiet_seconds: float = 0.0) -> Mail:
        """Return the messages as soon as there are so many, or those that there are after so many seconds."""
        return self._recorder.observe(Mail(self._messages.wait_for(count, seconds, quiet_seconds)))

    def close(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(CLOSE_SECONDS)


async def _hang_up(lines: Sequence[SMTP]) -> None:
    """Close the connections that are left, until each has ended, those that are only just being accepted too.

    One that its client has closed is open on this side still: aiosmtpd ends its task, and not its connection.
    """
    accepting = True
    while accepting:
        for line in lines:
            if line.transport is not None:
                line.transport.close()
        await asyncio.sleep(0)
        accepting = bool(asyncio.all_tasks() - {asyncio.current_task()})


def open_mail_sink(options: MailOptions, context: WindowContext) -> MailSink:
    """Begin to listen. Raises WindowUnusable where the address cannot be had."""
    return MailSink(options.listen, context.recorder)


MAIL = Window(
    name="mail",
    shows="messages that the target sends",
    need=Need.MAIL,
    options=MailOptions,
    open=open_mail_sink,
    setting="mail_sink",
)
