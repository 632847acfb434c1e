"""The scanner set-up as the gallery shows it: after a label, before anything, and with a scanner that failed."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from coordinator_app.domain.screens import ActionShown, Answer, Say, ScannerShown, ScannersPage, TriedScan, Verdict
from coordinator_app.ui.sample_records import NOW, answer, frame

BACK = ActionShown("back", primary=True, key="F12")
ACTIONS = (
    ActionShown("hear_accepted", key="F5"),
    ActionShown("hear_refused", key="F6"),
    ActionShown("print_card", key="F8"),
    ActionShown("to_serial", key="F7"),
    ActionShown("use_camera", key="F11"),
    BACK,
)


def scanners(**change: Any) -> ScannersPage:
    """Return the page after a label was tried out; the symbol on it is not a real one."""
    page = ScannersPage(
        view="card",
        card=tuple("10" * 18 if row % 2 else "01" * 18 for row in range(36)),
        scanners=(ScannerShown("scanner-1", "keyboard", "us", "", "", "host-inverts", NOW),),
        tried=TriedScan(
            "scanner-1",
            "scanned",
            "gs1",
            "]d2",
            (("GTIN", "09506000134352"), ("SERIAL", "KIT01001"), ("BATCH/LOT", "LOT-26K41A")),
        ),
        fault=None,
        actions=ACTIONS,
    )
    return replace(page, **change)


def scanner_answers() -> dict[str, Answer]:
    """Return one answer for each picture."""
    unknown = TriedScan("scanner-1", "scanned", "none", "", refusal=Say("scanner.fault.characters-lost"))
    lost = scanners(view="serial", fault=Say("scanner.fault.separator-lost"), actions=(BACK,))
    return {
        "scanners": answer(scanners(), frame("scanners")),
        "scanners_none": answer(scanners(scanners=(), tried=None), frame("scanners", None)),
        "scanners_unknown": answer(scanners(tried=unknown), frame("scanners"), Verdict.REFUSED),
        "scanners_serial": answer(lost, frame("scanners"), Verdict.REFUSED),
    }
