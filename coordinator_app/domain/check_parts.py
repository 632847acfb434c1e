"""What an identity check is made of: its plan, what was read, where it stands, what goes in and what follows.

Instants are nanoseconds of the workstation's suspend-aware clock.
"""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.refusal import Refusal

WRISTBAND, UNIT, CASSETTE, ORDER, CERTIFICATE = "wristband", "unit", "cassette", "order", "certificate"
SHIPMENT = "shipment"
STATED = "stated"
CONTAINERS = frozenset({CASSETTE, SHIPMENT})
"""Objects that stand for the unit inside them: a cassette not yet opened, a shipper already sealed."""
NAMES_A_UNIT = frozenset({UNIT, *CONTAINERS})
PAPERS = frozenset({ORDER, CERTIFICATE})


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
    donor and recipient; `void_codes` wristbands replaced and serials of labels that no longer count; `case_codes` the
    case's own identifiers, which stand on its papers too and name no unit; `covered` what a physician's exception
    covers for this step, whatever the unit; `blocks` why the step may not go on with any unit (a hold, a
    contradiction); `numbers` the record numbers of a patient who cannot answer: each person reads one from the papers
    in place of what would be said.
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
    case_codes: frozenset[str] = frozenset()
    born: str = ""
    families: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    stale_after_ns: int = 120 * 10**9
    valid_ns: int = 15 * 60 * 10**9
    hands_ns: int = 10**9
    covered: frozenset[Refusal] = frozenset()
    blocks: tuple[Refusal, ...] = ()


class Reading(Struct, frozen=True):
    """One object as read in one arm."""

    object: str
    codes: frozenset[str]
    at_ns: int
    how: str
    unit: str = ""


class Arm(Struct, frozen=True):
    """What one person has read and heard since `opened_ns`; nothing read earlier counts."""

    person: str
    opened_ns: int
    readings: tuple[Reading, ...] = ()
    family: str = ""
    born: str = ""
    number: str = ""
    said: bool = False
    closed: bool = False


class State(Struct, frozen=True):
    """Where a check stands. `waiting` is arm (a person is reading), person (somebody must sign in) or ended."""

    plan: Plan
    arms: tuple[Arm, ...] = ()
    waiting: str = "person"
    again: bool = False
    proxies: int = 0
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
    """What this person heard the patient say. `born` is YYYY-MM-DD.

    `number` is the record number this person read for a patient who cannot answer.
    """

    family: str
    born: str
    at_ns: int
    number: str = ""


class Learned(Struct, frozen=True):
    """What stands against the units and the step now; it can come from another workstation while people read."""

    units: tuple[UnitKnown, ...]
    blocks: tuple[Refusal, ...]
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


Input = ArmOpened | ObjectRead | PatientStated | Learned | Interrupted | TimePassed | Abandoned

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
