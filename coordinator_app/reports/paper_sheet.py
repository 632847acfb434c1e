"""The paper sheet of a running case: what the ward and the pharmacy work with while the program cannot be used.

Order and identifiers on the first page; then, apart from them, the check sheet, whose two columns are folded away from
one another; then the clock sheet with absolute times; last a log to be entered later.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from msgspec import Struct, json
from reportlab.platypus import Flowable, KeepTogether, PageBreak

from coordinator_app.reports.check_columns import check_block
from coordinator_app.reports.document import BLANK, Running, gap, grid, heading, notice, to_pdf, words
from coordinator_app.reports.written_time import written_clock, written_instant

LOG_ROWS = 12


class PaperRow(Struct, frozen=True):
    """One identifier or one line of the order, with who issued it."""

    name: str
    value: str
    issuer: str = ""


class PaperStep(Struct, frozen=True):
    """One step still to be done: what each person writes down, and whether two people do so apart.

    `blanks` are captions such as `Wristband: record number`; the expected values are not printed beside them.
    """

    title: str
    blanks: tuple[str, ...]
    blind: bool
    roles: tuple[str, ...] = ()


class PaperClock(Struct, frozen=True):
    """One clock. `deadline` and `earliest` are aware instants, None where the clock has not started.

    `ends` is what ends it in plain words, `limit` how long it may or must run, such as `within 2 h of the start`;
    `about` says of which unit it is, by its neutral name; `uncertain` that nobody can tell how much time has passed.
    """

    title: str
    ends: str
    about: str = ""
    uncertain: bool = False
    deadline: datetime | None = None
    earliest: datetime | None = None
    started: datetime | None = None
    starts: str = ""
    limit: str = ""
    source: str = ""


class PaperPhone(Struct, frozen=True):
    """Whom to ring."""

    name: str
    number: str


class PaperSheet(Struct, frozen=True):
    """All that stands on the paper sheet. `printed_at` is aware; `zone` is the site's IANA zone."""

    site: str
    place: str
    printed_at: datetime
    zone: str
    wall_name: str
    trial: str
    patient: tuple[str, ...]
    identifiers: tuple[PaperRow, ...]
    order: tuple[PaperRow, ...]
    steps: tuple[PaperStep, ...]
    clocks: tuple[PaperClock, ...]
    phones: tuple[PaperPhone, ...]
    demonstration: bool = False

    @property
    def number(self) -> str:
        """Eight characters that stand on every page, so that loose pages of one print find together again."""
        digest = sha256(json.encode(self, order="sorted")).hexdigest().upper()
        return f"{digest[:4]}-{digest[4:8]}"


def paper_sheet(sheet: PaperSheet) -> bytes:
    """Return the paper sheet as a PDF on A4."""
    story: list[Flowable] = [*_first_page(sheet), PageBreak(), *_check_pages(sheet), PageBreak()]
    story += [*_clock_page(sheet), *_log(sheet)]
    printed = written_instant(sheet.printed_at, sheet.zone)
    running = Running(
        left=f"{sheet.site} · {sheet.place}",
        right=f"{'PRACTICE · ' if sheet.demonstration else ''}Paper sheet · {sheet.wall_name}",
        foot=f"Sheet {sheet.number} · printed {printed} · valid for what was known then · keep with the case",
        title=f"Paper sheet {sheet.number}",
    )
    return to_pdf(story, running)


def paper_lines(sheet: PaperSheet) -> tuple[str, ...]:
    """Return the same sheet as plain lines for a screen, the clocks first."""
    lines = [f"{sheet.wall_name} · {sheet.trial} · sheet {sheet.number}"]
    lines += [
        f"{_called(clock, ' · ')}: {_when(clock, sheet.zone, '; ')}; ends with: {clock.ends}"
        for clock in _started_first(sheet.clocks)
    ]
    lines += list(sheet.patient)
    lines += [f"{row.name}: {row.value}" for row in (*sheet.identifiers, *sheet.order)]
    for step in sheet.steps:
        people = "two people, each alone, then compare" if step.blind else "one person"
        lines.append(f"{step.title} ({people}): {', '.join(step.blanks)}")
    lines += [f"{phone.name}: {phone.number}" for phone in sheet.phones]
    return tuple(lines)


def _first_page(sheet: PaperSheet) -> list[Flowable]:
    story: list[Flowable] = [
        notice(
            "Use this sheet while the program cannot be used. Write down every time in 24 hours, and what happened. "
            "When the program is back, enter it there with these times; keep the sheet."
        ),
        gap(2),
        *heading("Clocks"),
        grid(
            ("", "", ""),
            [
                (_called(clock), _when(clock, sheet.zone), f"ends with: {clock.ends}")
                for clock in sheet.clocks
                if _has_started(clock)
            ],
            (36, 42, 32),
            bold_columns=(1,),
            size=11,
        ),
        *heading("Patient"),
        grid(("",), [[line] for line in sheet.patient], (1,), size=11, bold_columns=(0,)),
        *heading("Identifiers"),
        grid(
            ("Identifier", "Value", "Issued by"),
            [(row.name, row.value, row.issuer) for row in sheet.identifiers],
            (30, 50, 30),
            bold_columns=(1,),
            size=10,
        ),
        *heading("Order"),
        grid(("", ""), [(row.name, row.value) for row in sheet.order], (30, 80), bold_columns=(1,), size=10),
    ]
    phones = [(phone.name, phone.number) for phone in sheet.phones]
    story += [KeepTogether([*heading("Whom to ring"), grid(("", ""), phones, (60, 50), bold_columns=(1,), size=11)])]
    return story


def _check_pages(sheet: PaperSheet) -> list[Flowable]:
    story: list[Flowable] = [
        *heading("Check sheet"),
        words(
            "Keep page 1 out of sight until both columns are filled. Fold the page along the dashed line. The first "
            "person reads from the patient and from the product, writes on the left, and turns the page over. The "
            "second person does the same on the right without unfolding. Then unfold, compare both with the order on "
            "page 1, and sign. One character different: do not go on; ring the pharmacy.",
            9,
        ),
        gap(3),
    ]
    for step in sheet.steps:
        story.append(KeepTogether(check_block(step.title, step.blanks, step.roles, blind=step.blind)))
    return story


def _clock_page(sheet: PaperSheet) -> list[Flowable]:
    rows = [
        (
            f"{_called(clock)}\n{clock.source}" if clock.source else _called(clock),
            _started(clock, sheet.zone),
            _when(clock, sheet.zone),
            clock.ends,
            BLANK,
            BLANK,
        )
        for clock in _started_first(sheet.clocks)
    ]
    return [
        *heading("Clock sheet"),
        words(
            f"All times are times of day in {sheet.zone}, 24 hours. Use a clock on the wall, not a kitchen timer.", 9
        ),
        gap(2),
        grid(
            ("Clock", "Started", "Time limit", "Ends with", "Ended at", "Name, signature"),
            rows,
            (34, 24, 34, 28, 22, 34),
            bold_columns=(2,),
            least_row_mm=14,
        ),
    ]


def _called(clock: PaperClock, between: str = "\n") -> str:
    return f"{clock.title}{between}{clock.about}" if clock.about else clock.title


def _has_started(clock: PaperClock) -> bool:
    return clock.deadline is not None or clock.earliest is not None or clock.started is not None or clock.uncertain


def _started_first(clocks: tuple[PaperClock, ...]) -> list[PaperClock]:
    return sorted(clocks, key=lambda clock: not _has_started(clock))


def _started(clock: PaperClock, zone: str) -> str:
    if clock.started is not None:
        return written_instant(clock.started, zone)
    if _has_started(clock):
        return "running"
    return f"with {clock.starts}\n\n____ : ____" if clock.starts else "____ : ____"


def _when(clock: PaperClock, zone: str, between: str = "\n") -> str:
    parts = []
    if clock.uncertain:
        parts.append("time not certain: ring the pharmacy")
    if clock.earliest is not None:
        parts.append(f"not before {written_clock(clock.earliest, zone)}, {_day(clock.earliest, zone)}")
    if clock.deadline is not None:
        parts.append(f"by {written_clock(clock.deadline, zone)}, {_day(clock.deadline, zone)}")
    if not parts:
        parts.append(clock.limit or "not started")
    return between.join(parts)


def _day(at: datetime, zone: str) -> str:
    return written_instant(at, zone).split(" ")[0]


def _log(sheet: PaperSheet) -> list[Flowable]:
    rows = [(BLANK, BLANK, BLANK, BLANK)] * LOG_ROWS
    log = grid(("Time", "What happened", "Name", "Signature"), rows, (18, 90, 36, 36), least_row_mm=9)
    return [*heading("Log"), log]
