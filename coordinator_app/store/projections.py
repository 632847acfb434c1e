"""What is looked up rather than read from end to end: events of a case, codes, words. Rebuildable from the journal.

The tables hold nothing that the journal does not; the order in which events arrive never changes what they say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime

import sqlcipher3
from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.attention import settled_at
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.event_body import Belongs, Body
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import instant

PROJECTIONS_VERSION = 4
"""Raised whenever tables or feeds change; a file with another number is rebuilt when it is opened."""

SITE = "site"
"""The place in `case_event` for what belongs to the site instead of a case."""

TABLES = {
    "case_event": """CREATE TABLE {schema}.case_event (kase TEXT NOT NULL, at TEXT NOT NULL, epoch TEXT NOT NULL,
 seq INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kase, at, epoch, seq)) STRICT, WITHOUT ROWID""",
    "known_case": """CREATE TABLE {schema}.known_case (kase TEXT PRIMARY KEY, settled_at TEXT NOT NULL)
 STRICT, WITHOUT ROWID""",
    "epoch": """CREATE TABLE {schema}.epoch (epoch TEXT PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL)
 STRICT, WITHOUT ROWID""",
    "code": """CREATE TABLE {schema}.code (key TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
 kase TEXT NOT NULL, PRIMARY KEY (key, kind, id, kase)) STRICT, WITHOUT ROWID""",
    "listed": """CREATE TABLE {schema}.listed (kind TEXT NOT NULL, at TEXT NOT NULL, id TEXT NOT NULL,
 kase TEXT NOT NULL, PRIMARY KEY (kind, at, id, kase)) STRICT, WITHOUT ROWID""",
    "search": """CREATE VIRTUAL TABLE {schema}.search USING fts5(words, kind UNINDEXED, id UNINDEXED, kase UNINDEXED,
 tokenize = 'trigram case_sensitive 1', detail = full)""",
}
"""`schema` is `main`, or `temp` for a second set to compare with. `settled_at` is the instant of the last event of a
case in which nothing needs anybody any more (`domain/attention.py`); empty where something does, or nobody has looked.
"""

INSERTS = {
    "case_event": "INSERT INTO {schema}.case_event VALUES (?, ?, ?, ?, ?)",
    "known_case": """INSERT INTO {schema}.known_case VALUES (?, '') ON CONFLICT (kase)
 DO UPDATE SET settled_at = '' WHERE settled_at <> ''""",
    "epoch": "INSERT INTO {schema}.epoch VALUES (?, ?, ?)",
    "code": "INSERT OR IGNORE INTO {schema}.code VALUES (?, ?, ?, ?)",
    "listed": "INSERT OR IGNORE INTO {schema}.listed VALUES (?, ?, ?, ?)",
    "search": "INSERT INTO {schema}.search (rowid, words, kind, id, kase) VALUES (?, ?, ?, ?, ?)",
}


_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters with a stroke or joined letters, which Unicode does not take apart."""


class Found(Struct, frozen=True, order=True):
    """Something of this site that carries a code or a word: what it is, its opaque id, the case it belongs to."""

    kind: str
    id: str
    case: str


class Feed(Struct, frozen=True):
    """Which fields of an event say under which codes and words a thing is found.

    `id` and `codes` are field names; `prefix` is set before every code; `words` are fields for the search by words.
    """

    kind: str
    id: str
    codes: str = ""
    prefix: str = ""
    words: tuple[str, ...] = ()


FEEDS: dict[type[Body], tuple[Feed, ...]] = {
    e.UnitRegistered: (
        Feed("unit", "unit", "codes", words=("codes", "shown", "lot")),
        Feed("cassette", "unit", "container_codes"),
    ),
    e.WristbandIssued: (Feed("wristband", "patient", "codes", words=("codes", "shown")),),
    e.PatientEnrolled: (
        Feed("case", "case", words=("family", "given", "preferred", "former", "record_number")),
        Feed("record_number", "patient", "record_number", prefix="record-number:"),
    ),
    e.RecordMerged: (Feed("record_number", "patient", "record_number", prefix="record-number:"),),
    e.DeviationReported: (Feed("deviation", "deviation", "deviation"),),
    e.PatientRenamed: (Feed("case", "case", words=("family", "given")),),
    e.CaseOpened: (Feed("case", "case", words=("wall_name",)),),
    e.IdentifierLinked: (Feed("case", "case", "codes", words=("codes", "value")),),
    e.OrderRecorded: (Feed("order", "order", "codes", words=("codes", "order")),),
    e.CertificateReceived: (Feed("certificate", "certificate", "codes", words=("codes",)),),
    e.ShipmentAnnounced: (Feed("shipment", "shipment", "codes", words=("codes", "shown")),),
    e.LabelDrafted: (Feed("label", "label", "serial", prefix="serial:", words=("serial",)),),
    e.PersonAdded: (Feed("person", "person", "badges", words=("family", "given")),),
}
"""Everything that can be found by scanning or by words, and the event that says so."""

KEPT = 1000
"""Codes with what they mean, and cases with how many events they have, that are kept in memory at most."""
_FIND = "SELECT kind, id, kase FROM code WHERE key = ? ORDER BY kind, id, kase"

FEEDS_AT_MOST = 4
"""Feeds that one type of event can have: the room for their numbers in the search."""

LISTED: dict[type[Body], str] = {e.DeviationReported: "deviation", e.LabelDrafted: "label"}
"""What is shown newest first, whatever case it is in, and the field with its id."""


_SAY_MORE = frozenset({e.EpochOpened, *LISTED, *FEEDS})


def case_of(subject: str, body: object) -> str:
    """Return the case of an event: its subject if that is a case, else the `case` of its body; empty for none."""
    return subject if subject.startswith("case:") else str(getattr(body, "case", ""))


def rows_of(recorded: Recorded, n: int, at: str) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return table and row for everything that one event, at journal row `n`, says; `at` is its instant as written."""
    body = recorded.body
    case = case_of(recorded.subject, body) or recorded.names_case
    rows: list[tuple[str, tuple[str | int, ...]]] = []
    if case:
        rows += (("case_event", (case, at, recorded.epoch, recorded.seq, n)), ("known_case", (case,)))
    if _concerns_site(body, case):
        rows.append(("case_event", (SITE, at, recorded.epoch, recorded.seq, n)))
    if type(body) in _SAY_MORE:
        rows += _more_rows_of(recorded, n, at, case)
    return rows


def _concerns_site(body: Body | None, case: str) -> bool:
    # What this program does not know is shown to the site too: it may be something that must block its subject.
    return not case if body is None else body.BELONGS is Belongs.SITE


def _more_rows_of(recorded: Recorded, n: int, at: str, case: str) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    body = recorded.body
    assert body is not None  # noqa: S101 - only known types say more
    if isinstance(body, e.EpochOpened):
        yield "epoch", (recorded.epoch, recorded.device, n)
    listed = LISTED.get(type(body))
    if listed is not None:
        yield "listed", (listed, at, str(getattr(body, listed)), case)
    for number, feed in enumerate(FEEDS.get(type(body), ())):
        id = str(getattr(body, feed.id))
        for code in _texts(body, feed.codes):
            yield "code", (feed.prefix + code, feed.kind, id, case)
        words = "\n".join(text for name in feed.words for text in _texts(body, name))
        if words:
            # Numbered by the event, so that taking one patient's rows out leaves all others as a rebuild makes them.
            yield "search", (n * FEEDS_AT_MOST + number, _folded(words), feed.kind, id, case)


class Projections:
    """Follows the journal on the same connection, inside the same transaction."""

    def __init__(self, connection: sqlcipher3.Connection, schema: str = "main") -> None:
        """Take the connection; `create` makes the tables."""
        self._connection = connection
        self._schema = schema
        self.inserts = {table: text.format(schema=schema) for table, text in INSERTS.items()}
        self.touched: set[str] = set()
        """Cases with new events: they count as needing somebody until `settle`."""
        self._found: dict[str, tuple[Found, ...]] = {}
        self._counts: dict[str, int] = {}
        self._needing: set[str] = set()

    def forget(self) -> None:
        """Read anew what was kept in memory: the tables were changed by others, or a transaction was rolled back."""
        self.touched.clear()
        self._found.clear()
        self._counts.clear()
        self._needing.clear()

    def create(self) -> None:
        """Make the tables anew, empty. The caller holds the transaction."""
        for name, statement in TABLES.items():
            self._connection.execute(f"DROP TABLE IF EXISTS {self._schema}.{name}")
            self._connection.execute(statement.format(schema=self._schema))
        # Without this a deleted name would stay readable in the index until its pages are merged.
        self._connection.execute(f"INSERT INTO {self._schema}.search (search, rank) VALUES ('secure-delete', 1)")  # noqa: S608

    def follow(self, recorded: Recorded, n: int, at: str) -> None:
        """Add one event, at journal row `n`. The caller holds the transaction."""
        for table, row in rows_of(recorded, n, at):
            if table == "known_case":
                self._touch(str(row[0]))
                continue
            self._connection.execute(self.inserts[table], row)
            if table == "code":
                self._found.pop(str(row[0]), None)
            elif table == "case_event" and row[0] in self._counts:
                self._counts[str(row[0])] += 1

    def _touch(self, case: str) -> None:
        # Once for all events of a transaction; the first one finds the case settled, or not known at all. One that
        # was left needing somebody stands so in the table already.
        if case not in self.touched and case not in self._needing:
            self._connection.execute(self.inserts["known_case"], (case,))
        self.touched.add(case)

    def settle(self, fold: Callable[[str], CaseRecord], read: Callable[[str], CaseRecord]) -> None:
        """Note which of the touched cases need nobody any more; the caller commits.

        `fold` gives a case from where it is kept; one that has not followed every event there is, is `read` anew.
        """
        for case in self.touched:
            record = fold(case)
            if len(record.recorded) != self._event_count(case):
                record = read(case)
            at = settled_at(record)
            if at is not None:
                self.note_settled(case, at)
            elif len(self._needing) < KEPT:
                self._needing.add(case)
        self.touched.clear()

    def _event_count(self, case: str) -> int:
        known = self._counts.get(case)
        if known is None:
            counted = f"SELECT count(*) FROM {self._schema}.case_event WHERE kase = ?"  # noqa: S608 - our own schema names
            known = int(self._connection.execute(counted, (case,)).fetchone()[0])
            if len(self._counts) >= KEPT:
                self._counts.clear()
            self._counts[case] = known
        return known

    def note_settled(self, case: str, at: datetime) -> None:
        """Note that a case needs nobody since its last event. The caller holds the transaction."""
        self._needing.discard(case)
        self._connection.execute(
            f"UPDATE {self._schema}.known_case SET settled_at = ? WHERE kase = ?",  # noqa: S608 - our own schema names
            (instant(at), case),
        )

    def needing(self, since: str) -> tuple[str, ...]:
        """Return the cases that need somebody, or were settled at an instant (as written) or later; sorted."""
        rows = self._connection.execute(
            "SELECT kase FROM known_case WHERE settled_at = '' OR settled_at >= ? ORDER BY kase", (since,)
        )
        return tuple(row[0] for row in rows)

    def knows(self, case: str) -> bool:
        """Tell whether there is such a case."""
        if self._counts.get(case):
            return True
        return self._connection.execute("SELECT 1 FROM known_case WHERE kase = ?", (case,)).fetchone() is not None

    def case_count(self) -> int:
        """Return how many cases there are."""
        return int(self._connection.execute("SELECT count(*) FROM known_case").fetchone()[0])

    def newest(self, kind: str, limit: int) -> list[tuple[str, str]]:
        """Return ids and cases of the newest things of a kind of `LISTED`, newest first."""
        rows: list[tuple[str, str]] = self._connection.execute(
            "SELECT id, kase FROM listed WHERE kind = ? ORDER BY at DESC, id LIMIT ?", (kind, limit)
        ).fetchall()
        return rows

    def with_code(self, start: str) -> tuple[str, ...]:
        """Return every code that begins so, sorted."""
        rows = self._connection.execute(
            "SELECT DISTINCT key FROM code WHERE key >= ? AND key < ? ORDER BY key", (start, start + "\U0010ffff")
        )
        return tuple(row[0] for row in rows)

    def events_of(self, place: str) -> list[tuple[bytes, bytes, bytes | None]]:
        """Return id, bytes and person's signature of the events of a case or of the site, by instant, epoch, seq."""
        rows: list[tuple[bytes, bytes, bytes | None]] = self._connection.execute(
            "SELECT j.id, j.bytes, j.psig FROM case_event AS c JOIN journal AS j ON j.n = c.n "
            "WHERE c.kase = ? ORDER BY c.at, c.epoch, c.seq",
            (place,),
        ).fetchall()
        return rows

    def cases(self) -> tuple[str, ...]:
        """Return all cases, sorted by their ids."""
        return tuple(row[0] for row in self._connection.execute("SELECT kase FROM known_case ORDER BY kase"))

    def find(self, key: str) -> tuple[Found, ...]:
        """Return everything that carries exactly this code."""
        known = self._found.get(key)
        if known is None:
            known = tuple(Found(*row) for row in self._connection.execute(_FIND, (key,)))
            if len(self._found) >= KEPT:
                self._found.clear()
            self._found[key] = known
        return known

    def search(self, words: str, limit: int) -> tuple[Found, ...]:
        """Return what carries all these words or parts of words, at most `limit`; one needs three letters or more."""
        wanted = _folded(words).split()
        long = [word for word in wanted if len(word) >= 3]
        if not long:
            return ()
        match = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        short = [word for word in wanted if len(word) < 3]
        rows = self._connection.execute("SELECT kind, id, kase, words FROM search WHERE search MATCH ?", (match,))
        found: dict[Found, None] = {}
        for kind, id, case, text in rows:
            if all(word in text for word in short):
                found[Found(kind, id, case)] = None
            if len(found) >= limit:
                break
        return tuple(sorted(found))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Neither case nor accents count: whoever has no key for Ż or ł still finds the name.
    apart = unicodedata.normalize("NFD", text.casefold()).translate(_PLAIN)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _texts(body: Body, name: str) -> Iterator[str]:
    value = getattr(body, name) if name else ()
    for text in (value,) if isinstance(value, str) else value:
        if text:
            yield str(text)
