"""Saves a picture of every page, offscreen, for people to look at: `python -m coordinator_app.ui.gallery OUT`."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from coordinator_app.domain.screens import Answer, ExchangeShown, Say, Verdict
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui import theme
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.power import Power
from coordinator_app.ui.sample_exchange import exchange_answers
from coordinator_app.ui.sample_scanners import scanner_answers


def sample_answers() -> dict[str, Answer]:
    """Return one answer for each picture, by the picture's name."""
    offline = ExchangeShown("offline", s.NOW.replace(hour=8, minute=14), 23)
    note = {"note": Say("This is not the bag’s code. Scan the square code on the bag itself."), "note_is_refusal": True}
    two = {"purpose": "witness"}
    wrong_pin = Say("The PIN is not right. 4 tries are left, then this badge is locked for five minutes.")
    nobody = s.frame("", None)
    return {
        "sign_in": s.answer(s.sign_in(), nobody),
        "sign_in_pin": s.answer(s.sign_in("pin", name="OKAFOR, Ngozi"), nobody),
        "sign_in_refused": s.answer(
            s.sign_in(
                "pin",
                name="OKAFOR, Ngozi",
                refusal=wrong_pin,
            ),
            nobody,
        ),
        "witness": s.answer(s.sign_in(**two), nobody),
        "today": s.answer(s.today(), s.frame("today", s.PHARMACIST, exchange=offline, alarms=(s.ALARM,), parked=1)),
        "today_message": s.answer(
            s.today(), s.frame("today"), Verdict.REFUSED, message=Say("The code was cut off. Scan it again, slowly.")
        ),
        "guided": s.answer(s.guided(), s.frame("bedside")),
        "guided_refused": s.answer(s.guided(**note), s.frame("bedside", alarms=(s.ALARM,)), Verdict.REFUSED),
        "guided_stated": s.answer(s.stated(), s.frame("bedside")),
        "guided_choices": s.answer(s.received(), s.frame("bedside", s.PHARMACIST)),
        "case": s.answer(s.case(), s.frame("case", s.PHARMACIST)),
        "form": s.answer(s.enrolment_form(), s.frame("people")),
        "form_note": s.answer(s.report_form(), s.frame("case")),
        "list": s.answer(s.people_list(), s.frame("people")),
        "list_empty": s.answer(s.empty_list(), s.frame("deviations")),
        "wall": s.answer(s.wall(), s.frame("clocks")),
        "wall_9": s.answer(s.wall(9), s.frame("clocks", exchange=offline)),
        "wall_23": s.answer(s.wall(23), s.frame("clocks", exchange=offline)),
        "wall_6": s.answer(s.wall(6), s.frame("clocks")),
        "wall_empty": s.answer(s.wall(0), s.frame("clocks")),
        **scanner_answers(),
        **exchange_answers(),
        "paper": s.answer(s.paper(), s.frame("case")),
        "accepted": s.answer(s.accepted(), s.frame("bedside")),
        "mismatch": s.answer(s.mismatch(), s.frame("bedside"), Verdict.REFUSED),
        "mismatch_long": s.answer(
            s.mismatch("=A99992612345600&,1000000000000A123456789", "=A99992612345600&,1000000000000A123456798"),
            s.frame("bedside"),
            Verdict.REFUSED,
        ),
        "refused": s.answer(s.refused(), s.frame("bedside"), Verdict.REFUSED),
        "held": s.answer(s.held(), s.frame("bedside"), Verdict.WARNED),
    }


def _now() -> datetime:
    return s.NOW


def _now_ns() -> int:
    return s.NOW_NS


def _power() -> Power:
    return Power(82, on_mains=False)


def save_pictures(app: QApplication, out: Path, suffix: str = "") -> list[Path]:
    """Show every sample page in the real window and save what is painted."""
    out.mkdir(parents=True, exist_ok=True)
    window = MainWindow(_now_ns, _now, power=_power)
    window.resize(1280, 720)
    window.show()
    files = []
    for name, answer in sample_answers().items():
        window.person_acted()
        window.show_answer(answer)
        files.append(_save(app, window, out / f"{name}{suffix}.png"))
    window.show_broken("The store could not be read. The last records are safe.")
    files.append(_save(app, window, out / f"broken{suffix}.png"))
    window.close()
    return files


def _save(app: QApplication, window: MainWindow, path: Path) -> Path:
    for _ in range(3):
        app.processEvents()
    window.grab().save(str(path))
    return path


def main() -> None:
    """Save all pages by day, at night and at 200 % text."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "gallery")
    app = QApplication([])
    for suffix, night, scale in (("", False, 1.0), ("_night", True, 1.0), ("_200", False, 2.0)):
        theme.apply(app, night=night, scale=scale)
        save_pictures(app, out, suffix)


if __name__ == "__main__":
    main()
