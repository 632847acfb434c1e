"""Every page that the bench shows, each a record that a window draws."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain.dry_run import DryRunLine
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens.frame import Banner, PatientBanner
from coordinator_app.domain.screens.parts import (
    ActionShown,
    AlreadyRead,
    ClockShown,
    ExchangeShown,
    FieldShown,
    MarkShown,
    Say,
    ScannerShown,
    Tone,
)


class SignInPage(Struct, frozen=True, tag="sign_in"):
    """Badge, then PIN. `purpose` is sign_in, witness, unlock or sign; `name` only once the badge is known."""

    purpose: str
    stage: str
    clocks: tuple[ClockShown, ...]
    name: str | None = None
    refusal: Say | None = None
    meaning: Say | None = None
    actions: tuple[ActionShown, ...] = ()


class TaskShown(Struct, frozen=True):
    """One thing that needs somebody: most urgent first."""

    tone: Tone
    title: Say
    who: Say
    note: Say
    clock: ClockShown | None
    opens: str
    badge: Say | None = None


class TodayPage(Struct, frozen=True, tag="today"):
    """What needs this person now."""

    tasks: tuple[TaskShown, ...]
    later: int
    done: int
    week: int = 0
    actions: tuple[ActionShown, ...] = ()


class JourneyMark(Struct, frozen=True):
    """One station of a case's journey."""

    say: Say
    state: str
    detail: Say | None = None


class IdentifierShown(Struct, frozen=True):
    """One row of the cross-walk: the trial's word, the value as people read it, who issued it."""

    name: str
    value: str
    issuer: str
    carrier: str = ""


class RecordLine(Struct, frozen=True):
    """One event as a person reads it."""

    at: datetime
    say: Say
    actor: str
    late: bool = False
    refused: bool = False


class CasePage(Struct, frozen=True, tag="case"):
    """One patient's therapy. `typed` counts the readings that a hand typed instead of scanning."""

    banner: PatientBanner
    case: str
    journey: tuple[JourneyMark, ...]
    identifiers: tuple[IdentifierShown, ...]
    next_title: Say
    next_detail: Say
    clocks: tuple[ClockShown, ...]
    record: tuple[RecordLine, ...]
    actions: tuple[ActionShown, ...]
    typed: int = 0


class GuidedPage(Struct, frozen=True, tag="guided"):
    """One instruction, very large. `drawing` names what to scan: badge, wristband, bag, cassette, label, vial …"""

    banner: Banner
    title: Say
    marks: tuple[MarkShown, ...]
    drawing: str
    instruction: Say
    hint: Say | None
    already: tuple[AlreadyRead, ...]
    clock: ClockShown | None
    actions: tuple[ActionShown, ...]
    fields: tuple[FieldShown, ...] = ()
    note: Say | None = None
    note_is_refusal: bool = False
    expects_scan: bool = True


class FormPage(Struct, frozen=True, tag="form"):
    """Things to fill in that are not a step at the patient."""

    form: str
    title: Say
    intro: Say
    fields: tuple[FieldShown, ...]
    actions: tuple[ActionShown, ...]
    note: Say | None = None
    marks: tuple[MarkShown, ...] = ()


class RowShown(Struct, frozen=True):
    """One line of a list; `opens` is what pressing it does."""

    cells: tuple[str | Say, ...]
    tone: Tone | None = None
    opens: str | None = None


class PictureShown(Struct, frozen=True):
    """One small picture (PNG) with its words; empty where it cannot be shown, and `say` then tells why."""

    name: str
    png: bytes
    say: Say


class ListPage(Struct, frozen=True, tag="list"):
    """People, profiles, labels, deviations, scanners: one title, one table, what can be done; photos of a deviation."""

    page: str
    title: Say
    intro: Say
    columns: tuple[Say, ...]
    rows: tuple[RowShown, ...]
    empty: Say
    actions: tuple[ActionShown, ...] = ()
    pictures: tuple[PictureShown, ...] = ()


class ProfilePage(Struct, frozen=True, tag="profile"):
    """One version of a trial's profile in plain words, part by part, and its clocks on an example day."""

    profile: str
    version: int
    title: str
    sha256: str
    state: Say
    sections: tuple[tuple[Say, tuple[str, ...]], ...]
    day: tuple[DryRunLine, ...]
    actions: tuple[ActionShown, ...]
    note: Say | None = None


class WallPage(Struct, frozen=True, tag="wall"):
    """Every running clock, most urgent first, without identifiers; `actions` where a time is not certain."""

    clocks: tuple[ClockShown, ...]
    actions: tuple[ActionShown, ...] = ()


class PaperPage(Struct, frozen=True, tag="paper"):
    """The paper sheet of a case: plain lines to read now and the file that went to the printer."""

    title: Say
    lines: tuple[str, ...]
    file: str | None
    actions: tuple[ActionShown, ...]


class TriedScan(Struct, frozen=True):
    """What one scan at the set-up screen was understood as; nothing else came of it."""

    scanner: str
    how: str
    route: str
    symbology: str
    fields: tuple[tuple[str, str], ...] = ()
    refusal: Say | None = None


class ScannersPage(Struct, frozen=True, tag="scanners"):
    """Setting up scanners. `view` is card, or serial for the page that says how to set a scanner to serial.

    `card` are the modules of the calibration card: one text of `1` (dark) and `0` per row. `fault` says why a scanner
    could not be calibrated.
    """

    view: str
    card: tuple[str, ...]
    scanners: tuple[ScannerShown, ...]
    tried: TriedScan | None
    fault: Say | None
    actions: tuple[ActionShown, ...]


class CountShown(Struct, frozen=True):
    """One number of the exchange with its words; `tone` where it needs somebody."""

    say: Say
    count: int
    tone: Tone | None = None


class WorkstationShown(Struct, frozen=True):
    """One workstation of the site: where it stands, when it last wrote what is here, what is to be said of it."""

    place: Say
    say: Say
    news_at: datetime | None
    tone: Tone


class ExchangePage(Struct, frozen=True, tag="exchange"):
    """How this workstation stands with its hub and with the others of the site.

    `received` is one number and the parts it must be the sum of. `words` and `code` (modules of a symbol, one text of
    `1` and `0` for each row) stand for this workstation's fingerprint: read aloud, or scanned by another one.
    """

    exchange: ExchangeShown
    meaning: Say
    hub: str
    waiting: CountShown
    received: tuple[CountShown, ...]
    adds_up: bool
    workstations: tuple[WorkstationShown, ...]
    trouble: Say | None = None
    hub_here: Say | None = None
    notes: tuple[Say, ...] = ()
    words: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    actions: tuple[ActionShown, ...] = ()


class Aligned(Struct, frozen=True):
    """Two readings under one another with the differing characters marked by position."""

    expected: str
    read: str
    expected_marks: tuple[int, ...]
    read_marks: tuple[int, ...]


class VerdictPage(Struct, frozen=True, tag="verdict"):
    """Seen from across the room. `kind` is accepted, mismatch, refused, or held: amber until people answer for it.

    `typed` counts the readings of the check that a hand typed instead of scanning.
    """

    kind: str
    title: Say
    sentence: Say
    next_step: Say
    reason: Refusal | None = None
    aligned: Aligned | None = None
    names: tuple[tuple[str, datetime], ...] = ()
    clock: ClockShown | None = None
    actions: tuple[ActionShown, ...] = ()
    typed: int = 0


Page = (
    SignInPage
    | TodayPage
    | CasePage
    | GuidedPage
    | FormPage
    | ListPage
    | ProfilePage
    | WallPage
    | PaperPage
    | ScannersPage
    | ExchangePage
    | VerdictPage
)
