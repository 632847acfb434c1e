"""Another person signs in inside a procedure: badge, PIN, from an empty screen. The first one stays signed in."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Locked, PinTyped, Pressed, Scanned, Submitted, Typed, WitnessCame
from coordinator_app.domain.readiness import person_blocks
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, Say, SignInPage
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import Present, by_badge, unlock
from coordinator_app.procedures.reading import read_code
from coordinator_app.procedures.refusals import record_unused_scan
from coordinator_app.procedures.sitting import Flow, Sitting


def sign_in_person(
    run: Sitting,
    purpose: str,
    *,
    witness: bool,
    refusal: Say | None = None,
    meaning: Say | None = None,
    roles: frozenset[str] | None = None,
) -> Flow[Present | None]:
    """Ask for badge and PIN until somebody who may do it has signed in; None when they abandon it.

    `roles` replaces the step's own roles where a signature needs somebody in particular.
    """
    staff: StaffRecord | None = None
    while True:
        received = yield _page(purpose, staff, refusal, meaning)
        run.settle()
        refusal = None
        if isinstance(received, Pressed) and received.action == "abort":
            return None
        if isinstance(received, WitnessCame | Locked) or (isinstance(received, Typed) and staff is None):
            continue
        if isinstance(received, Scanned):
            staff, refusal = _badge(run, received)
            continue
        pin = _pin_in(received)
        if pin is None or staff is None:
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            refusal = run.message
            continue
        person = unlock(run.work, staff, pin, purpose)
        if isinstance(person, Refusal):
            run.refuse(person)
            refusal = run.message
            continue
        reason = _not_this_person(run, staff, witness=witness, roles=roles)
        if reason is None:
            return person
        run.refuse(reason)
        _record_refused_person(run, person, reason)
        refusal, staff = run.message, None


def _record_refused_person(run: Sitting, person: Present, reason: Refusal) -> None:
    """Record that somebody offered themselves who may not do this: refusing is an act too (design §2 rule 1)."""
    if isinstance(run, Run):
        run.record(
            e.ScanRefused(case=run.case_id, step=run.step.name, reason=reason.value, unit=run.unit_id), actor=person
        )
    else:
        run.work.record(
            e.SignInRefused(reason=reason.value, person=person.person), subject=person.person, actor=person.person
        )


def _page(purpose: str, staff: StaffRecord | None, refusal: Say | None, meaning: Say | None) -> SignInPage:
    return SignInPage(
        purpose=purpose, stage="pin" if staff is not None else "badge", clocks=(),
        name=staff.name if staff is not None else None, refusal=refusal, meaning=meaning,
        actions=(ActionShown("abort", danger=True, key="F7"),),
    )  # fmt: skip


def _badge(run: Sitting, scan: Scanned) -> tuple[StaffRecord | None, Say | None]:
    code = read_code(run.work, scan)
    staff = by_badge(run.work, code.codes)
    if staff is not None:
        return staff, None
    reason = code.reason or Refusal.BADGE_UNKNOWN
    run.refuse(reason)
    record_unused_scan(run.work, code, reason, run.actor)
    return None, run.message


def _pin_in(received: object) -> str | None:
    if isinstance(received, PinTyped):
        return received.pin
    if isinstance(received, Submitted):
        return received.values.get("pin")
    if isinstance(received, Typed) and received.into == "pin":
        return received.text
    return None


def _not_this_person(
    run: Sitting, staff: StaffRecord, *, witness: bool, roles: frozenset[str] | None
) -> Refusal | None:
    if roles is not None:
        return None if roles & set(staff.roles) else Refusal.NOT_ALLOWED
    if not isinstance(run, Run):
        return None
    blocks = person_blocks(run.step, staff, run.profile, run.work.now(), witness=witness)
    return blocks[0].reason if blocks else None
