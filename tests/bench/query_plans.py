"""Plans of queries, and indexes taken away or added for the length of a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg import sql

from tests.bench.indexes import LITERAL, RoadmapIndex


@contextmanager
def indexed(index: RoadmapIndex, arm: str) -> Iterator[str]:
    """Give the table the index in one form within the block: none ("without"), that of the roadmap, or the shop's.

    Gives the name of the index that is meant. Everything is rolled back at the end.
    """
    with transaction.atomic():
        for statement in index.before:
            execute(statement)
        if arm != "shop" and index.ours is not None:
            execute("DROP INDEX {}", index.ours)
        if arm == "roadmap":
            execute(f"CREATE INDEX {{}} ON {index.table} ({index.columns})", LITERAL)
        yield LITERAL if arm == "roadmap" else index.ours or ""
        transaction.set_rollback(True)


def execute(statement: str, *names: str) -> None:
    """Run a statement with quoted names in it."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def describe_index(name: str) -> tuple[str, int]:
    """Return the columns of an index as PostgreSQL spells them, and its size in bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass), pg_relation_size(%s::regclass)", [name, name])
        definition, size = cursor.fetchone()
    return definition[definition.index(" USING ") + len(" USING ") :], int(size)


def fetch(query: QuerySet[Any]) -> Any:
    """Return a call that asks the database and builds no objects, so that only the arms' difference is timed."""
    text, values = query.query.sql_with_params()

    def ask() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall())

    return ask


def explain(query: QuerySet[Any]) -> str:
    """Return the plan in one line, from the top: "Limit ← Sort ← Seq Scan"."""
    document = json.loads(query.explain(format="json"))
    return " ← ".join(describe_nodes(document[0]["Plan"]))


def describe_nodes(node: dict[str, Any]) -> Iterator[str]:
    """Yield each node of a plan with the index that it uses, depth first."""
    backward = " backward" if node.get("Scan Direction") == "Backward" else ""
    index = f" {node['Index Name']}" if "Index Name" in node else ""
    yield f"{node['Node Type']}{backward}{index}"
    for child in node.get("Plans", ()):
        yield from describe_nodes(child)
