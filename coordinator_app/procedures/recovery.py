"""The recovery key is drawn, written down or printed, read back, and from then on opens this record's keys.

Shown once, on this screen; it is never recorded and never lies on the disk. A printer that is a folder is refused.
"""

from __future__ import annotations

import re

from coordinator_app.codes.symbols import Symbol, matrix
from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Pressed, PrintReported
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, PrintJob, RowShown, Say
from coordinator_app.procedures.keeping_page import KEEPERS
from coordinator_app.procedures.list_parts import list_page, roles_of
from coordinator_app.procedures.sign_act import ask_signature
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import new_id
from coordinator_app.reports.drawn_code import DrawnCode
from coordinator_app.reports.recovery_key import RecoverySheet, recovery_sheet
from coordinator_app.store.faults import KeyFileDamaged, StoreFault
from coordinator_app.store.recovery_key import (
    draw_recovery_key,
    fingerprint_of,
    public_half,
    recovery_lines,
    recovery_symbol,
)

PRINT = ActionShown("print_recovery_key", key="F8")
GO_ON = ActionShown("go_on", primary=True, key="F12")
CANCEL = ActionShown("cancel", danger=True, key="F7")
READ_BACK = 4
"""The line that is typed back from the sheet: proof that somebody can read it."""
FOLDER = "folder"


def _keeper(run: Sitting) -> None:
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended


def make_recovery_key(run: Sitting) -> Flow[None]:
    """Draw a recovery key, show it, have one line of it read back, and use it from then on; older sheets are void."""
    _keeper(run)
    key = draw_recovery_key()
    lines = recovery_lines(key)
    yield from _shown(run, key, lines)
    wanted = re.sub(r"\W", "", lines[READ_BACK - 1])

    def check(values: dict[str, str]) -> Refusal | Say | None:
        return None if re.sub(r"\W", "", values["line"]).upper() == wanted else Say("recovery.not_the_line")

    yield from run.fill_in("recovery_read_back", (FieldShown("line", "text", Say("field.recovery_line")),), check=check)
    yield from ask_signature(run, Say("meaning.recovery_key"))
    run.work.record(
        e.RecoveryKeyPrinted(fingerprint=fingerprint_of(public_half(key))), subject=run.work.store.site,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    run.work.store.use_recovery_key(key)


def _shown(run: Sitting, key: bytes, lines: tuple[str, ...]) -> Flow[None]:
    rows = [RowShown((str(number), line)) for number, line in enumerate(lines, start=1)]
    while True:
        received = yield list_page("recovery_key", ("number", "line"), rows, (GO_ON, PRINT, CANCEL))
        run.settle()
        if isinstance(received, Pressed) and received.action in {"cancel", "back"}:
            raise Ended
        if isinstance(received, Pressed) and received.action == GO_ON.id:
            return
        if isinstance(received, Pressed) and received.action == PRINT.id:
            _print(run, key, lines)
        elif isinstance(received, PrintReported):
            if not received.delivered:
                run.refuse(Refusal.PRINTER_FAILED)
        else:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)


def _print(run: Sitting, key: bytes, lines: tuple[str, ...]) -> None:
    work = run.work
    printer = work.site.settings.get("paper_printer", FOLDER)
    if printer == FOLDER:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("recovery.no_printer"))
        return
    run.jobs.append(PrintJob(new_id("job"), printer, "paper", 1, sheet_of(run, key, lines), "recovery-key.pdf"))


def sheet_of(run: Sitting, key: bytes, lines: tuple[str, ...]) -> bytes:
    """Return the sheet for the safe as a PDF."""
    work = run.work
    modules = matrix(recovery_symbol(key), Symbol.DATA_MATRIX)
    return recovery_sheet(
        RecoverySheet(
            site=work.site.name, place=work.site.places.get(work.store.workstation, ""), lines=lines,
            fingerprint=fingerprint_of(public_half(key)), printed_at=work.now(), zone=work.site.zone,
            symbol=DrawnCode(tuple("".join("1" if dark else "0" for dark in row) for row in modules)),
        )
    )  # fmt: skip


def change_passphrase(run: Sitting) -> Flow[None]:
    """Ask for the present passphrase and twice for the next; the key file is protected by that from then on."""
    _keeper(run)
    if not run.work.store.has_key_file:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended

    def check(values: dict[str, str]) -> Refusal | Say | None:
        if len(values["next"]) < 12:
            return Say("passphrase.short")
        if values["next"] != values["again"]:
            return Say("passphrase.differs")
        try:
            run.work.store.change_passphrase(values.get("now", ""), values["next"])
        except KeyFileDamaged:
            return Say("passphrase.wrong")
        except StoreFault as fault:
            return Say("keeping.why", {"why": fault.sentence})
        return None

    yield from run.fill_in(
        "change_passphrase",
        (
            FieldShown("now", "secret", Say("field.passphrase_now"), required=False),
            FieldShown("next", "secret", Say("field.passphrase_next")),
            FieldShown("again", "secret", Say("field.passphrase_again")),
        ),
        check=check,
    )
    run.work.record(
        e.PassphraseChanged(protected=True), subject=run.work.store.workstation, actor=run.performer.person,
        role=run.performer.role,
    )  # fmt: skip
