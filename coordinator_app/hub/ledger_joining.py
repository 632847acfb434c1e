"""The moves of sites between hubs, in the hub's books."""

from __future__ import annotations

from typing import Protocol

from coordinator_app.hub.ledger_attachments import Runs

TABLES = {
    "predecessor": """CREATE TABLE predecessor (site TEXT NOT NULL, hub_key TEXT NOT NULL, statement TEXT NOT NULL,
 place {int} NOT NULL, PRIMARY KEY (site, hub_key))""",
}
COLUMN = "ALTER TABLE site ADD COLUMN moved TEXT NOT NULL DEFAULT ''"
LEAVING = "leaving"
"""A site whose last lines are on their way to another hub."""


class JoiningBook(Protocol):
    """What may be read and written of moves inside one transaction."""

    def set_moved(self, site: str, moved: str) -> None:
        """Note that a site is leaving, where it went, or with an empty text that it stays; waits for who writes."""
        ...

    def predecessors(self, site: str) -> list[tuple[str, str]]:
        """Return the hubs from which a site came, oldest first: key and statement, which may be empty yet."""
        ...

    def put_predecessor(self, site: str, hub_key: str, statement: str) -> None:
        """Keep a hub from which a site comes; a statement takes the place of an empty one."""
        ...


class SqlJoining:
    """The moves of `ledger.Book` in SQL."""

    _run: Runs

    def set_moved(self, site: str, moved: str) -> None:
        """Note that a site is leaving, where it went, or that it stays."""
        self._run.tell("UPDATE site SET moved = ? WHERE site = ?", (moved, site))

    def predecessors(self, site: str) -> list[tuple[str, str]]:
        """Return the hubs from which a site came, oldest first."""
        rows = self._run.ask("SELECT hub_key, statement FROM predecessor WHERE site = ? ORDER BY place", (site,))
        return [(row[0], row[1]) for row in rows]

    def put_predecessor(self, site: str, hub_key: str, statement: str) -> None:
        """Keep a hub from which a site comes."""
        self._run.tell(
            "INSERT INTO predecessor (site, hub_key, statement, place) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (site, hub_key) DO UPDATE SET statement = excluded.statement",
            (site, hub_key, statement, len(self.predecessors(site))),
        )
