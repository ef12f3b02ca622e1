"""Running shops that are switched from one fault to the next, instead of a start for each.

A run of falsify starts its target by a command, as any run does. Here that command is a small client
(spec/falsify/leased.py), which leases one of these shops over a local socket and speaks the control protocol for it. To
switch a shop is to name the fault in a file, and to have its supervisor restore the content of the start with new
workers, which read that file. A shop that does not come back from that is ended.
"""

from __future__ import annotations

import json
import shlex
import socket
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from spec.falsify.address_relay import AddressRelay
from spec.target.control.services import ControlFailed
from spec.target.control.supervised import StartFailed, Supervised

READY_SECONDS: Final = 120.0
SWITCHED: Final = (
    *("--restorable", "--preload", "spec.falsify.shop_setup"),
    *("--application", "spec.falsify.faulty_wsgi:application"),
)
"""Options of a supervisor whose shop can be switched."""
FAULT_FILE: Final = "SHOPSPEC_FAULT_FILE"
NO_FAULT: Final = "-"


@dataclass
class SwitchedShop:
    """A running shop, the file that names its fault, and the settings with which it was started.

    `relays` stand in it for addresses that are other ones with each lease.
    """

    supervised: Supervised
    fault_file: Path
    settings: dict[str, str]
    relays: dict[str, AddressRelay]
    is_spoilt: bool = False
    """It no longer is as its next lease needs it, or cannot be reached."""

    def end(self) -> None:
        """End it, and what stands for others."""
        self.supervised.stop()
        for relay in self.relays.values():
            relay.close()


class ShopPool:
    """Lease shops of one start command, with some settings each, to clients on this machine. Thread-safe.

    `offered` are the settings with which shops are kept; a client that asks for other ones is told to start its own.
    `addresses` names the settings that hold a URL of the client's own, another one with each lease.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        offered: Sequence[Mapping[str, str]] = ({},),
        addresses: Collection[str] = (),
    ) -> None:
        self.address = folder / "pool"
        self._folder = folder
        self._command = tuple(command)
        self._offered = [dict(one) for one in offered]
        self._addresses = frozenset(addresses)
        self._idle: list[SwitchedShop] = []
        self._started = 0
        self._closed = False
        self._lock = threading.Lock()
        self._leases: dict[socket.socket, threading.Thread] = {}
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(self.address))
        self._server.listen()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def start_command(self, fault: str = NO_FAULT) -> list[str]:
        """Return the start command of a leased shop with the fault in this module, as a profile spells it."""
        return ["{python}", "-m", "spec.falsify.leased", str(self.address), fault, shlex.join(self._command)]

    def close(self) -> None:
        """End every shop, also those whose clients are still there."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            leases = dict(self._leases)
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in leases:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for shop in idle:
            shop.supervised.begin_to_stop()
        for shop in idle:
            shop.end()
        self._accepting.join()
        for lease in leases.values():
            lease.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            lease = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._leases[connection] = lease
            lease.start()

    def _serve(self, connection: socket.socket) -> None:
        with (
            # A client that was killed sends half a line, and reads nothing: not even what is left when all is closed.
            suppress(OSError, ValueError),
            connection,
            connection.makefile("r") as asked,
            connection.makefile("w") as answers,
        ):
            wish = json.loads(asked.readline())
            try:
                shop = self._lease(str(wish["fault"]), dict(wish["settings"]))
            except (StartFailed, ControlFailed) as error:
                _write(answers, {"own": str(error)})
            else:
                try:
                    _write(answers, shop.supervised.ready)
                    self._relay(shop, asked, answers)
                finally:
                    self._give_back(shop)
        with self._lock:
            self._leases.pop(connection)

    def _lease(self, fault: str, settings: dict[str, str]) -> SwitchedShop:
        """Switch a shop that is idle, or start one. Raises StartFailed."""
        urls = {name: value for name, value in settings.items() if name in self._addresses}
        fixed = {name: value for name, value in settings.items() if name not in urls}
        if fixed not in self._offered:
            raise StartFailed("no shop is kept with these settings")
        with self._lock:
            fitting = [one for one in self._idle if one.settings == fixed and set(one.relays) == set(urls)]
            shop = fitting[0] if fitting else None
            if shop is not None:
                self._idle.remove(shop)
        if shop is not None:
            try:
                _switch(shop, fault, urls)
            except ControlFailed:
                # A start from the beginning tells what is wrong, where it is not this shop alone.
                shop.end()
            else:
                return shop
        return self._start(fault, fixed, urls)

    def _start(self, fault: str, fixed: dict[str, str], urls: Mapping[str, str]) -> SwitchedShop:
        with self._lock:
            if self._closed:
                raise StartFailed("falsify ends")
            self._started += 1
            fault_file = self._folder / f"fault-{self._started}"
        _name(fault, fault_file)
        relays = {name: AddressRelay() for name in urls}
        own = {name: relay.stand_for(urls[name]) for name, relay in relays.items()}
        supervised = Supervised(
            (*self._command, *SWITCHED),
            settings={FAULT_FILE: str(fault_file), **fixed, **own},
            ready_within_seconds=READY_SECONDS,
            progress=lambda _: None,
        )
        return SwitchedShop(supervised, fault_file, fixed, relays)

    def _relay(self, shop: SwitchedShop, asked: IO[str], answers: IO[str]) -> None:
        """Pass on commands until the client has no more of them."""
        for line in asked:
            message = json.loads(line)
            number, command = message.pop("id"), message.pop("command")
            try:
                answer = shop.supervised.ask(command, **message)
            except ControlFailed:
                shop.is_spoilt = True
                return
            if command == "reconfigure":
                shop.is_spoilt = True
            _write(answers, {**answer, "id": number})

    def _give_back(self, shop: SwitchedShop) -> None:
        with self._lock:
            is_kept = not (shop.is_spoilt or self._closed)
            if is_kept:
                self._idle.append(shop)
        if not is_kept:
            shop.end()


def _switch(shop: SwitchedShop, fault: str, urls: Mapping[str, str]) -> None:
    """Name the fault, and go back to the content of the start with new workers. Raises ControlFailed."""
    _name(fault, shop.fault_file)
    for name, url in urls.items():
        shop.relays[name].stand_for(url)
    ready = shop.supervised.command("restore").get("ready")
    if not isinstance(ready, dict):
        raise ControlFailed("the supervisor restored its content and announced nothing")
    shop.supervised.ready = ready


def _name(fault: str, file: Path) -> None:
    file.write_text("" if fault == NO_FAULT else fault, encoding="utf-8")


def _write(stream: IO[str], message: Mapping[str, object]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()
