"""May this step begin for this unit, by this person? Every reason against it, in the order people can act on it.

A block refuses to begin; it never refuses to record what happened (design §2 rule 2). Beginning a thaw also asks what
every later check will ask that does not need the patient present (rule 3).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from coordinator_app.domain.blocks import Block as Block
from coordinator_app.domain.blocks import ClockBlock as ClockBlock
from coordinator_app.domain.case_gates import EVENT_NAMES as EVENT_NAMES
from coordinator_app.domain.case_gates import facts_of as facts_of
from coordinator_app.domain.case_gates import gate_blocks
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.journey import LAST_RESORTS, concerns, done, missing_before
from coordinator_app.domain.profile_parts import Profile, StepRule
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.site_record import SiteRecord, StaffRecord
from coordinator_app.domain.vocabulary import ClockState, Fact, ProcedureKind, UnitOrder

FINAL_USE = frozenset({ProcedureKind.THAW, ProcedureKind.PREPARE, ProcedureKind.ADMINISTER})
NO_WAY_BACK = frozenset({ProcedureKind.THAW, ProcedureKind.PREPARE})


CHECK_ANEW = "identity-after-merge"
"""The step in which two people check the patient anew; no profile names it, for every trial has it."""
RESTS_ON_EARLIER = frozenset({
    ProcedureKind.RELEASE, ProcedureKind.RETRIEVE, ProcedureKind.THAW, ProcedureKind.PREPARE,
})  # fmt: skip
"""Steps without the patient: who the patient is was established before them."""

RELEASING = frozenset({ProcedureKind.RELEASE, *FINAL_USE})
"""Steps that let the product go to the patient: old news and an unverified record hold them back."""
NEEDS_NEWS = RELEASING | {ProcedureKind.ACCEPT}
"""Steps that need news of the others: acceptance too, for another workstation may have accepted the same unit."""
PHONE_CHECK_COUNTS = timedelta(minutes=60)
"""How long what the pharmacy said by phone stands for news, as long as an exception (design §4.4)."""
LABELS_FIRST = frozenset({ProcedureKind.HAND_OVER, ProcedureKind.RELEASE})
"""Steps before which every printed label is accounted for; none of them races a clock of minutes."""


def person_blocks(step: StepRule, staff: StaffRecord, profile: Profile, now: datetime, *, witness: bool) -> list[Block]:
    """Return why this person may not do, or witness, this step."""
    roles = {str(role) for role in (step.witness_roles or step.roles)} if witness else {str(r) for r in step.roles}
    found = []
    if not roles & set(staff.roles):
        found.append(Block(Refusal.NOT_ALLOWED, ", ".join(sorted(roles))))
    for training in step.training:
        until = staff.training.get(training)
        if until is None or until < now:
            found.append(Block(Refusal.NOT_TRAINED, training))
    delegated = staff.delegated.get(profile.id)
    if delegated is None or delegated < now:
        found.append(Block(Refusal.NOT_DELEGATED, profile.id))
    return found


def case_blocks(case: CaseRecord, profile: Profile, site: SiteRecord, step: StepRule) -> list[Block]:
    """Return why this step may not begin for the case at all."""
    found = []
    known = site.profiles.get(case.profile_sha256)
    if known is None or not known.approved:
        found.append(Block(Refusal.PROFILE_NOT_APPROVED, case.profile))
    if profile.example and not site.demonstration:
        found.append(Block(Refusal.PROFILE_IS_EXAMPLE, case.profile))
    if step.procedure not in LAST_RESORTS:
        if case.on_hold:
            found.append(Block(Refusal.ON_HOLD, "; ".join(case.holds.values())))
        if case.discrepancies:
            found.append(Block(Refusal.DISCREPANCY_OPEN, ", ".join(dict.fromkeys(case.discrepancies.values()))))
    if step.procedure in RESTS_ON_EARLIER and merge_unchecked(case, profile):
        found.append(Block(Refusal.IDENTITY_CHECK_NEEDED, "record merged"))
    for rule in profile.identifiers:
        if rule.required_by == step.name and not case.identifier(rule.name):
            found.append(Block(Refusal.PART_MISSING, rule.name))
    return found


def knowledge_blocks(
    profile: Profile, step: StepRule, heard_at: datetime | None, phoned_at: datetime | None, now: datetime
) -> list[Block]:
    """Return whether the news of the other workstations are too old to release on (design §9).

    `heard_at` is the last contact with the hub, None while there was never one: a site without a hub knows everything
    itself. An instant ahead of the clock tells that the clock went back, and then nobody knows how old the news are.
    """
    longest = profile.knowledge_max_age
    if step.procedure not in NEEDS_NEWS or longest is None or heard_at is None:
        return []
    if phoned_at is not None and timedelta() <= now - phoned_at <= PHONE_CHECK_COUNTS:
        return []
    if timedelta() <= now - heard_at <= longest:
        return []
    return [Block(Refusal.KNOWLEDGE_TOO_OLD, heard_at.isoformat())]


def history_blocks(step: StepRule, verified: bool) -> list[Block]:
    """Return whether the case's earlier record still waits for its verification after the start (design §3.2)."""
    return [Block(Refusal.HISTORY_UNVERIFIED)] if step.procedure in RELEASING and not verified else []


def merge_unchecked(case: CaseRecord, profile: Profile) -> bool:
    """Tell whether the recipient's record was merged and nobody has checked the patient since.

    A check of the donor at a collection says nothing about the recipient.
    """
    person = case.recipient
    if person is None or person.merged_at is None:
        return False
    of_donor = {step.name for step in profile.steps_of(ProcedureKind.COLLECT)} if case.donor is not None else set()
    return not any(
        isinstance(each.body, IdentityConfirmed)
        and "wristband" in each.body.objects
        and each.body.step not in of_donor
        and each.at > person.merged_at
        for each in case.confirmations
    )


def unit_blocks(
    case: CaseRecord,
    profile: Profile,
    step: StepRule,
    unit: UnitRecord,
    clocks: tuple[ClockBlock, ...],
    now: datetime,
) -> list[Block]:
    """Return why this step may not begin with this unit."""
    if step.procedure in LAST_RESORTS:
        return [Block(Refusal.UNIT_ALREADY_USED, unit.called)] if unit.used else _not_here(step, unit)
    found = _history_blocks(case, profile, step, unit, now)
    found += _not_here(step, unit)
    found += _unreconciled(case, step, unit)
    found += gate_blocks(case, profile, step, unit)
    found += _clock_blocks(step, unit, clocks)
    if step.procedure in NO_WAY_BACK:
        found += _later_blocks(case, profile, step, unit, clocks)
    return found


def _history_blocks(case: CaseRecord, profile: Profile, step: StepRule, unit: UnitRecord, now: datetime) -> list[Block]:
    found = []
    if unit.used or done(case, step, unit):
        found.append(Block(Refusal.UNIT_ALREADY_USED, unit.called))
    if unit.prepared and (not unit.parents or any(each not in case.units for each in unit.parents)):
        # A dose that is not made of this case's own units is not this case's dose.
        found.append(Block(Refusal.WRONG_UNIT, unit.called))
    quarantined = "; ".join(dict.fromkeys(q for each in (unit, *case.origins(unit)) if (q := each.quarantined)))
    if quarantined:
        found.append(Block(Refusal.QUARANTINED, quarantined))
    missing = missing_before(case, profile, step, unit)
    if missing:
        found.append(Block(Refusal.EARLIER_STEP_MISSING, ", ".join(missing)))
    if unit.expires_at is not None and unit.expires_at < now:
        found.append(Block(Refusal.EXPIRED, unit.called))
    if step.procedure in FINAL_USE and _out_of_turn(case, profile, step, unit):
        found.append(Block(Refusal.WRONG_ORDER_OF_UNITS, unit.called))
    return found


def _not_here(step: StepRule, unit: UnitRecord) -> list[Block]:
    """Return whether a courier has the unit: what left the site is received before anything else is done to it."""
    shipped, received = unit.happened.get("BagShipped"), unit.happened.get("BagReceived")
    gone = shipped is not None and (received is None or received < shipped)
    return [Block(Refusal.NOT_THE_HOLDER, unit.called)] if gone and step.procedure is not ProcedureKind.RECEIVE else []


def _unreconciled(case: CaseRecord, step: StepRule, unit: UnitRecord) -> list[Block]:
    """Return whether a printed label of the unit is neither on it nor accounted for (design §7)."""
    if step.procedure not in LABELS_FIRST:
        return []
    loose = [each for each in case.labels.values() if each.unit == unit.unit and each.job not in case.closed_jobs]
    return [Block(Refusal.LABELS_NOT_RECONCILED, unit.called)] if loose else []


def _out_of_turn(case: CaseRecord, profile: Profile, step: StepRule, unit: UnitRecord) -> bool:
    """Tell whether the profile fixes an order and a unit that comes before this one is not yet given."""
    if unit.prepared and step.procedure is ProcedureKind.PREPARE:
        return False  # The order was asked of the vials it is filled from.
    rule = next((each for each in profile.units if unit.name in (each.name, *each.parts)), None)
    if rule is None or rule.order is not UnitOrder.FIXED:
        return False
    parts = list(rule.parts)
    rank = (parts.index(unit.name) if unit.name in parts else 0, unit.number)
    # Vials and the syringes filled from them are numbered apart: neither waits for the other's numbers.
    alike = [each for each in case.product_units() if each.name in (rule.name, *rule.parts)]
    for other in alike:
        other_rank = (parts.index(other.name) if other.name in parts else 0, other.number)
        if concerns(step, other) and other_rank < rank and not other.used and not other.quarantined:
            return True
    return False


_CLOCK_REFUSAL = {
    ClockState.OVERDUE: Refusal.CLOCK_OVERDUE,
    ClockState.MISSED: Refusal.CLOCK_OVERDUE,
    ClockState.EARLY: Refusal.TOO_EARLY,
    ClockState.WAITING: Refusal.GATE_CLOSED,
    ClockState.UNCERTAIN: Refusal.CLOCK_UNCERTAIN,
}


def _clock_blocks(step: StepRule, unit: UnitRecord, clocks: tuple[ClockBlock, ...]) -> list[Block]:
    return [
        Block(_CLOCK_REFUSAL.get(clock.state, Refusal.CLOCK_OVERDUE), clock.title, clock.source)
        for clock in clocks
        if step.name in clock.blocks and clock.unit in {"", unit.unit, *unit.parents}
    ]


def _later_blocks(
    case: CaseRecord, profile: Profile, step: StepRule, unit: UnitRecord, clocks: tuple[ClockBlock, ...]
) -> list[Block]:
    """Return what later steps will be refused for, asked before the step that cannot be undone."""
    found = []
    names = [each.name for each in profile.steps]
    for later in profile.steps[names.index(step.name) + 1 :]:
        if later.procedure in LAST_RESORTS or not concerns(later, unit):
            continue
        # An event of this unit that is still to come is not missing; a fact, or another unit's event, is.
        asked = gate_blocks(case, profile, later, unit)
        found += [block for block in asked if block.about in set(Fact) or block.about.startswith("previous.")]
        found += [block for block in _clock_blocks(later, unit, clocks) if block.reason is not Refusal.GATE_CLOSED]
    return found
