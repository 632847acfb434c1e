"""The second copy moves to another disk behind the work: decided and signed by an administrator, a little at a time."""

from __future__ import annotations

from pathlib import Path

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, RowShown, Say, Tone
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.list_parts import roles_of
from coordinator_app.procedures.progress_said import progress_said
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.faults import StoreFault

SETTING = "second_copy"
"""The setting with the folder that was chosen, after the workstation's id and a full stop; empty: beside it."""


def move_mirror(run: Sitting) -> Flow[None]:
    """Ask for a folder on another disk, or none for beside the record, and for a signature; the move begins then."""
    store = run.work.store
    if not roles_of(run.work, run.performer) & {str(Role.ADMINISTRATOR)}:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended

    def check(values: dict[str, str]) -> Say | None:
        try:
            store.check_mirror_place(_chosen(values))
        except StoreFault as fault:
            return Say("keeping.why", {"why": fault.sentence})
        return None

    folder = FieldShown(
        "folder", "text", Say("field.mirror_folder"), required=False, hint=Say("field.mirror_folder.hint")
    )
    told = yield from run.fill_in("move_mirror", (folder,), check=check)
    signer = yield from ask_signature(run, Say("meaning.move_mirror"))
    try:
        store.begin_mirror_move(_chosen(told))
    except StoreFault as fault:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("keeping.why", {"why": fault.sentence}))
        raise Ended from fault
    chosen = run.work.record(
        e.SettingChanged(name=_name(run.work), value=told["folder"]), subject=store.site, actor=run.performer.person,
        role=run.performer.role,
    )  # fmt: skip
    sign_record(run, "", chosen, "move_mirror", signer)


def go_on_moving(work: Workplace, seconds: float) -> bool:
    """Move a little more of the second copy, between two inputs; tells whether some is left.

    A move that fails leaves the second copy where it was; the setting goes back with the reason.
    """
    store = work.store
    if store.mirror_move is None:
        return False
    try:
        return store.go_on_moving(seconds)
    except StoreFault as fault:
        stands = store.mirror_folder
        work.record(
            e.SettingChanged(name=_name(work), value="" if stands is None else str(stands), reason=fault.sentence),
            subject=store.site,
        )
        return False


def mirror_row(work: Workplace) -> RowShown:
    """Return where the second copy stands, how far its move is, or why the last one failed."""
    store = work.store
    move = store.mirror_move
    if move is not None:
        total = 2 * move.total  # every event is written, then read again and compared
        moving = progress_said("mirror", move.written + move.compared, total, move.pace)
        return RowShown((Say("keeping.mirror"), moving, "–"))
    where = store.mirror_folder
    if store.mirror_fault:
        return RowShown((Say("keeping.mirror"), Say("keeping.why", {"why": store.mirror_fault}), "–"), Tone.OVERDUE)
    place = Say("keeping.mirror_beside") if where is None else Say("keeping.mirror_at", {"place": str(where)})
    return RowShown((Say("keeping.mirror"), place, "–"))


def _chosen(values: dict[str, str]) -> Path | None:
    return Path(values["folder"].strip()) if values.get("folder", "").strip() else None


def _name(work: Workplace) -> str:
    return f"{work.store.workstation}.{SETTING}"
