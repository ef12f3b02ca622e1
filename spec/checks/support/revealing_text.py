"""Text that tells of the inside of a target: a stack, SQL, a path, an error of the system, a library or its class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from spec.checks.support.header_values import SERVER_FIELDS, holds_data
from spec.target.exchange import Response

SIGNS: Final[Mapping[str, re.Pattern[str]]] = {
    "a stack": re.compile(
        r"Traceback \(most recent call last\)"
        r"|File \"[^\"\n]+\", line \d+"
        r"|(?m:^\s*at [\w$.<>]+ ?\([^()\n]*:\d+)"
        r"|\b[\w/.\\-]+\.(?:py|rb|php|jsx?|tsx?|java|kt|scala|go|rs|cs|exs?|clj)(?:[:(]| ?,? line )\d+"
        r"|\bgoroutine \d+ \["
        r"|(?<![\w./])[\w-]+\.(?:py|rb|php|jsx|tsx?|java|kt|scala|exs?|clj|cgi|aspx|jsp|erb)\b"
        r"|\bUndefined (?:index|variable|offset|property|array key|method)\b|\bundefined local variable\b"
        r"|\bCannot read propert(?:y|ies) of (?:undefined|null)\b|\bnull pointer\b|\bsegmentation fault\b"
    ),
    "SQL": re.compile(
        r"\b(?:SELECT\s.{1,300}?\sFROM|INSERT\s+INTO|UPDATE\s\S+\sSET|DELETE\s+FROM)\s"
        r"|\bSQLSTATE\b|syntax error at or near|duplicate key value|violates \w+[ -]\w+ constraint"
        r"|\b(?:relation|column|table) \W?\"\w+\W?\" (?:of relation|does not exist)|no such (?:table|column)"
        r"|\b(?:ORA|PLS|TNS|SP2)-\d{4,5}\b|\bSQL\d{4}N\b|\bERROR \d{4} \([0-9A-Z]{5}\)"
        r"|\b(?i:table or view does not exist|deadlock (?:detected|found|victim)"
        r"|could not (?:serialize access|obtain lock)|lock (?:wait )?timeout|lock not available"
        r"|concurrent (?:update|delete)|current transaction is aborted|database is locked"
        r"|statement timeout|too many clients)\b",
        re.DOTALL,
    ),
    "a path": re.compile(
        r"(?<![\w:/.])/(?:[\w.@+-]+/)+[\w.@+-]+\.\w{1,5}\b|\b[A-Za-z]:\\\\?\w[\w .-]*\\"
        # The directories at the root of a system (Filesystem Hierarchy Standard).
        r"|(?<![\w:/.])/(?:etc|home|lib|mnt|opt|proc|root|srv|tmp|usr|var)/[\w.@+-]+"
    ),
    "an error of the system": re.compile(
        r"\[?\b(?:Errno|errno|WinError) ?-?\d+|\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|PIPE|ACCES|NOENT|MFILE)\b"
        r"|\bError -?\d+ (?:connecting|while|reading|writing)\b|\bconnection (?:refused|reset by peer)\b"
        r"|\bno such file or directory\b|\bbroken pipe\b|\bno route to host\b"
        r"|\b(?:name or service not known|temporary failure in name resolution)\b"
        r"|\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}):\d{4,5}\b"
        r"|\b[a-z][\w.-]*:(?:1433|1521|3306|5432|5672|6379|9092|9200|11211|27017)\b",
        re.IGNORECASE,
    ),
    "a library": re.compile(
        r"\b(?:psycopg[23]?|asyncpg|sqlalchemy|sqlite3?|postgres(?:ql)?|mysql|mariadb|pymongo|mongodb|redis|memcached"
        r"|rabbitmq|django|gunicorn|uvicorn|uwsgi|werkzeug|fastapi|starlette|pydantic|urllib3"
        r"|activerecord|actionpack|laravel|symfony|jdbc|hikari(?:cp|pool)?|springframework"
        r"|sequelize|typeorm|npgsql|entityframework|elasticsearch|boto3?|botocore|grpc)\b"
        r"|\bQueuePool\b|\b(?-i:[A-Z]\w+(?:::[A-Z]\w+)+)",
        re.IGNORECASE,
    ),
    "a class of a library": re.compile(
        r"\b(?!(?:Internal|Server|Unknown|Unexpected|Service|System|Http|HTTP)[A-Z]?\w*Error\b)[A-Z]\w*[a-z]\w*(?:Error|Exception)\b"
        r"|\b[a-z_]\w*(?:\.[a-z_]\w*)+\.[A-Z]\w*\b"
        r"|(?<![\w/])[A-Za-z][A-Za-z_-]{2,}/\d+\.\d+\.\d+"
    ),
}
URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.IGNORECASE)


def find_revealed(response: Response, path: str) -> str:
    """Say what an answer shows of the inside; empty where it shows nothing. `path` is the one that was asked for."""
    body = response.body.decode(errors="replace").replace("\\/", "/").replace('\\"', '"')
    fields = [(name, value) for name, value in response.headers if name.lower() not in _OWN_FIELDS]
    others = "\n".join(value for name, value in fields if not holds_data(name))
    for name, sign in SIGNS.items():
        # A problem may name its own request, and link to pages about it; so may a field.
        texts = [_without_addresses(body, path), _without_addresses(others, path)]
        if name in _IN_ANY_FIELD:
            texts += [value for _, value in fields]
        for text in texts:
            found = sign.search(text)
            if found:
                return f"{name}: {found.group()[:80]!r}"
    return ""


_OWN_FIELDS: Final = SERVER_FIELDS | {"link", "set-cookie"}
"""Fields that name a server or lead to pages; other requirements speak of them."""
_IN_ANY_FIELD: Final = frozenset({"a stack", "SQL"})
"""Signs that no field has for a reason of its own."""


def _without_addresses(text: str, path: str) -> str:
    text = URL.sub("", text)
    return text.replace(path, "") if len(path) > 1 else text


def names_in_stack(text: str) -> frozenset[str]:
    """Return what a stack in a log names, of which an answer may say nothing: its files, and its exceptions."""
    files = re.findall(r"(?:/[\w.@+-]+){2,}\.\w{1,5}\b", text)
    exceptions = re.findall(r"\b(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Undefined\w+)\b", text)
    # An exception is known by its last name as well, and by the library that it comes from.
    libraries = [one.partition(".")[0] for one in exceptions if "." in one]
    return frozenset([*files, *exceptions, *(one.rpartition(".")[2] for one in exceptions), *libraries])
