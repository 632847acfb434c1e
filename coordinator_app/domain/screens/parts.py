"""What pages and their surroundings are made of: sentences by code, actions, clocks, people, fields."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Say(Struct, frozen=True):
    """A sentence by its code, with the values that fill it."""

    code: str
    values: dict[str, str] = {}


class Verdict(StrEnum):
    """What became of one thing a person did (`formats.md` §5, `expect`)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    WARNED = "warned"


class Tone(StrEnum):
    """The four states of design §10, each told by word, shape and colour together."""

    IN_TIME = "in-time"
    DUE = "due"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


class ActionShown(Struct, frozen=True):
    """A thing the person may press. `key` is a function key's name; `danger` keeps it apart from the rest."""

    id: str
    danger: bool = False
    primary: bool = False
    key: str | None = None
    values: dict[str, str] = {}


class ClockShown(Struct, frozen=True):
    """One countdown. `deadline` and `earliest` are aware UTC; the time left is computed each time it is drawn.

    `remaining_ms` is what remained at `read_at_ns` of the suspend-aware clock, None where time is not known.
    """

    wall_name: str
    title: str
    state: str
    tone: Tone
    remaining_ms: int | None
    read_at_ns: int
    deadline: datetime | None
    earliest: datetime | None
    ends: str
    source: str
    why: str
    case: str
    clock: str
    entered_late: bool = False
    blocks: tuple[str, ...] = ()
    warn_level: int | None = None


class AlarmShown(Struct, frozen=True):
    """An alarm that nobody has answered yet, or that was answered and still holds."""

    id: str
    level: str
    say: Say
    detail: Say
    acknowledged_by: str | None = None


class PersonShown(Struct, frozen=True):
    """The person signed in."""

    family: str
    given: str
    role: str


class ExchangeShown(Struct, frozen=True):
    """How this workstation stands with the hub: a word and an age, never an error."""

    state: str
    since: datetime | None = None
    waiting: int = 0


class ScannerShown(Struct, frozen=True):
    """A calibrated scanner of this workstation; `layout` is empty where nothing had to be learned."""

    scanner: str
    mode: str
    layout: str
    separator: str
    prefix: str
    caps: str
    at: datetime


class FieldShown(Struct, frozen=True):
    """One thing to fill in. Kinds: text, secret, date, letters, number, choice, scan, file, note."""

    id: str
    kind: str
    say: Say
    value: str = ""
    choices: tuple[tuple[str, Say], ...] = ()
    required: bool = True
    hint: Say | None = None


class MarkShown(Struct, frozen=True):
    """One line of the steps at the left: done, now or to do."""

    say: Say
    state: str


class AlreadyRead(Struct, frozen=True):
    """Something this person has read in this arm, with the instant."""

    say: Say
    at: datetime
