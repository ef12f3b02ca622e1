"""The commands that ``run`` knows: management commands of the shop, and ``provoke``, which breaks it from outside."""

import time
from collections.abc import Sequence

import psycopg

from reference_app.supervisor.lifeline import Lifeline
from reference_app.supervisor.postgres import Postgres
from reference_app.supervisor.redis_server import empty_redis
from reference_app.supervisor.shop_content import CommandResult, ShopContent
from reference_app.supervisor.supervisor_errors import CommandError

MANAGEMENT = {
    "routes": ("list_routes",),
    "schema": ("export_documents",),
    "check": ("check", "--deploy"),
    "migrate": ("migrate", "--no-input"),
}
PROVOKE = "provoke"
TABLE = "reviews_review"
"""The table that ``provoke`` takes away: the reviews of a product are read from it and from nothing else."""
TAKEN_AWAY = "reviews_review_taken_away"
FIRST_PRODUCT = "SELECT min(id) FROM catalogue_product WHERE is_active"


class ShopCommands:
    """Runs commands by their names in the protocol."""

    def __init__(self, content: ShopContent, database: Postgres | None, *, cache_url: str) -> None:
        self._content = content
        self._database = database
        self._cache_url = cache_url
        self._is_broken = False

    @property
    def names(self) -> list[str]:
        """The names; ``provoke`` is for a database of the supervisor's own."""
        return [*MANAGEMENT, *([PROVOKE] if self._database else [])]

    def run(self, lifeline: Lifeline, name: str, arguments: Sequence[str]) -> CommandResult:
        """Run one of them; raises ``CommandError`` where that cannot be done, ``StartupError`` where it is too slow."""
        if name == PROVOKE:
            if arguments:
                raise CommandError("the command provoke takes no arguments")
            return self._provoke()
        if name not in MANAGEMENT:
            raise CommandError(f"name is one of {', '.join(self.names)}, not {name!r}")
        command, *options = MANAGEMENT[name]
        return self._content.run_as_configured(lifeline, command, [*options, *arguments])

    def mend(self) -> None:
        """Undo what ``provoke`` has done."""
        if self._is_broken and self._database is not None:
            self._change(self._database, f"ALTER TABLE {TAKEN_AWAY} RENAME TO {TABLE}")
            self._is_broken = False

    def forget_damage(self) -> None:
        """Take note that the database is another one, in which ``provoke`` has done nothing."""
        self._is_broken = False

    def _provoke(self) -> CommandResult:
        """Rename a table, so that one read fails in a way that the shop does not handle."""
        database, started = self._database, time.monotonic()
        if database is None:
            raise CommandError("provoke is for a database of the supervisor's own, and the URL of this one was given")
        product = self._change(database, FIRST_PRODUCT)
        if product is None:
            raise CommandError("provoke needs a product on sale, and the shop has none")
        if not self._is_broken:
            self._change(database, f"ALTER TABLE {TABLE} RENAME TO {TAKEN_AWAY}")
            self._is_broken = True
        # Only now: an answer that was kept before would hide the loss, and none is made any more.
        empty_redis(self._cache_url)
        done = f"Renamed the table {TABLE} to {TAKEN_AWAY} and emptied the cache."
        return CommandResult(
            0, f"{done}\nGET /api/v2/products/{product}/reviews\n", "", round(time.monotonic() - started, 3)
        )

    def _change(self, database: Postgres, statement: str) -> object:
        try:
            return database.execute(statement)
        except psycopg.Error as error:
            raise CommandError(f"the database did not do {statement!r}: {str(error).strip()}") from error
