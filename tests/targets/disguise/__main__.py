"""The reference shop in disguise: `python -m tests.targets.disguise [options of the shop's supervisor]`.

It speaks the control protocol. All that it is asked goes to the supervisor beneath it, and every answer comes from
there; of what says that the shop is ready it changes the address and the authority that signed its certificate.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reference_app.supervisor.certificate import write_certificates
from spec.falsify.proxy.forwarding_proxy import Upstream
from tests.targets.disguise.proxy import DisguisingProxy
from tests.targets.disguise.targets import BASE

TENANT_VARIABLE: Final = "DISGUISE_TENANT_KEY"
SHOP: Final = (sys.executable, "-m", "reference_app.supervisor")


def main(arguments: Sequence[str]) -> int:
    """Run until the supervisor ends."""
    given, rest = _parser().parse_known_args(arguments)
    tenant_key = os.environ.get(TENANT_VARIABLE)
    if not tenant_key:
        sys.stderr.write(f"{TENANT_VARIABLE} has to hold the key that the tenant's clients send\n")
        return 1
    supervisor = subprocess.Popen([*SHOP, *rest], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    if supervisor.stdin is None or supervisor.stdout is None:
        raise TypeError("the supervisor's input and output were asked for as pipes")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.terminate())
    pipe = os.dup(supervisor.stdin.fileno())
    supervisor.stdin.close()
    threading.Thread(target=_pass_on, args=(pipe,), daemon=True).start()
    try:
        first = supervisor.stdout.readline()
        if first:
            ready = json.loads(first)
            own = _disguise(ready, given, tenant_key)
            _say(json.dumps({**ready, **own}) + "\n")
        for line in supervisor.stdout:
            _say(dress_line(line, own))
        return supervisor.wait()
    finally:
        supervisor.terminate()
        supervisor.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.targets.disguise", add_help=False, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    return parser


def _disguise(ready: Mapping[str, object], given: argparse.Namespace, tenant_key: str) -> dict[str, object]:
    """Start the proxy; return what is other in a ready message because of it."""
    address = urlsplit(str(ready["base_url"]))
    authority = Path(str(ready["ca_certificate"]))
    trust = ssl.create_default_context(cafile=str(authority))
    # In the supervisor's own folder, which is gone once the supervisor is, however it ends.
    files = write_certificates(authority.parent / "disguise", host=given.host)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    proxy = DisguisingProxy(
        Upstream(address.hostname or "127.0.0.1", address.port or 443, trust),
        tenant_key=tenant_key, id_key=secrets.token_bytes(32), tls=tls, host=given.host, port=given.port,
    )  # fmt: skip
    proxy.start()
    return {"base_url": f"{proxy.origin}{BASE}", "ca_certificate": str(files.authority), "pid": os.getpid()}


def dress_line(line: str, own: Mapping[str, object]) -> str:
    """Dress the ready message in an answer: a shop that went back to the content of its start is where it was."""
    answer = json.loads(line)
    if not isinstance(answer.get("ready"), dict):
        return line
    return json.dumps({**answer, "ready": {**answer["ready"], **own}}) + "\n"


def _pass_on(supervisor: int) -> None:
    """Pass standard input on, and its end: were this process killed, the pipe would end all the same."""
    # Below Python's buffers: a thread that waits in one of them breaks the end of the interpreter.
    with suppress(OSError):
        while data := os.read(sys.stdin.fileno(), 65536):
            os.write(supervisor, data)
        os.close(supervisor)


def _say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
