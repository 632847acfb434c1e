"""The scanner calibration card: one symbol with every character a label can hold, read once per scanner and shift.

The symbol holds every sign of ISBT 128 and GS1, letters in both cases, digits and one group separator, so that a wrong
keyboard layout, caps lock or a lost separator shows (`reference/standards.md` §5.4 point 4).
"""

from __future__ import annotations

from datetime import datetime

from reportlab.platypus import Flowable, Table

from coordinator_app.reports.document import TEXT_WIDTH, Running, gap, grid, heading, notice, to_pdf, words
from coordinator_app.reports.drawn_code import CodeFlowable, DrawnCode
from coordinator_app.reports.written_time import written_instant


def calibration_card(symbol: DrawnCode, *, holds: str, site: str, printed_at: datetime, zone: str) -> bytes:
    """Return the card as a PDF. `symbol` are the modules of the Data Matrix whose content is `holds`.

    The content belongs to whoever compares what the scanner sent with it; this card only shows it.
    """
    story: list[Flowable] = [
        notice("Read this symbol with every scanner when it is set up, and at the start of every shift.", 10),
        gap(6),
        Table([[CodeFlowable(symbol, 0.8, 90)]], colWidths=[TEXT_WIDTH], style=[("ALIGN", (0, 0), (-1, -1), "CENTER")]),
        gap(4),
        words("CALIBRATION", 16, bold=True, centre=True),
        words("not a patient, not a product", 10, centre=True),
        *heading("How to"),
        grid(
            ("", ""),
            [
                ("1", "Press F10 on the sign-in screen of the workstation, or open Help and press Scanners."),
                ("2", "Read the symbol above once. The screen says what arrived, sign by sign."),
                ("3", "Accepted: write date and your name below. The scanner may be used for identity checks."),
                (
                    "4",
                    "Refused: read the set-up sheet of the scanner (keyboard layout US, caps lock off, separator on, "
                    "symbology identifier on) and read the symbol again. Still refused: set the scanner to serial.",
                ),
            ],
            (6, 104),
            bold_columns=(0,),
            size=10,
        ),
        *heading("What the symbol holds"),
        words(holds.replace("\x1d", " (GS, the group separator) "), 9),
        *heading("Read with"),
        grid(("Scanner", "Date, time", "Result", "Name"), [("_",) * 4] * 6, (30, 30, 24, 36), least_row_mm=9),
    ]
    running = Running(
        left=site,
        right="Scanner calibration card",
        foot=f"Printed {written_instant(printed_at, zone)} · print at 100 %, never 'fit to page'; reprint when worn",
        title="Scanner calibration card",
    )
    return to_pdf(story, running)
