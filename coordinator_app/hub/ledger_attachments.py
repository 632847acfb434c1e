"""Attachments in the hub's books: whole ones are never changed, parts of unfinished ones are dropped in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

TABLES = {
    "attachment_part": """CREATE TABLE attachment_part (site TEXT NOT NULL, sha256 TEXT NOT NULL, start {int} NOT NULL,
 content {blob} NOT NULL, PRIMARY KEY (site, sha256, start))""",
}


class AttachmentBook(Protocol):
    """What may be read and written of attachments inside one transaction."""

    def attachment(self, site: str, sha256: str) -> bytes | None:
        """Return an attachment."""
        ...

    def put_attachment(self, site: str, sha256: str, content: bytes) -> None:
        """Keep an attachment; one that is there already stays."""
        ...

    def attachment_size(self, site: str, sha256: str) -> int | None:
        """Return how many bytes an attachment has, or None where it is not here whole."""
        ...

    def attachment_part(self, site: str, sha256: str, start: int, count: int) -> bytes | None:
        """Return some bytes of a whole attachment, from `start` on."""
        ...

    def attachment_names(self, site: str, after: str, limit: int) -> list[str]:
        """Return names of whole attachments that follow this one, rising."""
        ...

    def parts(self, site: str, sha256: str) -> list[bytes]:
        """Return the parts of an unfinished attachment, in their order."""
        ...

    def parts_end(self, site: str, sha256: str) -> int:
        """Return how many bytes of an unfinished attachment are here, from the first on."""
        ...

    def parts_size(self, site: str) -> int:
        """Return how many bytes all unfinished attachments of a site have."""
        ...

    def put_part(self, site: str, sha256: str, start: int, content: bytes) -> None:
        """Keep the next part."""
        ...

    def drop_parts(self, site: str, sha256: str = "") -> None:
        """Forget the parts of one unfinished attachment, or of all."""
        ...


class Runs(Protocol):
    """How an engine runs statements; `?` stands for a value."""

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        ...

    def tell(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run one statement that returns nothing."""
        ...

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, as fast as the engine can."""
        ...


class SqlAttachments:
    """The attachments of `ledger.Book` in SQL."""

    def __init__(self, runs: Runs) -> None:
        """Take what runs the statements."""
        self._run = runs

    def attachment(self, site: str, sha256: str) -> bytes | None:
        """Return an attachment."""
        rows = self._run.ask("SELECT content FROM attachment WHERE site = ? AND sha256 = ?", (site, sha256))
        return bytes(rows[0][0]) if rows else None

    def put_attachment(self, site: str, sha256: str, content: bytes) -> None:
        """Keep an attachment."""
        self._run.tell(
            "INSERT INTO attachment (site, sha256, content) VALUES (?, ?, ?) ON CONFLICT (site, sha256) DO NOTHING",
            (site, sha256, content),
        )

    def attachment_size(self, site: str, sha256: str) -> int | None:
        """Return how many bytes an attachment has."""
        rows = self._run.ask("SELECT length(content) FROM attachment WHERE site = ? AND sha256 = ?", (site, sha256))
        return int(rows[0][0]) if rows else None

    def attachment_part(self, site: str, sha256: str, start: int, count: int) -> bytes | None:
        """Return some bytes of a whole attachment."""
        # Numbers, not marks: engines guess the type of a mark here, and both are numbers of ours.
        cut = f"substr(content, {int(start) + 1}, {int(count)})"
        rows = self._run.ask(f"SELECT {cut} FROM attachment WHERE site = ? AND sha256 = ?", (site, sha256))  # noqa: S608
        return bytes(rows[0][0]) if rows else None

    def attachment_names(self, site: str, after: str, limit: int) -> list[str]:
        """Return names of whole attachments, rising."""
        statement = "SELECT sha256 FROM attachment WHERE site = ? AND sha256 > ? ORDER BY sha256 LIMIT ?"
        return [row[0] for row in self._run.ask(statement, (site, after, limit))]

    def parts(self, site: str, sha256: str) -> list[bytes]:
        """Return the parts of an unfinished attachment."""
        statement = "SELECT content FROM attachment_part WHERE site = ? AND sha256 = ? ORDER BY start"
        return [bytes(row[0]) for row in self._run.ask(statement, (site, sha256))]

    def parts_end(self, site: str, sha256: str) -> int:
        """Return how many bytes of an unfinished attachment are here."""
        return self._sum("site = ? AND sha256 = ?", (site, sha256))

    def parts_size(self, site: str) -> int:
        """Return how many bytes all unfinished attachments of a site have."""
        return self._sum("site = ?", (site,))

    def put_part(self, site: str, sha256: str, start: int, content: bytes) -> None:
        """Keep the next part."""
        self._run.tell(
            "INSERT INTO attachment_part (site, sha256, start, content) VALUES (?, ?, ?, ?)",
            (site, sha256, start, content),
        )

    def drop_parts(self, site: str, sha256: str = "") -> None:
        """Forget the parts of one unfinished attachment, or of all."""
        self._run.tell("DELETE FROM attachment_part WHERE site = ? AND (sha256 = ? OR ? = '')", (site, sha256, sha256))

    def _sum(self, where: str, values: Sequence[Any]) -> int:
        rows = self._run.ask(f"SELECT coalesce(sum(length(content)), 0) FROM attachment_part WHERE {where}", values)  # noqa: S608
        return int(rows[0][0])
