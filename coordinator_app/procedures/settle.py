"""Settling what blocks a case: a hold, a contradiction, a quarantine, each by a signature that names it."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting

EVERYTHING = "everything"


def open_matters(case: CaseRecord) -> tuple[tuple[str, Say], ...]:
    """Return what blocks a case: the id of the event that said so, and its words."""
    return (
        *((id, Say("matter.hold", {"reason": reason})) for id, reason in case.holds.items()),
        *((id, Say("matter.discrepancy", {"about": kind})) for id, kind in case.discrepancies.items()),
        *((id, Say("matter.quarantine", {"unit": unit.called, "reason": reason}))
          for unit in case.units.values() for id, reason in unit.quarantines.items()),
    )  # fmt: skip


def _choice(matters: tuple[tuple[str, Say], ...]) -> tuple[FieldShown, ...]:
    """Ask which one it is, where several things stand; a single one needs no choice."""
    if len(matters) < 2:
        return ()
    choices = (*matters, (EVERYTHING, Say("matter.everything")))
    return (FieldShown("settles", "choice", Say("field.settles"), choices=choices),)


def _contradicting(record: CaseRecord, settled: tuple[str, ...]) -> tuple[str, ...]:
    """Return the events that make the contradictions among these: another workstation may have found them too.

    A quarantine among them is not ended by this: it has a resolution of its own.
    """
    quarantines = {id for unit in record.units.values() for id in unit.quarantines}
    found = (
        ref for each in record.recorded if each.id in settled and each.id in record.discrepancies for ref in each.refs
    )
    return tuple(id for id in dict.fromkeys(found) if id not in quarantines | set(settled))


def resolve(run: Sitting, case: str) -> Flow[None]:
    """Lift holds, settle contradictions, end quarantines: the signed resolution names every event that it settles."""
    record = run.work.case(case)
    matters = open_matters(record)
    if not matters:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended
    known = {EVERYTHING, *(id for id, _ in matters)}
    told = yield from run.fill_in(
        "resolve", (*_choice(matters), FieldShown("resolution", "text", Say("field.resolution"))),
        check=lambda values: None if values.get("settles", EVERYTHING) in known else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    signer = yield from ask_signature(run, Say("meaning.resolve"))
    chosen = told.get("settles", EVERYTHING)
    settled = tuple(id for id, _ in matters if chosen in {EVERYTHING, id})
    # Named before the first one is recorded: what comes in while somebody signs is not settled by it.
    holds = tuple(id for id in settled if id in record.holds)
    others = tuple(id for id in settled if id not in record.holds)
    others = (*others, *_contradicting(record, others))
    for refs, body in (
        (holds, e.HoldLifted(case=case, reason=told["resolution"])),
        (others, e.DiscrepancyResolved(case=case, resolution=told["resolution"])),
    ):
        if refs:
            done = run.work.record(body, subject=case, actor=signer.person, role=signer.role, refs=refs)
            sign_record(run, case, done, "resolve", signer)
