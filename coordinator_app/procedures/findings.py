"""Settling what an opening found about the record: a signed decision, by two people where events may be missing."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.keeping_page import KEEPERS
from coordinator_app.procedures.list_parts import roles_of
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.two_signatures import ask_both


def settle_finding(run: Sitting, finding: str) -> Flow[None]:
    """Ask what was concluded, and for the signatures; the banner goes with the last of them."""
    found = run.work.site.keeping.findings.get(finding)
    if found is None or not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    told = yield from run.fill_in("settle_finding", (FieldShown("conclusion", "text", Say("field.conclusion")),))
    older = isinstance(found.body, e.RollbackFound)
    people: tuple[Present, ...]
    if older:
        people = yield from ask_both(run, Say("meaning.settle_finding"))
    else:
        signer = yield from ask_signature(run, Say("meaning.settle_finding"))
        people = (signer,)
    settled = run.work.record(
        e.RecordFindingSettled(conclusion=told["conclusion"]), subject=run.work.store.site,
        actor=run.performer.person, role=run.performer.role, key=SITE_KEY, refs=(found.id,),
    )  # fmt: skip
    for person in people:
        sign_record(run, "", settled, "settle_finding", person)
    if older and not any(isinstance(each.body, e.RollbackFound) for each in run.work.site.keeping.findings.values()):
        run.work.store.settle_rollback()
