"""Another person signs in inside a procedure: badge, PIN, from an empty screen. The first one stays signed in."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Input, Locked, PinTyped, Pressed, Scanned, Submitted, Typed, WitnessCame
from coordinator_app.domain.readiness import Block, person_blocks
from coordinator_app.domain.refusal import OF_A_PERSON, Refusal
from coordinator_app.domain.screens import ActionShown, Say, SignInPage
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import Present, by_badge, unlock
from coordinator_app.procedures.reading import read_code
from coordinator_app.procedures.refusals import record_unused_scan
from coordinator_app.procedures.sign_in import NO_BADGE
from coordinator_app.procedures.sitting import Flow, Sitting

EXCEPTION = ActionShown("exception", key="F8")


class NoBadge(Exception):
    """Who comes has no badge or no PIN; two others vouch for them instead."""


class Asked(Struct, frozen=True):
    """What is asked of a person who signs in inside a procedure, and the ways out for somebody who may not.

    `roles` replaces the step's own roles where a signature needs somebody in particular; `stands` tells what stands
    against a person; `exception` is the physician's path for a missing training or delegation.
    """

    purpose: str
    witness: bool
    meaning: Say | None = None
    roles: frozenset[str] | None = None
    stands: Callable[[StaffRecord], list[Block]] | None = None
    exception: Callable[[StaffRecord, list[Block]], Flow[None]] | None = None
    may_vouch: bool = False

    def against(self, run: Sitting, staff: StaffRecord) -> list[Block]:
        """Return what stands against this person, in the order people can act on it."""
        if self.roles is not None:
            return [] if self.roles & set(staff.roles) else [Block(Refusal.NOT_ALLOWED, ", ".join(sorted(self.roles)))]
        if self.stands is not None:
            return self.stands(staff)
        if not isinstance(run, Run):
            return []
        return person_blocks(run.step, staff, run.profile, run.work.now(), witness=self.witness)


def sign_in_person(
    run: Sitting,
    purpose: str,
    *,
    witness: bool,
    refusal: Say | None = None,
    meaning: Say | None = None,
    roles: frozenset[str] | None = None,
    stands: Callable[[StaffRecord], list[Block]] | None = None,
    exception: Callable[[StaffRecord, list[Block]], Flow[None]] | None = None,
    may_vouch: bool = False,
) -> Flow[Present | None]:
    """Ask for badge and PIN until somebody who may do it has signed in; None when they abandon it.

    Raises NoBadge when `may_vouch` and two others are to vouch for who comes.
    """
    asked = Asked(purpose, witness, meaning, roles, stands, exception, may_vouch)
    staff: StaffRecord | None = None
    refused: tuple[StaffRecord, list[Block]] | None = None
    while True:
        received = yield _page(asked, staff, refusal, refused)
        run.settle()
        refusal = None
        if isinstance(received, Pressed) and received.action == "abort":
            return None
        if isinstance(received, Pressed) and received.action == "no_badge" and may_vouch and staff is None:
            raise NoBadge
        if isinstance(received, Pressed) and received.action == "exception" and exception is not None and refused:
            yield from exception(*refused)
            refusal, refused = run.message, None
            continue
        if isinstance(received, WitnessCame | Locked) or (isinstance(received, Typed) and staff is None):
            continue
        if isinstance(received, Scanned):
            staff, refusal = _badge(run, received, asked.purpose)
            continue
        person = _unlocked(run, staff, received, purpose)
        if person is None or staff is None:
            refusal = run.message
            continue
        blocks = asked.against(run, staff)
        if not blocks:
            return person
        record_refused_person(run, person, blocks[0].reason)
        refused = (staff, blocks) if {block.reason for block in blocks} <= OF_A_PERSON else None
        refusal, staff = run.message, None


def _unlocked(run: Sitting, staff: StaffRecord | None, received: Input, purpose: str) -> Present | None:
    """Return the person whose PIN this is, or None after saying why not."""
    pin = _pin_in(received)
    if pin is None or staff is None:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        return None
    person = unlock(run.work, staff, pin, purpose)
    if isinstance(person, Refusal):
        run.refuse(person)
        return None
    return person


def record_refused_person(run: Sitting, person: Present, reason: Refusal) -> None:
    """Refuse somebody who may not do this and record it: refusing is an act too (design §2 rule 1)."""
    run.refuse(reason)
    if isinstance(run, Run):
        run.record(
            e.ScanRefused(case=run.case_id, step=run.step.name, reason=reason.value, unit=run.unit_id), actor=person
        )
    else:
        run.work.record(
            e.SignInRefused(reason=reason.value, person=person.person), subject=person.person, actor=person.person
        )


def _page(
    asked: Asked, staff: StaffRecord | None, refusal: Say | None, refused: tuple[StaffRecord, list[Block]] | None
) -> SignInPage:
    ways = (NO_BADGE,) if asked.may_vouch and staff is None else ()
    if refused is not None and asked.exception is not None and staff is None:
        ways = (*ways, EXCEPTION)
    return SignInPage(
        purpose=asked.purpose, stage="pin" if staff is not None else "badge", clocks=(),
        name=staff.name if staff is not None else None, refusal=refusal, meaning=asked.meaning,
        actions=(ActionShown("abort", danger=True, key="F7"), *ways),
    )  # fmt: skip


def _badge(run: Sitting, scan: Scanned, purpose: str) -> tuple[StaffRecord | None, Say | None]:
    code = read_code(run.work, scan)
    staff = by_badge(run.work, code.codes) if scan.how != "typed" else None
    if staff is not None:
        return staff, None
    reason = code.reason or Refusal.BADGE_UNKNOWN
    if scan.how == "typed":
        reason = Refusal.TYPED_WITHOUT_SECOND_PERSON
    elif purpose == "witness" and code.known_as:
        # The first person goes on scanning: it is somebody else's turn.
        reason = Refusal.WITNESS_NEEDED
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
