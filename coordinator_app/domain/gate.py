"""The identity gate: one pure step function from (state, input) to (state, effects).

Every identity check of every procedure goes through `step`; nothing else can produce an `IdentityConfirmed`.

In words, what holds in every state that can be reached (each is searched for in `tests/domain/gate_search.py`):

- A check confirms only when every arm it needs has closed, each with every object it needs read in that arm.
- Two arms are two people. The second starts from nothing.
- Every wristband counted belongs to the person this step is about and is not void; every unit counted belongs to this
  case; both arms read the same unit.
- What each person heard the patient state agrees with the record, or nobody goes on.
- No reading older than `stale_after_ns` at the close of its arm, and no check older than `valid_ns`, confirms anything.
- A mismatch of identity ends the check; no exception, role or setting changes that.

Instants are nanoseconds of the workstation's suspend-aware clock.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.identity import agrees, family_agrees, kind_of, which_unit
from coordinator_app.domain.refusal import COVERABLE, Refusal

WRISTBAND, UNIT, CASSETTE, ORDER, CERTIFICATE = "wristband", "unit", "cassette", "order", "certificate"
SHIPMENT = "shipment"
STATED = "stated"
PERSON_KINDS = frozenset({"gsrn", "patient-id"})
PROXY_LIMIT = 3
CONTAINERS = frozenset({CASSETTE, SHIPMENT})
"""Objects that stand for the unit inside them: a cassette not yet opened, a shipper already sealed."""
NAMES_A_UNIT = frozenset({UNIT, *CONTAINERS})


class UnitKnown(Struct, frozen=True):
    """One unit of the case: the codes on it and on its container, why it may not be begun with now, what is covered."""

    unit: str
    codes: frozenset[str]
    container: frozenset[str] = frozenset()
    blocks: tuple[Refusal, ...] = ()
    covered: frozenset[Refusal] = frozenset()


class Plan(Struct, frozen=True):
    """What one check must establish; fixed when it begins.

    `unit` is the one a collection will fill; `objects` in the order they are asked for; `stated` when the patient is
    present; `person_codes` the wristbands of the person this step is about, `other_codes` those of the other one of
    donor and recipient; `covered` what a physician's exception covers for this step.
    """

    check: str
    case: str
    step: str
    workstation: str
    arms: int
    objects: tuple[str, ...]
    stated: bool
    begun_ns: int
    units: tuple[UnitKnown, ...] = ()
    unit: str = ""
    person_codes: frozenset[str] = frozenset()
    void_codes: frozenset[str] = frozenset()
    other_codes: frozenset[str] = frozenset()
    order_codes: frozenset[str] = frozenset()
    certificate_codes: frozenset[str] = frozenset()
    born: str = ""
    families: tuple[str, ...] = ()
    stale_after_ns: int = 120 * 10**9
    valid_ns: int = 15 * 60 * 10**9
    hands_ns: int = 10**9
    covered: frozenset[Refusal] = frozenset()


class Reading(Struct, frozen=True):
    """One object as read in one arm."""

    object: str
    codes: frozenset[str]
    at_ns: int
    how: str
    unit: str = ""


class Arm(Struct, frozen=True):
    """What one person has read and heard."""

    person: str
    readings: tuple[Reading, ...] = ()
    family: str = ""
    born: str = ""
    said: bool = False
    closed: bool = False


class State(Struct, frozen=True):
    """Where a check stands. `waiting` is arm (a person is reading), person (somebody must sign in) or ended."""

    plan: Plan
    arms: tuple[Arm, ...] = ()
    waiting: str = "person"
    again: bool = False
    proxies: int = 0
    arms_needed: int = 1
    outcome: Refusal | None = None
    confirmed: bool = False


# Inputs -----------------------------------------------------------------------------------------------------------


class ArmOpened(Struct, frozen=True):
    """A person has signed in for the arm that waits."""

    person: str
    at_ns: int


class ObjectRead(Struct, frozen=True):
    """A code was read. `known_as` is what the record knows it as: wristband, unit, cassette, order or nothing."""

    codes: frozenset[str]
    at_ns: int
    how: str = "scanned"
    known_as: frozenset[str] = frozenset()
    check: str = ""
    workstation: str = ""
    calibrated: bool = True


class PatientStated(Struct, frozen=True):
    """What this person heard the patient say. `born` is YYYY-MM-DD."""

    family: str
    born: str
    at_ns: int


class Interrupted(Struct, frozen=True):
    """The screen locked, the machine slept, nobody was there, or another person signed in."""

    why: str
    at_ns: int


class TimePassed(Struct, frozen=True):
    """Look whether something has grown old."""

    at_ns: int


class Abandoned(Struct, frozen=True):
    """The person ended the check."""

    at_ns: int


Input = ArmOpened | ObjectRead | PatientStated | Interrupted | TimePassed | Abandoned

# Effects ----------------------------------------------------------------------------------------------------------


class Accepted(Struct, frozen=True):
    """The reading or statement counts."""

    object: str
    arm: int
    unit: str = ""


class Refused(Struct, frozen=True):
    """The input does not count. `ends` when the check is over; `expected` and `read` for the screen after its end."""

    reason: Refusal
    object: str = ""
    ends: bool = False
    unit: str = ""
    expected: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


class ArmClosed(Struct, frozen=True):
    """One person has finished."""

    arm: int


class PersonWanted(Struct, frozen=True):
    """Somebody must sign in for this arm: the second person, or the first once more."""

    arm: int


class AskedAgain(Struct, frozen=True):
    """What the patient stated did not agree; it is asked once more and nothing is shown."""

    arm: int


class ArmVoided(Struct, frozen=True):
    """The open arm starts again from nothing."""

    arm: int
    why: str


class Confirmed(Struct, frozen=True):
    """The gate confirms; the event is made here and nowhere else."""

    event: IdentityConfirmed


class Ended(Struct, frozen=True):
    """The check is over without confirming."""

    reason: str


Effect = Accepted | Refused | ArmClosed | PersonWanted | AskedAgain | ArmVoided | Confirmed | Ended


def begin(plan: Plan) -> State:
    """Return the state of a check in which nobody has read anything."""
    return State(plan=plan, arms_needed=plan.arms)


def wanted(state: State) -> str | None:
    """Return what the open arm must read or hear next, or None when no arm is open or nothing is missing."""
    if state.waiting != "arm":
        return None
    arm = state.arms[-1] if not state.again else _repeating(state)
    if state.again:
        return STATED
    read = {reading.object for reading in arm.readings}
    for object in state.plan.objects:
        if object not in read:
            return object
        if object == WRISTBAND and state.plan.stated and not arm.said:
            return STATED
    return None


def step(state: State, input: Input) -> tuple[State, tuple[Effect, ...]]:
    """Advance a check by one input; returns the new state and what follows from it."""
    if state.waiting == "ended":
        return state, (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    if isinstance(input, Abandoned):
        return _end(state, "abandoned")
    if input.at_ns - state.plan.begun_ns > state.plan.valid_ns:
        return _refuse_and_end(state, Refused(Refusal.CHECK_EXPIRED, ends=True))
    if isinstance(input, Interrupted):
        return _void(state, input.why, ())
    if state.waiting == "arm" and not state.again and _stale(state, input.at_ns):
        return _void(state, "stale", (Refused(Refusal.STALE_SCAN),), keep_person=True)
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


def _open_arm(state: State, input: ArmOpened) -> tuple[State, tuple[Effect, ...]]:
    if state.waiting == "arm":
        return state, (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    if state.again:
        # The person who has not repeated yet, and nobody else: another's ears are not evidence for that arm.
        return (
            (replace(state, waiting="arm"), ())
            if input.person == _repeating(state).person
            else (state, (Refused(Refusal.ARMS_DISAGREE if len(state.arms) > 1 else Refusal.WITNESS_NEEDED),))
        )
    if any(arm.person == input.person for arm in state.arms):
        return state, (Refused(Refusal.SAME_PERSON_TWICE),)
    return replace(state, waiting="arm", arms=(*state.arms, Arm(person=input.person))), ()


def _repeating(state: State) -> Arm:
    """Return the arm that must state again: the last one first, then the one before."""
    return next(arm for arm in reversed(state.arms) if not arm.said)


# Readings ---------------------------------------------------------------------------------------------------------


def _stale(state: State, at_ns: int) -> bool:
    readings = state.arms[-1].readings
    return bool(readings) and at_ns - readings[0].at_ns > state.plan.stale_after_ns


def _read(state: State, input: ObjectRead) -> tuple[State, tuple[Effect, ...]]:
    plan = state.plan
    if input.check != plan.check or input.workstation != plan.workstation:
        return state, (Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    if not input.calibrated and Refusal.SCANNER_NOT_CALIBRATED not in plan.covered:
        return state, (Refused(Refusal.SCANNER_NOT_CALIBRATED),)
    mismatch = _mismatch(plan, input)
    if mismatch is not None:
        return _refuse_and_end(state, mismatch)
    if input.codes & plan.void_codes:
        return state, (Refused(Refusal.WRISTBAND_VOID, object=WRISTBAND),)
    asked = wanted(state)
    if asked is None or asked == STATED:
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED),)
    return _match(state, input, asked)


def _mismatch(plan: Plan, input: ObjectRead) -> Refused | None:
    """Tell whether the code belongs to somebody or something else: that ends a check, whatever was asked for."""
    codes = input.codes
    if codes & plan.other_codes:
        return Refused(Refusal.DONOR_RECIPIENT_CONFUSED, WRISTBAND, True, expected=plan.person_codes, read=codes)
    if _is_person(input) and not agrees(plan.person_codes, codes) and not codes & plan.void_codes:
        return Refused(Refusal.WRONG_PATIENT, WRISTBAND, True, expected=plan.person_codes, read=codes)
    if _is_unit(input) and not _units(plan, codes) and not _containers(plan, codes):
        asked = UNIT if UNIT in plan.objects or CASSETTE not in plan.objects else CASSETTE
        return Refused(Refusal.WRONG_UNIT, asked, True, expected=_all_codes(plan), read=codes)
    if ORDER in input.known_as and not codes & plan.order_codes:
        return Refused(Refusal.WRONG_ORDER, ORDER, True, expected=plan.order_codes, read=codes)
    if CERTIFICATE in input.known_as and not codes & plan.certificate_codes:
        return Refused(Refusal.WRONG_ORDER, CERTIFICATE, True, expected=plan.certificate_codes, read=codes)
    return None


def _is_person(input: ObjectRead) -> bool:
    return WRISTBAND in input.known_as or any(kind_of(code) in PERSON_KINDS for code in input.codes)


def _is_unit(input: ObjectRead) -> bool:
    if input.known_as:
        return bool(input.known_as & {UNIT, CASSETTE})
    # A unit's code that this site has never seen is another patient's until somebody proves otherwise.
    return any(kind_of(code) in {"din", "unit", "item"} for code in input.codes)


def _units(plan: Plan, codes: frozenset[str]) -> tuple[str, ...]:
    return which_unit({known.unit: known.codes for known in plan.units}, codes)


def _containers(plan: Plan, codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(known.unit for known in plan.units if agrees(known.container, codes)))


def _all_codes(plan: Plan) -> frozenset[str]:
    return frozenset(code for known in plan.units for code in known.codes)


def _match(state: State, input: ObjectRead, asked: str) -> tuple[State, tuple[Effect, ...]]:
    """Hold a reading that contradicts nothing against the object that was asked for."""
    plan = state.plan
    if asked == WRISTBAND:
        found: tuple[str, ...] = ("",) if agrees(plan.person_codes, input.codes) else ()
    elif asked == UNIT:
        found = _units(plan, input.codes)
    elif asked in CONTAINERS:
        found = _containers(plan, input.codes)
    else:
        known = plan.order_codes if asked == ORDER else plan.certificate_codes
        found = ("",) if input.codes & known else ()
    if not found:
        known_here = bool(input.known_as)
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED if known_here else Refusal.CODE_NOT_RECOGNISED, asked),)
    if len(found) > 1:
        return state, (Refused(Refusal.PART_MISSING, asked),)
    return _count(state, input, asked, found[0])


def _count(state: State, input: ObjectRead, asked: str, unit: str) -> tuple[State, tuple[Effect, ...]]:
    """Let a reading count, unless the unit is blocked, unlike the cassette, or read faster than hands can move."""
    plan, arm = state.plan, state.arms[-1]
    if unit:
        earlier = next((reading.unit for reading in arm.readings if reading.unit), unit)
        if earlier != unit:
            refused = Refused(Refusal.WRONG_UNIT, asked, True, unit, _codes_of(plan, earlier), input.codes)
            return _refuse_and_end(state, refused)
        block = next(iter(_standing_blocks(plan, unit)), None)
        if block is not None:
            return _refuse_and_end(state, Refused(block, asked, True, unit))
        wristband = next((reading for reading in arm.readings if reading.object == WRISTBAND), None)
        too_fast = wristband is not None and input.at_ns - wristband.at_ns < plan.hands_ns
        if too_fast and Refusal.PROXY_SUSPECTED not in plan.covered:
            return _proxy(state)
    reading = Reading(asked, input.codes, input.at_ns, input.how, unit)
    arms_needed = 2 if input.how == "typed" else state.arms_needed
    grown = replace(arm, readings=(*arm.readings, reading))
    state = replace(state, arms=(*state.arms[:-1], grown), arms_needed=max(arms_needed, state.arms_needed))
    return _close_when_complete(state, (Accepted(asked, len(state.arms), unit),), input.at_ns)


def _codes_of(plan: Plan, unit: str) -> frozenset[str]:
    return next(known.codes for known in plan.units if known.unit == unit)


def _standing_blocks(plan: Plan, unit: str) -> tuple[Refusal, ...]:
    """Return why this unit may not be begun with, less what a physician's exception may and does cover."""
    known = next(known for known in plan.units if known.unit == unit)
    covered = known.covered & COVERABLE
    return tuple(block for block in known.blocks if block not in covered)


def _proxy(state: State) -> tuple[State, tuple[Effect, ...]]:
    proxies = state.proxies + 1
    state = replace(state, proxies=proxies)
    if proxies >= PROXY_LIMIT:
        return _refuse_and_end(state, Refused(Refusal.PROXY_SUSPECTED, UNIT, True))
    return _void(state, "proxy", (Refused(Refusal.PROXY_SUSPECTED, UNIT),), keep_person=True)


# What the patient states ------------------------------------------------------------------------------------------


def _stated(state: State, input: PatientStated) -> tuple[State, tuple[Effect, ...]]:
    if wanted(state) != STATED:
        return state, (Refused(Refusal.NOT_WHAT_WAS_ASKED, STATED),)
    arm = _repeating(state) if state.again else state.arms[-1]
    index = state.arms.index(arm)
    told = replace(arm, family=input.family, born=input.born, said=True)
    state = replace(state, arms=(*state.arms[:index], told, *state.arms[index + 1 :]))
    accepted = (Accepted(STATED, index + 1),)
    if not state.again:
        return _close_when_complete(state, accepted, input.at_ns)
    if all(each.said for each in state.arms):
        return _judge(state, accepted)
    return replace(state, waiting="person"), (*accepted, PersonWanted(state.arms.index(_repeating(state)) + 1))


def _agrees_with_record(plan: Plan, arm: Arm) -> bool:
    return arm.born == plan.born and family_agrees(arm.family, plan.families)


# Closing and judging ----------------------------------------------------------------------------------------------


def _close_when_complete(state: State, effects: tuple[Effect, ...], at_ns: int) -> tuple[State, tuple[Effect, ...]]:
    if wanted(state) is not None:
        return state, effects
    arm = replace(state.arms[-1], closed=True)
    state = replace(state, arms=(*state.arms[:-1], arm))
    effects = (*effects, ArmClosed(len(state.arms)))
    if len(state.arms) < state.arms_needed:
        return replace(state, waiting="person"), (*effects, PersonWanted(len(state.arms) + 1))
    return _judge(state, effects)


def _judge(state: State, effects: tuple[Effect, ...]) -> tuple[State, tuple[Effect, ...]]:
    """Compare the arms with the record and with each other, now that all have closed."""
    plan = state.plan
    units = {reading.unit for arm in state.arms for reading in arm.readings if reading.unit}
    if len(units) > 1:
        return _refuse_and_end(state, Refused(Refusal.ARMS_DISAGREE, UNIT, True), effects)
    if plan.stated and not all(_agrees_with_record(plan, arm) for arm in state.arms):
        if not state.again:
            asked = replace(state, again=True, arms=tuple(replace(arm, said=False) for arm in state.arms))
            return replace(asked, waiting="arm"), (*effects, AskedAgain(len(state.arms)))
        alike = len({_agrees_with_record(plan, arm) for arm in state.arms}) == 1
        reason = Refusal.WRONG_PATIENT if alike else Refusal.ARMS_DISAGREE
        return _refuse_and_end(state, Refused(reason, STATED, True), effects)
    confirmed, block = _units_confirmed(plan, next(iter(units), ""))
    if block is not None:
        return _refuse_and_end(state, block, effects)
    events = tuple(
        Confirmed(
            IdentityConfirmed(
                case=plan.case,
                check=plan.check,
                step=plan.step,
                people=tuple(arm.person for arm in state.arms),
                unit=unit,
                objects=plan.objects,
                typed=sum(reading.how == "typed" for arm in state.arms for reading in arm.readings),
            )
        )
        for unit in confirmed
    )
    return replace(state, waiting="ended", confirmed=True), (*effects, *events)


def _units_confirmed(plan: Plan, read: str) -> tuple[tuple[str, ...], Refused | None]:
    """Return the units a check confirms: the one read, or, where papers alone are read, every unit not blocked."""
    if read or not plan.units or NAMES_A_UNIT & set(plan.objects):
        return (read or plan.unit,), None
    free = tuple(known.unit for known in plan.units if not _standing_blocks(plan, known.unit))
    if free:
        return free, None
    first = plan.units[0].unit
    return (), Refused(_standing_blocks(plan, first)[0], UNIT, ends=True, unit=first)


def _void(
    state: State, why: str, effects: tuple[Effect, ...], *, keep_person: bool = False
) -> tuple[State, tuple[Effect, ...]]:
    """Throw away the open arm; what an earlier arm closed stays closed."""
    if state.waiting != "arm":
        return state, effects
    if state.again:
        return replace(state, waiting="person"), (*effects, ArmVoided(state.arms.index(_repeating(state)) + 1, why))
    number = len(state.arms)
    fresh = (*state.arms[:-1], Arm(person=state.arms[-1].person)) if keep_person else state.arms[:-1]
    waiting = "arm" if keep_person else "person"
    return replace(state, arms=fresh, waiting=waiting), (*effects, ArmVoided(number, why))


def _refuse_and_end(
    state: State, refused: Refused, effects: tuple[Effect, ...] = ()
) -> tuple[State, tuple[Effect, ...]]:
    ended = replace(state, waiting="ended", outcome=refused.reason)
    return ended, (*effects, replace(refused, ends=True), Ended(refused.reason.value))


def _end(state: State, reason: str) -> tuple[State, tuple[Effect, ...]]:
    return replace(state, waiting="ended"), (Ended(reason),)
