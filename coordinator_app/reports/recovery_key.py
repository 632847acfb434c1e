"""The sheet for the safe: a recovery key in seven lines and as a symbol, what it opens and how it is used."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from reportlab.platypus import Flowable, Table

from coordinator_app.reports.document import TEXT_WIDTH, Running, gap, grid, heading, notice, to_pdf, words
from coordinator_app.reports.drawn_code import CodeFlowable, DrawnCode
from coordinator_app.reports.written_time import written_instant

SAFE = ("Put in by", "Date, time", "Taken out by", "Date, time, why")
MIDDLE = [("ALIGN", (0, 0), (-1, -1), "CENTER")]
OPENS = (
    ("The record and its second copy", "every event of this workstation, in the file, its mirror and every backup"),
    ("The patients' keys", "names, dates of birth, record numbers, wristbands and photos of everybody not erased"),
    ("The signing key", "a workstation set up from a backup goes on as this one, in a new run"),
)


class RecoverySheet(Struct, frozen=True):
    """What stands on the sheet; `fingerprint` names the key and tells nothing of it, `printed_at` is aware."""

    site: str
    place: str
    lines: tuple[str, ...]
    fingerprint: str
    symbol: DrawnCode
    printed_at: datetime
    zone: str


def recovery_sheet(sheet: RecoverySheet) -> bytes:
    """Return the sheet as a PDF of one page; whoever makes it never writes it to a disk."""
    story: list[Flowable] = [
        notice("Whoever holds this sheet and a backup can read every name. Keep it in the safe; never copy it.", 10),
        gap(5),
        words(f"Recovery key {sheet.fingerprint}", 16, bold=True, centre=True),
        gap(3),
        grid(
            ("Line", "Characters", "Check"),
            [(str(number), line[:-2], line[-1]) for number, line in enumerate(sheet.lines, start=1)],
            (10, 60, 12),
            bold_columns=(1, 2),
            size=13,
        ),
        words("Letters A to Z and digits 2 to 7: there is no zero, one or eight.", 9),
        gap(3),
        Table([[CodeFlowable(sheet.symbol, 0.75, 45)]], colWidths=[TEXT_WIDTH], style=MIDDLE),
        *heading("What it opens"),
        grid(("", ""), OPENS, (30, 70), bold_columns=(0,)),
        *heading("How to use it"),
        grid(
            ("", ""),
            [
                ("1", "The computer is lost: coordinator restore BACKUP --store FOLDER --recovery-key -"),
                ("2", "Only its keys are lost: coordinator keys recover --store FOLDER --recovery-key -"),
                ("3", "Type the lines, or scan the symbol. A mistyped line is told by its number."),
                ("4", "Afterwards make a new recovery key (Record, Keeping); that voids this sheet: shred it."),
            ],
            (6, 104),
            bold_columns=(0,),
        ),
        *heading("In the safe"),
        grid(SAFE, [("_",) * 4] * 3, (30, 24, 30, 36), least_row_mm=8),
    ]  # fmt: skip
    running = Running(
        left=f"{sheet.site} · {sheet.place}", right="Recovery key",
        foot=f"Printed {written_instant(sheet.printed_at, sheet.zone)} · one sheet only; no copy is kept anywhere",
        title="Recovery key",
    )  # fmt: skip
    return to_pdf(story, running)
