"""The small hospital that the gate is searched in: three patients, three units, three people, two workstations.

Every input carries what it truly is, told by the world and not by the gate, so that a gate that errs is caught by the
truth. Times are small whole numbers: hands need 1, a reading is stale after 1, a check is over after 4.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from coordinator_app.domain import check_parts as parts
from coordinator_app.domain.check_parts import CASSETTE, CERTIFICATE, ORDER, SHIPMENT, STATED, UNIT, WRISTBAND
from coordinator_app.domain.refusal import Refusal

HANDS, STALE, VALID = 1, 1, 4
PEOPLE = ("nurse-1", "nurse-2", "nurse-3")
HERE, ELSEWHERE = "workstation-1", "workstation-2"
CHECK, OTHER_CHECK = "check-now", "check-before"
ON_HOLD, ASIDE, CLEARED = (
    "the case is put on hold",
    "the bags are put in quarantine",
    "what stood against it is settled",
)
"""What another workstation can say in the middle of a check."""
PAUSES = (0, 1, 2)
"""How long after the last input the next one comes: faster than hands, in time, too late."""


def codes(text: str) -> frozenset[str]:
    """Return the codes in a text, separated by spaces."""
    return frozenset(text.split())


PATIENT, VOID_BAND, DONOR, STRANGER = codes("gsrn:A patient-id:A"), codes("gsrn:A0"), codes("gsrn:D"), codes("gsrn:S")
CASE = codes("coi:C trial-subject:S-1")
LABELS = {"u1": codes("din:N unit:N/1"), "u2": codes("din:N unit:N/2"), "u3": codes("din:M unit:M/3 trial-subject:S-1")}
"""What is known of the bags; their labels bear the chain of identity too."""
CASSETTES = {"u1": codes("grai:1"), "u2": codes("grai:2"), "u3": codes("grai:3")}
SHIPPERS = {"u1": codes("sscc:1"), "u2": codes("sscc:2"), "u3": codes("sscc:3")}
ORDER_CODES, CERTIFICATE_CODES = codes("order:O coi:C"), codes("gdti:G")


@dataclass(frozen=True)
class Offered:
    """One thing that can happen: the input at an instant, and what it truly is.

    `right` are the objects it may count as, `unit` which one it is; `mismatch` the reason it must end the check with;
    `counts` whether it was read here, in this check, by a scanner that may be trusted; `agrees` what was stated.
    """

    name: str
    make: Callable[[int], parts.Input]
    pauses: tuple[int, ...] = (0,)
    right: frozenset[str] = frozenset()
    unit: str = ""
    mismatch: Refusal | None = None
    counts: bool = True
    typed: bool = False
    agrees: bool = False


@dataclass(frozen=True)
class World:
    """One plan and everything that can happen to it; `alike` units may change places without anybody noticing."""

    name: str
    plan: parts.Plan
    offered: tuple[Offered, ...] = field(default=())
    alike: frozenset[str] = frozenset({"u1", "u2"})

    def needs_two(self, typed: bool, unit: str) -> bool:
        """Tell whether two people must read, in the words of the design and not of the gate."""
        covered = Refusal.TYPED_WITHOUT_SECOND_PERSON in self.covered(unit)
        return self.plan.arms == 2 or (typed and not covered)

    def covered(self, unit: str) -> frozenset[Refusal]:
        """Return what an exception covers for a unit or for the step."""
        return self.plan.covered | frozenset().union(*(u.covered for u in self.plan.units if u.unit == unit))

    def may_begin(self, unit: str, found: str) -> bool:
        """Tell whether nothing stands against a unit that an exception may not or does not cover.

        `found` is what came to light meanwhile, by its name in `learned`; nothing of it is covered anywhere.
        """
        if found == ON_HOLD or (found == ASIDE and unit in self.alike):
            return False
        if not unit:
            return True
        known = next(u for u in self.plan.units if u.unit == unit)
        takeable = {Refusal.QUARANTINED, Refusal.CLOCK_OVERDUE, Refusal.KNOWLEDGE_TOO_OLD}
        return all(block in known.covered and block in takeable for block in known.blocks)


# What can be read -------------------------------------------------------------------------------------------------


def _reading(
    name: str,
    read: frozenset[str],
    known_as: str = "",
    *,
    how: str = "scanned",
    check: str = CHECK,
    workstation: str = HERE,
    calibrated: bool = True,
    pauses: tuple[int, ...] = PAUSES,
    right: str = "",
    unit: str = "",
    mismatch: Refusal | None = None,
) -> Offered:
    made = parts.ObjectRead(read, 0, how, frozenset(known_as.split()), check, workstation, calibrated)
    return Offered(
        name, lambda at: replace(made, at_ns=at), pauses, frozenset(right.split()), unit, mismatch,
        check == CHECK and workstation == HERE and calibrated, how == "typed",
    )  # fmt: skip


def _people() -> Iterator[Offered]:
    for person in PEOPLE:
        yield Offered(f"{person} signs in", lambda at, person=person: parts.ArmOpened(person, at), (0, 1))
    yield Offered("the screen locks", lambda at: parts.Interrupted("lock", at))
    yield Offered("the check is given up", parts.Abandoned)
    yield Offered("time passes", parts.TimePassed, (1, 2))


def _wristbands() -> Iterator[Offered]:
    wrong = Refusal.WRONG_PATIENT
    yield _reading("the patient's wristband", PATIENT, "wristband", right=WRISTBAND, pauses=(-1, 0, 1, 2))
    yield _reading("the patient's wristband, typed", codes("gsrn:A"), "wristband", how="typed", right=WRISTBAND)
    yield _reading("a wristband that was replaced", VOID_BAND, "wristband")
    yield _reading("the donor's wristband", DONOR, "wristband", mismatch=Refusal.DONOR_RECIPIENT_CONFUSED)
    yield _reading("a stranger's wristband", STRANGER, "wristband", mismatch=wrong)
    yield _reading("a wristband never seen here", codes("gsrn:X"), mismatch=wrong)
    yield _reading("half a stranger's wristband", codes("gsrn:A patient-id:S"), "wristband", mismatch=wrong)
    yield _reading("the wristband, in an earlier check", PATIENT, "wristband", check=OTHER_CHECK, right=WRISTBAND)
    yield _reading("the wristband, by a scanner not set up", PATIENT, "wristband", calibrated=False, right=WRISTBAND)
    yield _reading("a stranger's, at the other workstation", STRANGER, "wristband", workstation=ELSEWHERE)


def _units(cassette_is_bag: bool) -> Iterator[Offered]:
    wrong = Refusal.WRONG_UNIT
    both = f"{UNIT} {CASSETTE}" if cassette_is_bag else UNIT
    for unit, known in LABELS.items():
        label = known | {"coi:C"}
        yield _reading(f"bag {unit}", label, "unit", right=both, unit=unit, pauses=(-1, 0, 1, 2))
        yield _reading(f"bag {unit}, typed", label, "unit", how="typed", right=both, unit=unit)
        if not cassette_is_bag:
            yield _reading(f"cassette {unit}", CASSETTES[unit], "cassette", right=CASSETTE, unit=unit)
        yield _reading(f"shipper {unit}", SHIPPERS[unit], right=SHIPMENT, unit=unit, pauses=(1,))
    for unit in ("u1", "u2"):
        one = LABELS[unit]
        seen = {"right": both, "unit": unit}
        yield _reading(f"bag {unit} with the patient's number", one | {"patient-id:A"}, "unit wristband", **seen)
        yield _reading(f"bag {unit} with a stranger's number", one | {"patient-id:S"}, "unit wristband", mismatch=wrong)
        yield _reading(f"bag {unit} with another chain of identity", one | {"coi:S"}, "unit", mismatch=wrong)
        yield _reading(f"bag {unit} at the other workstation", one, "unit", workstation=ELSEWHERE, **seen)
        yield _reading(f"bag {unit} under a label that is void", one | {"serial:V"}, "unit label")
    yield _reading("the donation number of u1 and u2", codes("din:N"), "unit")
    yield _reading("a stranger's bag", codes("din:S unit:S/1 coi:S"), "unit", mismatch=wrong)
    yield _reading("a bag never seen here", codes("din:X unit:X/1"), mismatch=wrong, pauses=(1,))


def _papers_and_others() -> Iterator[Offered]:
    wrong = Refusal.WRONG_ORDER
    yield _reading("the order", ORDER_CODES | {"patient-id:A"}, "order wristband case", right=ORDER)
    yield _reading("the order as it is numbered", codes("order:O"), "order", right=ORDER, pauses=(1,))
    yield _reading("a stranger's order", codes("order:S coi:S"), "order", mismatch=wrong)
    yield _reading("an order of two patients", codes("order:O coi:S"), "order", mismatch=wrong)
    yield _reading("the certificate", CERTIFICATE_CODES, "certificate", right=CERTIFICATE)
    yield _reading("a stranger's certificate", codes("gdti:S"), "certificate", mismatch=wrong)
    yield _reading("the chain of identity alone", codes("coi:C"), "case order")
    yield _reading("the subject number alone", codes("trial-subject:S-1"), "case unit cassette", pauses=(1,))
    yield _reading("a badge", codes("staff:7"), "person", pauses=(0, 1))
    yield _reading("something nobody knows", codes("text:?"))
    yield _reading("a stranger's shipper", codes("sscc:S"), "shipment", mismatch=Refusal.WRONG_UNIT, pauses=(1,))


def _statements() -> Iterator[Offered]:
    said = {
        "the name and birth date": ("Grübel", "1961-04-09", True),
        "the former name": ("kowalska", "1961-04-09", True),
        "another name": ("Grauer", "1961-04-09", False),
        "another birth date": ("Grübel", "1961-09-04", False),
        "no name": ("", "1961-04-09", False),
    }
    for name, (family, born, agrees) in said.items():
        yield Offered(
            f"the patient states {name}", lambda at, f=family, b=born: parts.PatientStated(f, b, at), (0, 2),
            frozenset({STATED}), agrees=agrees,
        )  # fmt: skip
    for name, number in (("the right", "mrn 88-172"), ("another", "MRN-88173"), ("no", "")):
        yield Offered(
            f"somebody reads {name} record number", lambda at, n=number: parts.PatientStated("", "", at, n), (0, 2),
            frozenset({STATED}),
        )  # fmt: skip


def _learned(plan: parts.Plan) -> Iterator[Offered]:
    aside = tuple(
        replace(known, blocks=(*known.blocks, Refusal.QUARANTINED)) if known.unit in {"u1", "u2"} else known
        for known in plan.units
    )
    told = {ON_HOLD: (plan.units, (Refusal.ON_HOLD,)), ASIDE: (aside, ()), CLEARED: (plan.units, plan.blocks)}
    for name, (units, blocks) in told.items():
        yield Offered(name, lambda at, u=units, b=blocks: parts.Learned(u, b, at))


# Plans ------------------------------------------------------------------------------------------------------------


def _plan(arms: int, *objects: str, carriers: dict[str, frozenset[str]] | None = None) -> parts.Plan:
    containers = carriers or CASSETTES
    blocked = {"u3": (Refusal.QUARANTINED,)}
    return parts.Plan(
        check=CHECK, case="case-1", step="step-1", workstation=HERE, arms=arms, objects=objects,
        stated=WRISTBAND in objects, begun_ns=0,
        units=tuple(parts.UnitKnown(u, LABELS[u], containers[u], blocked.get(u, ())) for u in LABELS),
        person_codes=PATIENT, void_codes=VOID_BAND | {"serial:V"}, other_codes=DONOR, order_codes=ORDER_CODES,
        certificate_codes=CERTIFICATE_CODES, case_codes=CASE, born="1961-04-09", families=("Grübel", "Kowalska"),
        stale_after_ns=STALE, valid_ns=VALID, hands_ns=HANDS,
    )  # fmt: skip


def _with_u3(plan: parts.Plan, blocks: tuple[Refusal, ...], covered: frozenset[Refusal]) -> parts.Plan:
    third = replace(plan.units[2], blocks=blocks, covered=covered)
    return replace(plan, units=(*plan.units[:2], third))


def worlds() -> tuple[World, ...]:
    """Return every kind of check that the procedures make, small ones first, with everything that can happen to it."""
    bedside, alone = _plan(2, WRISTBAND, UNIT), _plan(1, WRISTBAND, UNIT)
    exception = frozenset({Refusal.PROXY_SUSPECTED, Refusal.TYPED_WITHOUT_SECOND_PERSON, Refusal.CLOCK_OVERDUE,
                           Refusal.DISCREPANCY_OPEN, Refusal.QUARANTINED})  # fmt: skip
    covered = _with_u3(alone, (Refusal.QUARANTINED, Refusal.CLOCK_OVERDUE), exception)
    discrepancy = _with_u3(alone, (Refusal.CLOCK_OVERDUE, Refusal.DISCREPANCY_OPEN), exception)
    all_blocked = replace(
        _plan(1, ORDER, CERTIFICATE),
        units=tuple(parts.UnitKnown(u, LABELS[u], blocks=(Refusal.KNOWLEDGE_TOO_OLD,)) for u in LABELS),
    )
    made = {
        "hand-over of a sealed shipper": _plan(1, SHIPMENT, carriers=SHIPPERS),
        "release": _plan(1, ORDER, CERTIFICATE),
        "release, everything blocked": all_blocked,
        "thaw": _plan(1, CASSETTE, UNIT),
        "thaw, cassette and bag bear the same code": _plan(1, CASSETTE, UNIT, carriers=LABELS),
        "acceptance": _plan(2, ORDER, CERTIFICATE, CASSETTE),
        "wristband of a case with units": _plan(1, WRISTBAND),
        "collection": replace(_plan(2, WRISTBAND), units=(), unit="new"),
        "bedside, the patient cannot answer": replace(bedside, stated=False),
        "bedside, two people read the record number": replace(bedside, numbers=("MRN-88172",)),
        "bedside, two people": bedside,
        "bedside, one person": alone,
        "bedside, one person, a physician's exception for u3": covered,
        "bedside, one person, an exception for a discrepancy": discrepancy,
        "bedside, a scanner not set up, covered": replace(alone, covered=frozenset({Refusal.SCANNER_NOT_CALIBRATED})),
        "bag first, wristband after": _plan(1, UNIT, WRISTBAND),
    }
    return tuple(_world(name, plan) for name, plan in made.items())


def _world(name: str, plan: parts.Plan) -> World:
    same_code = any(known.codes == known.container for known in plan.units)
    offered = (*_people(), *_wristbands(), *_units(same_code), *_papers_and_others(), *_statements(),
               *_learned(plan))  # fmt: skip
    return World(name, plan, tuple(_truth_for(plan, each) for each in offered))


def _truth_for(plan: parts.Plan, offered: Offered) -> Offered:
    """Adapt what is true of an input to the check: a shipper matters where one is asked for, units where there are any."""
    made = offered.make(0)
    if isinstance(made, parts.PatientStated) and plan.numbers:
        return _changed(offered, agrees="the right" in offered.name)
    if not isinstance(made, parts.ObjectRead):
        return offered
    if Refusal.SCANNER_NOT_CALIBRATED in plan.covered and made.check == CHECK and made.workstation == HERE:
        offered = _changed(offered, counts=True)
    ours = {unit.unit for unit in plan.units}
    if "shipper" in offered.name:
        known = SHIPMENT in plan.objects
        return offered if known else _changed(offered, right=frozenset(), unit="", mismatch=None)
    kind = CASSETTE if offered.name.startswith("cassette") else UNIT
    if offered.unit and not ours:
        return _changed(offered, mismatch=Refusal.WRONG_UNIT, right=frozenset(), unit="")
    if kind == CASSETTE and not any(unit.container & made.codes for unit in plan.units):
        return _changed(offered, mismatch=Refusal.WRONG_UNIT, right=frozenset(), unit="")
    if offered.name.startswith("the donation number") and not ours:
        return _changed(offered, mismatch=Refusal.WRONG_UNIT)
    if offered.name.endswith("under a label that is void") and not ours:
        return _changed(offered, mismatch=Refusal.WRONG_UNIT)
    return offered


def _changed(offered: Offered, **fields: object) -> Offered:
    return dataclasses.replace(offered, **fields)  # type: ignore[arg-type]
