"""The identity gate: one pure step function from (state, input) to (state, effects).

Every identity check of every procedure goes through `step`; nothing else can produce an `IdentityConfirmed`.

In words, what holds in every state that can be reached (each is searched for in `tests/domain/gate_search.py`):

- A check confirms only when every arm it needs has closed, each with every object it needs read in that arm.
- Two arms are two people. The second starts from nothing, and what it is told does not depend on what the first read
  or heard, until both have closed. (That hands moved too fast is counted over both: it is the third time that ends.)
- Every wristband counted belongs to the person this step is about and is not void; every unit counted belongs to this
  case, has nothing against it that is not covered, and is the one its cassette names; both arms read the same unit.
- What comes to light while people read (a hold, a contradiction, a quarantine) counts as if it had been known before.
- A typed code counts with two people, or where a physician's exception says otherwise.
- What each person heard the patient state agrees with the record, or nobody goes on. It is asked once more, by the same
  people, and nobody is told whose answer differed.
- No reading older than `stale_after_ns` at the close of its arm, none from before its arm, and no check older than
  `valid_ns`, confirms anything. Freshness starts an arm anew with the same person; a lock frees it for anybody but the
  person of the other arm.
- A wristband of a stranger, a unit of a stranger or another's papers end the check whenever they are read: before the
  first person, between two, when an arm has grown old. No exception, role or setting changes that.
- What has ended stays ended.

Instants are nanoseconds of the workstation's suspend-aware clock.
"""

from __future__ import annotations

from msgspec.structs import replace

from coordinator_app.domain.check_parts import (
    CASSETTE,
    CERTIFICATE,
    CONTAINERS,
    NAMES_A_UNIT,
    ORDER,
    PAPERS,
    SHIPMENT,
    STATED,
    UNIT,
    WRISTBAND,
    Abandoned,
    Accepted,
    Arm,
    ArmClosed,
    ArmOpened,
    ArmVoided,
    AskedAgain,
    Confirmed,
    Effect,
    Ended,
    Input,
    Interrupted,
    Learned,
    ObjectRead,
    PatientStated,
    PersonWanted,
    Plan,
    Reading,
    Refused,
    State,
    TimePassed,
    UnitKnown,
)
from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.identity import family_agrees, fold_number
from coordinator_app.domain.object_read import matching, mismatch, void
from coordinator_app.domain.refusal import COVERABLE, Refusal

__all__ = [
    "CASSETTE", "CERTIFICATE", "CONTAINERS", "NAMES_A_UNIT", "ORDER", "SHIPMENT", "STATED", "UNIT", "WRISTBAND",
    "Abandoned", "Accepted", "Arm", "ArmClosed", "ArmOpened", "ArmVoided", "AskedAgain", "Confirmed", "Effect", "Ended",
    "Input", "Interrupted", "Learned", "ObjectRead", "PatientStated", "PersonWanted", "Plan", "Reading", "Refused",
    "State", "TimePassed", "UnitKnown", "begin", "step", "wanted",
]  # fmt: skip

PROXY_LIMIT = 3
"""The third time hands moved too fast is the last (design §4.2)."""

Answer = tuple[State, tuple[Effect, ...]]


def begin(plan: Plan) -> State:
    """Return the state of a check in which nobody has read anything."""
    return State(plan=plan)


def wanted(state: State) -> str | None:
    """Return what the open arm must read or hear next, or None when no arm is open or nothing is missing."""
    if state.waiting != "arm":
        return None
    if state.again:
        return STATED
    arm = state.arms[-1]
    read = {reading.object for reading in arm.readings}
    for object in state.plan.objects:
        if object not in read:
            return object
        if object == WRISTBAND and state.plan.stated and not arm.said:
            return STATED
    return None


def step(state: State, input: Input) -> Answer:
    """Advance a check by one input; returns the new state and what follows from it."""
    if state.waiting == "ended":
        return state, (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    if isinstance(input, Abandoned):
        return _abandon(state)
    if isinstance(input, Learned):
        return replace(state, plan=replace(state.plan, units=input.units, blocks=input.blocks)), ()
    if input.at_ns - state.plan.begun_ns > state.plan.valid_ns:
        return _refuse_and_end(state, Refused(Refusal.CHECK_EXPIRED))
    if isinstance(input, ObjectRead):
        refused = _not_for_this_check(state.plan, input)
        if refused is not None:
            return state, (refused,)
        # Before anything about people or age: another's wristband tells something however late it is read.
        another = mismatch(state.plan, input)
        if another is not None:
            return _refuse_and_end(state, another)
    if isinstance(input, Interrupted):
        return _void(state, input.why, ())
    if isinstance(input, ArmOpened) and state.waiting == "arm" and input.person != _reader(state).person:
        # Another person at the screen: what was read until now cannot be told from what they read.
        return _void(state, "user", (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),))
    if _stale(state, input.at_ns):
        return _void(state, "stale", (Refused(Refusal.STALE_SCAN),), again_at_ns=input.at_ns)
    if isinstance(input, TimePassed):
        return state, ()
    if isinstance(input, ArmOpened):
        return _open_arm(state, input)
    if state.waiting != "arm":
        return state, (Refused(Refusal.NOT_SIGNED_IN),)
    if isinstance(input, ObjectRead):
        return _read(state, input)
    return _stated(state, input)


# People -----------------------------------------------------------------------------------------------------------


def _open_arm(state: State, input: ArmOpened) -> Answer:
    not_part_of_it = Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    if state.waiting == "arm":
        return state, (not_part_of_it,)
    known = any(arm.person == input.person for arm in state.arms)
    if not state.again:
        if known:
            return state, (Refused(Refusal.SAME_PERSON_TWICE),)
        return replace(state, waiting="arm", arms=(*state.arms, Arm(input.person, input.at_ns))), ()
    # The person who has not repeated yet, and nobody else: another's ears are not evidence for that arm.
    if input.person == _reader(state).person:
        return replace(state, waiting="arm"), ()
    return state, (Refused(Refusal.SAME_PERSON_TWICE) if known else not_part_of_it,)


def _reader(state: State) -> Arm:
    """Return the arm whose turn it is: the newest, or while asking again the newest that has not repeated."""
    return next(arm for arm in reversed(state.arms) if not (state.again and arm.said))


# Readings ---------------------------------------------------------------------------------------------------------


def _not_for_this_check(plan: Plan, input: ObjectRead) -> Refused | None:
    if input.check != plan.check or input.workstation != plan.workstation:
        return Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    if not input.calibrated and Refusal.SCANNER_NOT_CALIBRATED not in plan.covered:
        return Refused(Refusal.SCANNER_NOT_CALIBRATED)
    return None


def _stale(state: State, at_ns: int) -> bool:
    if state.waiting != "arm" or state.again:
        return False
    readings = state.arms[-1].readings
    return bool(readings) and at_ns - readings[0].at_ns > state.plan.stale_after_ns


def _read(state: State, input: ObjectRead) -> Answer:
    """Hold a reading that contradicts nothing against the object that was asked for."""
    if input.at_ns < _reader(state).opened_ns:
        return state, (Refused(Refusal.STALE_SCAN),)
    no_longer_valid = void(state.plan, input)
    if no_longer_valid is not None:
        return state, (no_longer_valid,)
    asked = wanted(state)
    if asked is None or asked == STATED:
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED),)
    found = matching(state.plan, input, asked)
    if not found:
        known_here = bool(input.known_as)
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED if known_here else Refusal.CODE_NOT_RECOGNISED, asked),)
    if len(found) > 1:
        return state, (Refused(Refusal.PART_MISSING, asked),)
    return _count(state, Reading(asked, input.codes, input.at_ns, input.how, found[0]))


def _count(state: State, reading: Reading) -> Answer:
    """Let a reading count, unless the unit is blocked, unlike the cassette, or read faster than hands can move."""
    plan, arm, unit = state.plan, state.arms[-1], reading.unit
    if unit:
        earlier = next((each.unit for each in arm.readings if each.unit), unit)
        if earlier != unit:
            expected = _known(plan, earlier).codes
            return _refuse_and_end(
                state, Refused(Refusal.WRONG_UNIT, reading.object, unit=unit, expected=expected, read=reading.codes)
            )
        block = next(iter(_standing_blocks(plan, unit)), None)
        if block is not None:
            return _refuse_and_end(state, Refused(block, reading.object, unit=unit))
    if _too_fast(plan, arm, reading) and Refusal.PROXY_SUSPECTED not in _covered(plan, unit):
        return _proxy(state, reading)
    grown = replace(arm, readings=(*arm.readings, reading))
    state = replace(state, arms=(*state.arms[:-1], grown))
    return _close_when_complete(state, (Accepted(reading.object, len(state.arms), unit),))


def _too_fast(plan: Plan, arm: Arm, reading: Reading) -> bool:
    """Tell whether wristband and unit were read closer together than hands can move, in whatever order."""
    return any(
        WRISTBAND in {each.object, reading.object}
        and bool(each.unit or reading.unit)
        and reading.at_ns - each.at_ns < plan.hands_ns
        for each in arm.readings
    )


def _proxy(state: State, reading: Reading) -> Answer:
    refused = Refused(Refusal.PROXY_SUSPECTED, reading.object, unit=reading.unit)
    state = replace(state, proxies=state.proxies + 1)
    if state.proxies >= PROXY_LIMIT:
        return _refuse_and_end(state, refused)
    return _void(state, "proxy", (refused,), again_at_ns=reading.at_ns)


# Units ------------------------------------------------------------------------------------------------------------


def _known(plan: Plan, unit: str) -> UnitKnown:
    return next(known for known in plan.units if known.unit == unit)


def _covered(plan: Plan, unit: str) -> frozenset[Refusal]:
    """Return what a physician's exception does cover, of what one may cover, for this unit."""
    return (plan.covered | (_known(plan, unit).covered if unit else frozenset())) & COVERABLE


def _standing_blocks(plan: Plan, unit: str) -> tuple[Refusal, ...]:
    """Return why nothing may be begun with this unit, or without one, less what an exception covers."""
    of_step = tuple(block for block in plan.blocks if block not in _covered(plan, unit))
    if not unit:
        return of_step
    known = _known(plan, unit)
    return (*of_step, *(block for block in known.blocks if block not in known.covered & COVERABLE))


# What the patient states ------------------------------------------------------------------------------------------


def _stated(state: State, input: PatientStated) -> Answer:
    if wanted(state) != STATED:
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED, STATED),)
    arm = _reader(state)
    index = state.arms.index(arm)
    told = replace(arm, family=input.family, born=input.born, number=input.number, said=True)
    state = replace(state, arms=(*state.arms[:index], told, *state.arms[index + 1 :]))
    accepted = (Accepted(STATED, index + 1),)
    if not state.again:
        return _close_when_complete(state, accepted)
    if all(each.said for each in state.arms):
        return _judge(state, accepted)
    return replace(state, waiting="person"), (*accepted, PersonWanted(state.arms.index(_reader(state)) + 1))


def _agrees_with_record(plan: Plan, arm: Arm) -> bool:
    if plan.numbers:
        read = fold_number(arm.number)
        return bool(read) and read in {fold_number(number) for number in plan.numbers}
    return bool(plan.born) and arm.born == plan.born and family_agrees(arm.family, plan.families)


# Closing and judging ----------------------------------------------------------------------------------------------


def _close_when_complete(state: State, effects: tuple[Effect, ...]) -> Answer:
    if wanted(state) is not None:
        return state, effects
    arm = replace(state.arms[-1], closed=True)
    state = replace(state, arms=(*state.arms[:-1], arm))
    effects = (*effects, ArmClosed(len(state.arms)))
    if len(state.arms) < _arms_needed(state):
        return replace(state, waiting="person"), (*effects, PersonWanted(len(state.arms) + 1))
    return _judge(state, effects)


def _arms_needed(state: State) -> int:
    """Return how many people must read: a typed code takes two, unless an exception covers that."""
    unit = next(iter(_units_read(state)), "")
    typed = any(reading.how == "typed" for arm in state.arms for reading in arm.readings)
    alone = Refusal.TYPED_WITHOUT_SECOND_PERSON in _covered(state.plan, unit)
    return 2 if typed and not alone else state.plan.arms


def _units_read(state: State) -> set[str]:
    return {reading.unit for arm in state.arms for reading in arm.readings if reading.unit}


def _judge(state: State, effects: tuple[Effect, ...]) -> Answer:
    """Compare the arms with the record and with each other, now that all have closed."""
    plan, units = state.plan, _units_read(state)
    if len(units) > 1:
        return _refuse_and_end(state, Refused(Refusal.ARMS_DISAGREE, UNIT), effects)
    agreeing = {_agrees_with_record(plan, arm) for arm in state.arms}
    if plan.stated and agreeing != {True}:
        if not state.again:
            asked = replace(state, again=True, arms=tuple(replace(arm, said=False) for arm in state.arms))
            return replace(asked, waiting="arm"), (*effects, AskedAgain(len(state.arms)))
        reason = Refusal.WRONG_PATIENT if agreeing == {False} else Refusal.ARMS_DISAGREE
        return _refuse_and_end(state, Refused(reason, STATED), effects)
    confirmed, block = _units_confirmed(plan, next(iter(units), ""))
    if block is not None:
        return _refuse_and_end(state, block, effects)
    events = tuple(Confirmed(_confirmed(state, unit)) for unit in confirmed)
    return replace(state, waiting="ended", confirmed=True), (*effects, *events)


def _confirmed(state: State, unit: str) -> IdentityConfirmed:
    plan = state.plan
    return IdentityConfirmed(
        case=plan.case, check=plan.check, step=plan.step, people=tuple(arm.person for arm in state.arms), unit=unit,
        objects=plan.objects, typed=sum(reading.how == "typed" for arm in state.arms for reading in arm.readings),
    )  # fmt: skip


def _units_confirmed(plan: Plan, read: str) -> tuple[tuple[str, ...], Refused | None]:
    """Return the units a check confirms: the one read, or, where papers alone are read, every unit not blocked.

    A wristband without a unit confirms the person and no unit of the case but the one a collection will fill.
    """
    if read or not plan.units or not set(plan.objects) <= PAPERS:
        # Asked again although each unit was asked for when it was read: the second person may have taken minutes.
        standing = _standing_blocks(plan, read)
        return ((read or plan.unit,), None) if not standing else ((), Refused(standing[0], UNIT, unit=read))
    free = tuple(known.unit for known in plan.units if not _standing_blocks(plan, known.unit))
    if free:
        return free, None
    first = plan.units[0].unit
    return (), Refused(_standing_blocks(plan, first)[0], UNIT, unit=first)


# Voiding and ending -----------------------------------------------------------------------------------------------


def _void(state: State, why: str, effects: tuple[Effect, ...], *, again_at_ns: int | None = None) -> Answer:
    """Throw away the open arm; what an earlier arm closed stays closed.

    With `again_at_ns` the same person begins anew at that instant; without, somebody must sign in.
    """
    if state.waiting != "arm":
        return state, effects
    arm = _reader(state)
    voided = ArmVoided(state.arms.index(arm) + 1, why)
    if state.again:
        return replace(state, waiting="person"), (*effects, voided)
    if again_at_ns is None:
        return replace(state, arms=state.arms[:-1], waiting="person"), (*effects, voided)
    return replace(state, arms=(*state.arms[:-1], Arm(arm.person, again_at_ns))), (*effects, voided)


def _abandon(state: State) -> Answer:
    """End the check; one that only lacks the second person for a typed code says so, for an exception may cover it."""
    if state.plan.arms == 1 and state.arms and state.waiting == "person" and not state.again:
        typed = next(each for arm in state.arms for each in arm.readings if each.how == "typed")
        unit = next(iter(_units_read(state)), "")
        return _refuse_and_end(state, Refused(Refusal.TYPED_WITHOUT_SECOND_PERSON, typed.object, unit=unit))
    return replace(state, waiting="ended"), (Ended("abandoned"),)


def _refuse_and_end(state: State, refused: Refused, effects: tuple[Effect, ...] = ()) -> Answer:
    ended = replace(state, waiting="ended", outcome=refused.reason)
    return ended, (*effects, replace(refused, ends=True), Ended(refused.reason.value))
