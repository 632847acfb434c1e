"""The recovery key is drawn, printed or written down, read back, and from then on opens this record's keys.

Shown once, on this screen; it is never recorded and never lies on the disk of the record: a printer that is a folder is
refused, and a file goes to another disk only. At set-up it is a step of its own, before the site is founded.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from msgspec import Struct

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
from coordinator_app.store.keys import SHORTEST_PASSPHRASE
from coordinator_app.store.recovery_key import (
    LINES,
    draw_recovery_key,
    fingerprint_of,
    public_half,
    recovery_lines,
    recovery_symbol,
)
from coordinator_app.store.sheet_place import save_sheet

PRINT = ActionShown("print_recovery_key", key="F8")
SAVE_SHEET = ActionShown("save_recovery_key", key="F9")
GO_ON = ActionShown("go_on", primary=True, key="F12")
CANCEL = ActionShown("cancel", danger=True, key="F7")
READ_BACK = 2
"""Lines that are typed back from the sheet, drawn anew each time: proof that there is a sheet and it can be read."""
FOLDER = "folder"


class SheetOf(Struct, frozen=True):
    """Whose sheet it is: what stands at its top and in which zone its instant is written."""

    site: str
    place: str
    zone: str


def _keeper(run: Sitting) -> None:
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended


def make_recovery_key(run: Sitting) -> Flow[None]:
    """Draw a recovery key, have it put on paper and read back, and use it from then on; older sheets are void."""
    _keeper(run)
    work = run.work
    about = SheetOf(work.site.name, work.site.places.get(work.store.workstation, ""), work.site.zone)
    key = yield from put_on_paper(run, about)
    yield from ask_signature(run, Say("meaning.recovery_key"))
    use_key(run, key, run.performer.person, run.performer.role)


def use_key(run: Sitting, key: bytes, person: str, role: str) -> None:
    """Record that a person put the sheet of this key into the safe, and let it open the record from now on."""
    run.work.record(
        e.RecoveryKeyPrinted(fingerprint=fingerprint_of(public_half(key))), subject=run.work.store.site,
        actor=person, role=role,
    )  # fmt: skip
    run.work.store.use_recovery_key(key)


def put_on_paper(run: Sitting, about: SheetOf) -> Flow[bytes]:
    """Show a fresh key until it is on paper and two of its lines were typed back; returns it, unused.

    Cancelling raises Ended.
    """
    key = draw_recovery_key()
    lines = recovery_lines(key)
    yield from _shown(run, key, about)
    asked = sorted(secrets.SystemRandom().sample(range(1, LINES + 1), READ_BACK))

    def check(values: dict[str, str]) -> Refusal | Say | None:
        for number in asked:
            if _plain(values[f"line_{number}"]) != _plain(lines[number - 1]):
                return Say("recovery.not_the_line", {"number": str(number)})
        return None

    fields = tuple(
        FieldShown(f"line_{number}", "text", Say("field.recovery_line", {"number": str(number)})) for number in asked
    )
    yield from run.fill_in("recovery_read_back", fields, check=check)
    return key


def _plain(line: str) -> str:
    return re.sub(r"\W", "", line).upper()


def _shown(run: Sitting, key: bytes, about: SheetOf) -> Flow[None]:
    rows = [RowShown((str(number), line)) for number, line in enumerate(recovery_lines(key), start=1)]
    while True:
        received = yield list_page("recovery_key", ("number", "line"), rows, (GO_ON, PRINT, SAVE_SHEET, CANCEL))
        run.settle()
        action = received.action if isinstance(received, Pressed) else ""
        if action in {"cancel", "back"}:
            raise Ended
        if action == GO_ON.id:
            return
        if action == PRINT.id:
            _print(run, key, about)
        elif action == SAVE_SHEET.id:
            yield from _save(run, key, about)
        elif isinstance(received, PrintReported):
            if not received.delivered:
                run.refuse(Refusal.PRINTER_FAILED)
            else:
                run.message = Say("recovery.printed")
        else:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)


def _print(run: Sitting, key: bytes, about: SheetOf) -> None:
    work = run.work
    known = [each for each in (work.site.settings.get("paper_printer", FOLDER), *work.paper_printers) if each != FOLDER]
    if not known:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("recovery.no_printer"))
        return
    run.jobs.append(PrintJob(new_id("job"), known[0], "paper", 1, sheet_of(run, key, about), "recovery-key.pdf"))


def _save(run: Sitting, key: bytes, about: SheetOf) -> Flow[None]:
    """Ask for a folder on a stick and write the sheet there; leaving the form goes back to the lines."""
    name = f"recovery-key-{fingerprint_of(public_half(key))}.pdf"
    saved: list[Path] = []

    def check(values: dict[str, str]) -> Say | None:
        try:
            saved[:] = [save_sheet(run.work.store.folder, Path(values["folder"]), name, sheet_of(run, key, about))]
        except StoreFault as fault:
            return Say("keeping.why", {"why": fault.sentence})
        return None

    try:
        yield from run.fill_in("recovery_save", (FieldShown("folder", "text", Say("field.stick_folder")),), check=check)
    except Ended:
        return
    run.message = Say("recovery.saved", {"file": str(saved[0])})


def sheet_of(run: Sitting, key: bytes, about: SheetOf) -> bytes:
    """Return the sheet for the safe as a PDF."""
    modules = matrix(recovery_symbol(key), Symbol.DATA_MATRIX)
    return recovery_sheet(
        RecoverySheet(
            site=about.site, place=about.place, lines=recovery_lines(key),
            fingerprint=fingerprint_of(public_half(key)), printed_at=run.work.now(), zone=about.zone,
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
        if len(values["next"]) < SHORTEST_PASSPHRASE:
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
