"""What the exchange core needs from a workstation's record and from whoever carries its requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from coordinator_app.exchange.protocol import (
    MAX_BYTES,
    MAX_EVENTS,
    NO_HEAD,
    Checkpoint,
    Finding,
    Line,
    Receipt,
    Stream,
)


class Request(Struct, frozen=True):
    """One request to carry; `seconds` is how long its answer may take."""

    method: str
    target: str
    body: bytes
    headers: dict[str, str]
    seconds: float


class Pause(Struct, frozen=True):
    """Wait so many seconds before going on."""

    seconds: float


class Reply(Struct, frozen=True):
    """What came back: status 0 is no answer at all, then `body` says why in plain words."""

    status: int
    body: bytes
    retry_after: float = 0.0


AGAIN = "again"
"""Stands for the hub epoch of an offer that was begun because the hub was put back, and that is not over yet."""


class SeenElsewhere(Struct, frozen=True):
    """What the hub signed for another workstation, as that one wrote it into its record at the instant `at`."""

    device: str
    at: str
    shown: Checkpoint


class Marks(Struct, frozen=True):
    """How far this record has the hub's log: `n` lines up to the running hash `head`.

    `offered` is the hub epoch to which everything the hub lacked has been offered; `kept` counts what was fetched of
    the lines the hub keeps apart, `kept_id` is the last one's. `shown` is the newest checkpoint the hub signed.
    `seen` is what it signed for others and what is not yet compared with the log as it was read here; `two_logs` is the
    last of it that did not fit and that the hub stood by.
    """

    hub_epoch: str = ""
    n: int = 0
    head: str = NO_HEAD
    offered: str = ""
    kept: int = 0
    kept_id: str = ""
    shown: Checkpoint | None = None
    seen: tuple[SeenElsewhere, ...] = ()
    two_logs: SeenElsewhere | None = None


class Taken(Struct, frozen=True):
    """What becomes of one line: `here` already, `integrated`, `unknown` (stored, not understood), or `kept` apart."""

    line: Line
    epoch: str
    seq: int
    state: Literal["here", "integrated", "unknown", "kept"]
    why: str = ""


class Here(Struct, frozen=True):
    """Where one epoch stands in this record."""

    device: str
    next: int
    id: str


class Record(Protocol):
    """A workstation's record, as far as the exchange goes. Each call that changes it is one transaction."""

    def marks(self) -> Marks:
        """Return how far the exchange has come."""
        ...

    def set_marks(self, marks: Marks) -> None:
        """Keep the marks alone, where no line comes with them."""
        ...

    def page_marks(self) -> Sequence[tuple[int, str]]:
        """Return places of the hub's log with their heads, rising, where pages ended that were taken."""
        ...

    def unsent(self) -> Sequence[tuple[str, int]]:
        """Return own epochs and the first position the hub has not acknowledged, in the order they were opened."""
        ...

    def streams(self) -> dict[str, Here]:
        """Return where every epoch stands, own and foreign, in the order in which they came."""
        ...

    def lines(self, epoch: str, first: int) -> list[Line]:
        """Return lines of an epoch from a position on, as many as fit into one push."""
        ...

    def sent(self, epoch: str, first: int, next_seq: int, receipt: Receipt | None, kept: str) -> None:
        """Note that the hub has the lines before `next_seq`; `kept` says why it keeps those from `first` on apart."""
        ...

    def acknowledged(self) -> dict[str, int]:
        """Return the position up to which the hub acknowledged each own epoch."""
        ...

    def kept_by_hub(self) -> Sequence[str]:
        """Return own epochs of which the hub keeps lines apart."""
        ...

    def kept_runs(self) -> Sequence[tuple[str, int, list[Line]]]:
        """Return the lines that stand beside the journal here, in contiguous runs that fit into one push each."""
        ...

    def current(self) -> str:
        """Return the epoch that this run of the program writes; nobody else may."""
        ...

    def lacking(self, epoch: str, next_seq: int) -> None:
        """Note that the hub has fewer lines of an own epoch than it acknowledged: it was put back."""
        ...

    def id_at(self, epoch: str, seq: int) -> str:
        """Return the id at a position, or an empty text."""
        ...

    def stream(self, epoch: str) -> Here | None:
        """Return where one epoch stands."""
        ...

    def fault_of(self, line: Line) -> str:
        """Return why this line cannot be integrated now, or an empty text; called in the order of integration."""
        ...

    def key_of(self, device: str) -> bytes | None:
        """Return the public key of a workstation of the site."""
        ...

    def waiting(self) -> Sequence[str]:
        """Return the epochs of which lines wait beside the journal for something that was not here."""
        ...

    def waiting_at(self, epoch: str, seq: int) -> Sequence[Line]:
        """Return the lines that wait for this position: two, where two branches of a run are kept."""
        ...

    def lacks_keys(self, lines: Sequence[Line]) -> bool:
        """Say whether one of these lines is sealed with a key that is not here."""
        ...

    def take(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        """Store a page and the marks that go with it, together or not at all.

        `came` are the lines as they came: they are counted apart from what became of them. Without it nothing came but
        what was taken.
        """
        ...

    def take_kept(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        """Store lines that the hub keeps apart, and how many of them were fetched."""
        ...

    def tell(
        self,
        findings: Sequence[Finding],
        elsewhere: dict[str, Stream],
        keys: dict[str, bytes],
        writers: dict[str, str] | None = None,
    ) -> None:
        """Note what the hub found, what is said to exist elsewhere, whose keys there are, and who writes each epoch."""
        ...


class Identity(Struct, frozen=True):
    """Who asks: the workstation's id and key, the site, and the hub's key as it was pinned at the admission.

    `sign` makes this workstation's signature; `verify` checks one (key, signature, part); `now` gives aware UTC as
    text, `nonce` a fresh nonce, `random` a number from 0 up to 1. `knows` says whether this program knows an event
    type in a version.
    """

    device: str
    site: str
    hub_key: bytes
    sign: Callable[[bytes], bytes]
    verify: Callable[[bytes, bytes, bytes], bool]
    now: Callable[[], str]
    nonce: Callable[[], str]
    random: Callable[[], float]
    knows: Callable[[str, int], bool]


def runs_of(lines: Iterable[tuple[str, int, Line]]) -> list[tuple[str, int, list[Line]]]:
    """Return lines, each with its epoch and position, in contiguous runs that fit into one push each."""
    found: list[tuple[str, int, list[Line]]] = []
    room = 0
    for epoch, seq, line in sorted(lines, key=lambda each: each[:2]):
        size = len(line.written) + 300
        follows = found and (found[-1][0], found[-1][1] + len(found[-1][2])) == (epoch, seq)
        if follows and size <= room and len(found[-1][2]) < MAX_EVENTS:
            found[-1][2].append(line)
            room -= size
        else:
            found.append((epoch, seq, [line]))
            room = MAX_BYTES - size
    return found
