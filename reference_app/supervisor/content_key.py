"""A digest of everything that decides which tables and products a start makes."""

import hashlib
import json
import platform
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from reference_app.supervisor.prepared_copies import BOOT

SHOP = Path(__file__).parent.parent
WITHOUT_EFFECT = frozenset({"WEB_WORKERS", "ALLOWED_HOSTS"})
"""Variables of the application server and of requests; no management command looks at them."""


def content_key(*, products: int, program: Path, variables: Mapping[str, str]) -> str:
    """The digest; ``program`` is the database server and ``variables`` how the shop is set up."""
    status = program.stat()
    parts = {
        "boot": BOOT.read_text() if BOOT.exists() else "",
        "python": platform.python_version(),
        "packages": sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")),
        "program": [str(program), status.st_size, status.st_mtime_ns],
        "products": products,
        "variables": {name: value for name, value in variables.items() if name not in WITHOUT_EFFECT},
        "code": {str(path.relative_to(SHOP)): _sha256(path) for path in _files(SHOP)},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
