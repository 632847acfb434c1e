"""What an identity check must establish, from the case as it stands, and looked at again while people read."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import gate
from coordinator_app.domain.case_record import CaseRecord, PatientRecord, UnitRecord
from coordinator_app.domain.journey import concerns
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.domain.vocabulary import Check, ProcedureKind
from coordinator_app.domain.vocabulary import Stated as StatedBy
from coordinator_app.procedures.authorise_exception import covered_now
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.standing_blocks import blocks_by_unit, blocks_of_person, step_blocks
from coordinator_app.procedures.workplace import new_id

NO_LONGER_COUNTS = frozenset({"voided", "destroyed", "returned"})
"""What has become of a label whose serial number must not be read on anything."""


class Standing(Struct, frozen=True):
    """What stands against a check now: the units as the gate knows them, the step, and the words for each block."""

    units: tuple[gate.UnitKnown, ...]
    covered: frozenset[Refusal]
    of_step: tuple[Block, ...]
    of_units: dict[str, list[Block]]

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """Return the reasons against the step, whatever the unit."""
        return tuple(dict.fromkeys(block.reason for block in self.of_step))

    def against(self, unit: str) -> list[Block]:
        """Return everything that stands against a unit, covered or not."""
        return [*self.of_step, *self.of_units.get(unit, [])]


def right_person(case: CaseRecord, procedure: ProcedureKind) -> tuple[PatientRecord | None, PatientRecord | None]:
    """Return whose wristband a step is about, and the other one: the donor gives, the recipient receives."""
    if case.donor is not None and procedure is ProcedureKind.COLLECT:
        return case.donor, case.recipient
    return case.recipient, case.donor


class Taking(Struct, frozen=True):
    """Who takes part in a check, who of them as the second person, and whether a scanner not set up was used in it."""

    people: frozenset[str]
    witnesses: frozenset[str] = frozenset()
    unproven: bool = False


def stands_now(run: Run, objects: tuple[str, ...], units: tuple[str, ...], taking: Taking) -> Standing:
    """Look at record, clocks and news: what stands against the step, its units and the people, and what is covered.

    Who may take part, and which scanner may be used, only by an exception may be so only with the unit it is for.
    """
    case, work, step = run.case, run.work, run.step
    records = tuple(case.units[unit] for unit in units)
    of_units = blocks_by_unit(run, records)
    of_people = [
        block
        for each in sorted(taking.people)
        for block in blocks_of_person(run, each, witness=each in taking.witnesses)
    ]
    covered = {unit: covered_now(work, case, step.name, unit, taking.people) for unit in (units or ("",))}
    if taking.unproven:
        for blocks in of_units.values():
            blocks.append(Block(Refusal.SCANNER_NOT_CALIBRATED))
    known = tuple(
        gate.UnitKnown(
            u.unit, u.codes, _container(u, objects), tuple(block.reason for block in of_units[u.unit]), covered[u.unit]
        )
        for u in records
    )
    # A scanner is judged before any unit is known: what is covered for one of them lets it be used, and then holds back
    # every other. All else counts before a unit is known only when it is covered for each.
    anywhere = frozenset().union(*covered.values()) & {Refusal.SCANNER_NOT_CALIBRATED}
    every = frozenset.intersection(*covered.values()) | anywhere
    return Standing(known, every, (*of_people, *step_blocks(run)), of_units)


def _container(unit: UnitRecord, objects: tuple[str, ...]) -> frozenset[str]:
    """Return the codes on what the unit is in: its shipper once packed, else its cassette."""
    return unit.shipper_codes if gate.SHIPMENT in objects else unit.container_codes


def plan_of(run: Run, objects: tuple[str, ...], standing: Standing, *, stated: bool = True) -> gate.Plan:
    """Lay down what the check must establish from the case as it stands now."""
    case, step, work = run.case, run.step, run.work
    person, other = right_person(case, step.procedure)
    pair = stated and run.profile.stated is StatedBy.WRISTBAND_PAIR
    spoilt = {f"serial:{each.serial}" for each in case.labels.values() if each.state in NO_LONGER_COUNTS}
    return gate.Plan(
        check=new_id("check"), case=run.case_id, step=step.name, workstation=work.store.workstation,
        # Nobody speaks for a patient who cannot answer: two people each read a second identifier instead.
        arms=2 if step.check is Check.BLIND or (pair and gate.WRISTBAND in objects) else 1, objects=objects,
        stated=stated and gate.WRISTBAND in objects, begun_ns=work.moment().boot_ns,
        units=standing.units, blocks=standing.reasons, covered=standing.covered,
        unit=run.unit_id if not standing.units else "",
        person_codes=frozenset(person.bands) if person else frozenset(),
        void_codes=frozenset(person.void_bands if person else ()) | spoilt,
        other_codes=frozenset(other.bands) if other else frozenset(),
        order_codes=case.order.codes if case.order else frozenset(),
        certificate_codes=frozenset().union(*case.certificates.values()),
        case_codes=frozenset().union(*(row.codes for row in case.identifiers)),
        numbers=(person.record_number,) if pair and person and person.record_number else (),
        born=person.born if person else "", families=person.families if person else (),
        stale_after_ns=int(step.stale_after.total_seconds() * 1e9),
        valid_ns=int(step.check_valid.total_seconds() * 1e9),
    )  # fmt: skip


def marks_of(run: Run, plan: gate.Plan) -> list[Say]:
    """Return the marks at the left of the screen: what is read and heard, by how many, then the act."""
    marks = []
    for object in plan.objects:
        marks.append(Say(f"mark.{object}", unit_words(run)))
        if object == gate.WRISTBAND and plan.stated:
            marks.append(Say("mark.stated"))
    if plan.arms > 1:
        marks.append(Say("mark.second_person"))
    return [*marks, Say("mark.act")]


def unit_words(run: Run) -> dict[str, str]:
    """Return the kind of unit this case has and the number of the one in hand; where doses wait, their kind."""
    unit = run.unit
    if unit is not None:
        return {"kind": unit.kind, "number": str(unit.number)}
    waiting = [each for each in run.case.product_units() if concerns(run.step, each) and not each.used]
    kinds = [unit.kind for unit in waiting or run.case.product_units() or run.case.units.values()]
    return {"kind": kinds[0] if kinds else "bag", "number": ""}
