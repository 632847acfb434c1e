"""One case as its events tell it: a fold over the set of events, whatever order they arrived in.

`read_case` sorts the events by when they were recorded and folds them; the same set gives the same record on every
workstation. Nothing here is stored: it is computed from the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from coordinator_app.domain import events as e
from coordinator_app.domain.deviation import DeviationRecord, follow_deviation
from coordinator_app.domain.identity import ENOUGH_FOR_A_UNIT, of_kinds
from coordinator_app.domain.record_copy import copied
from coordinator_app.domain.recorded import Recorded

ENDS_OF_A_UNIT = ("AdministrationCompleted", "AdministrationStopped", "BagDestroyed", "BagReturned")


class PatientRecord(Struct):
    """Patient or donor as this site knows them; empty where the key is gone."""

    patient: str
    part: str
    family: str = ""
    given: str = ""
    title: str = ""
    born: str = ""
    sex: str = ""
    record_number: str = ""
    record_issuer: str = ""
    communication: str = ""
    former: tuple[str, ...] = ()
    former_numbers: tuple[str, ...] = ()
    merged_at: datetime | None = None
    bands: set[str] = field(default_factory=set)
    void_bands: set[str] = field(default_factory=set)

    @property
    def families(self) -> tuple[str, ...]:
        """The current and every former family name."""
        return (self.family, *self.former)


class UnitRecord(Struct):
    """One unit: what is on it and everything that happened to it, by event name and by step."""

    unit: str
    kind: str
    name: str
    number: int
    collected: bool
    codes: frozenset[str]
    container_codes: frozenset[str]
    shown: str
    lot: str
    expires_at: datetime | None
    happened: dict[str, datetime] = field(default_factory=dict)
    steps: dict[str, set[str]] = field(default_factory=dict)
    actor_of: dict[str, str] = field(default_factory=dict)
    location: str = ""
    holder: str = ""
    shipper_codes: frozenset[str] = frozenset()
    quarantines: dict[str, str] = field(default_factory=dict)
    volume_ml: str = ""
    stop_explained: bool = False
    prepared: bool = False
    parents: tuple[str, ...] = ()
    drawn_into: dict[str, str] = field(default_factory=dict)
    emptied: bool = False
    given_ml: tuple[str, ...] = ()
    residual_ml: str = ""
    portions: int = 0

    def has(self, *types: str) -> bool:
        """Tell whether one of these event types happened to the unit."""
        return any(type in self.happened for type in types)

    @property
    def called(self) -> str:
        """What people call it: bag 1, vial 2."""
        return f"{self.kind} {self.number}"

    @property
    def quarantined(self) -> str:
        """Why the unit is in quarantine, or nothing; each reason stands until the event that gave it is settled."""
        return "; ".join(dict.fromkeys(self.quarantines.values()))

    @property
    def used(self) -> bool:
        """Whether its infusion has ended, all of it went into doses, or the unit is destroyed or returned."""
        return self.emptied or self.has(*ENDS_OF_A_UNIT)

    @property
    def running(self) -> bool:
        """Whether its infusion has started and not ended, and no portion is over since."""
        started, portion = self.happened.get("AdministrationStarted"), self.happened.get("PortionGiven")
        over = self.has("AdministrationCompleted", "AdministrationStopped")
        return started is not None and not over and (portion is None or portion < started)

    @property
    def paused(self) -> bool:
        """Whether its infusion stands still now."""
        pause, resume = self.happened.get("AdministrationPaused"), self.happened.get("AdministrationResumed")
        if not self.running or pause is None or pause < self.happened.get("PortionGiven", pause):
            return False
        return resume is None or resume < pause


class ShipmentRecord(Struct):
    """One shipment: as announced, and as it came."""

    shipment: str
    codes: frozenset[str]
    shown: str
    units: tuple[str, ...]
    seal: str
    logger: str
    courier: str
    holds_until: datetime | None
    arrived_at: datetime | None = None
    condition: str = ""
    seal_intact: bool = True
    logger_accepted: bool | None = None


class OrderRecord(Struct):
    """What was ordered."""

    order: str
    version: int
    origin: str
    units_expected: int
    codes: frozenset[str]


class LabelRecord(Struct):
    """One copy of a label and where it is in its life."""

    label: str
    job: str
    unit: str
    template: str
    serial: str
    copy_number: int
    expected: str
    state: str = "drafted"
    reprint_of: str = ""
    drafted_at: datetime | None = None


class IdentifierRecord(Struct):
    """One row of the cross-walk."""

    name: str
    value: str
    issuer: str
    origin: str
    codes: frozenset[str]


class CertificateRecord(Struct):
    """What one certificate says of the product: whether it releases the units it names, or all where it names none."""

    releases: bool
    unit_codes: frozenset[str]

    def speaks_for(self, unit: UnitRecord) -> bool:
        """Tell whether the unit is one of those it names, by what tells that unit from others."""
        own = of_kinds(unit.codes, frozenset({"unit", "item", "serial"})) or of_kinds(unit.codes, ENOUGH_FOR_A_UNIT)
        return not self.unit_codes or bool(own & self.unit_codes)


class CheckRecord(Struct):
    """One identity check and what became of it."""

    check: str
    step: str
    at: datetime
    unit: str = ""
    people: tuple[str, ...] = ()
    outcome: str = "open"
    event: str = ""
    ended_at: datetime | None = None
    arm_times: tuple[datetime, ...] = ()


class CaseRecord(Struct):
    """Everything known of one case."""

    case: str
    profile: str = ""
    profile_version: int = 0
    profile_sha256: str = ""
    wall_name: str = ""
    opened_at: datetime | None = None
    recipient: PatientRecord | None = None
    donor: PatientRecord | None = None
    order: OrderRecord | None = None
    certificates: dict[str, frozenset[str]] = field(default_factory=dict)
    rulings: list[CertificateRecord] = field(default_factory=list)
    identifiers: list[IdentifierRecord] = field(default_factory=list)
    units: dict[str, UnitRecord] = field(default_factory=dict)
    shipments: dict[str, ShipmentRecord] = field(default_factory=dict)
    labels: dict[str, LabelRecord] = field(default_factory=dict)
    closed_jobs: set[str] = field(default_factory=set)
    facts: dict[str, bool] = field(default_factory=dict)
    checks: dict[str, CheckRecord] = field(default_factory=dict)
    confirmations: list[Recorded] = field(default_factory=list)
    exceptions: list[Recorded] = field(default_factory=list)
    deviations: dict[str, DeviationRecord] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)
    discrepancies: dict[str, str] = field(default_factory=dict)
    lifted: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    alarms: dict[str, Recorded] = field(default_factory=dict)
    answered: dict[str, Recorded] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    parked: dict[str, tuple[str, str]] = field(default_factory=dict)
    interrupted: dict[str, tuple[str, str]] = field(default_factory=dict)
    used_events: set[str] = field(default_factory=set)
    recorded: tuple[Recorded, ...] = ()

    @property
    def on_hold(self) -> bool:
        """Whether a hold stands."""
        return bool(self.holds)

    def identifier(self, name: str) -> str:
        """Return the value of an identifier by the trial's word, or nothing."""
        return next((each.value for each in reversed(self.identifiers) if each.name == name), "")

    def product_units(self) -> tuple[UnitRecord, ...]:
        """Return the units meant for the recipient, by number."""
        return tuple(sorted((u for u in self.units.values() if not u.collected), key=lambda u: u.number))

    def certified(self, unit: UnitRecord) -> bool:
        """Tell whether the newest certificate that speaks for this unit, or for each it was made from, releases it."""
        if unit.prepared:
            origins = self.origins(unit)
            return bool(origins) and all(self.certified(each) for each in origins)
        return next((each.releases for each in reversed(self.rulings) if each.speaks_for(unit)), False)

    def certified_all(self, units: list[UnitRecord]) -> bool:
        """Tell whether each of these units is released; where none is known yet, whether the newest paper does."""
        if not units:
            return bool(self.rulings) and self.rulings[-1].releases
        return all(self.certified(each) for each in units)

    def origins(self, unit: UnitRecord) -> tuple[UnitRecord, ...]:
        """Return the units that a dose was prepared from; any other unit is its own origin."""
        if not unit.prepared:
            return (unit,)
        return tuple(self.units[each] for each in unit.parents if each in self.units)

    def doses_of(self, unit: UnitRecord) -> tuple[UnitRecord, ...]:
        """Return the doses into which something of this unit went."""
        return tuple(self.units[each] for each in unit.drawn_into if each in self.units)

    def collected_units(self) -> tuple[UnitRecord, ...]:
        """Return the units taken at this site, by number."""
        return tuple(sorted((u for u in self.units.values() if u.collected), key=lambda u: u.number))


def in_order(events: Iterable[Recorded]) -> list[Recorded]:
    """Return events in the one order every workstation folds them: by instant, epoch and position.

    Within one epoch the position alone decides: a wall clock that is set back while the program runs turns nothing
    round, for what was recorded before an event cannot be later than it.
    """
    latest: dict[str, datetime] = {}
    placed: list[tuple[datetime, str, int, Recorded]] = []
    for event in sorted(events, key=lambda event: (event.epoch, -event.seq)):
        latest[event.epoch] = min(event.at, latest.get(event.epoch, event.at))
        placed.append((latest[event.epoch], event.epoch, event.seq, event))
    return [event for _, _, _, event in sorted(placed, key=lambda each: each[:3])]


def read_case(case: str, events: Iterable[Recorded]) -> CaseRecord:
    """Fold the events of one case into its record."""
    ordered = in_order(events)
    record = CaseRecord(case=case, recorded=tuple(ordered))
    # What settles something names it: it counts even where another workstation's clock puts it before what it settles.
    for event in ordered:
        if isinstance(event.body, e.HoldLifted):
            record.lifted.update(event.refs)
        elif isinstance(event.body, e.DiscrepancyResolved):
            record.settled.update(event.refs)
    for event in ordered:
        _follow(record, event)
    return record


def follow_case(record: CaseRecord, event: Recorded) -> CaseRecord:
    """Return the record with one more event; the one given stays as it is.

    Costs as much as one event where that comes after all others. One that comes before another, or that settles
    something, can change what earlier ones meant: then all are folded anew.
    """
    settles = isinstance(event.body, e.HoldLifted | e.DiscrepancyResolved)
    if settles or not _comes_last(record, event):
        return read_case(record.case, (*record.recorded, event))
    changes = isinstance(event.body, e.ProductMoved) or type(event.body) in _FOLLOW
    followed = copied(record) if changes else copy(record)
    followed.recorded = (*record.recorded, event)
    _follow(followed, event)
    return followed


def _comes_last(record: CaseRecord, event: Recorded) -> bool:
    if not record.recorded:
        return True
    last = record.recorded[-1]
    same = next((each for each in reversed(record.recorded) if each.epoch == event.epoch), None)
    return (last.at, last.epoch) <= (event.at, event.epoch) and (same is None or same.seq < event.seq)


def _follow(record: CaseRecord, event: Recorded) -> None:
    body = event.body
    if isinstance(body, e.ProductMoved):
        _moved(record, event, body)
    else:
        follow = _FOLLOW.get(type(body))
        if follow is not None:
            follow(record, event, body)


def _moved(record: CaseRecord, event: Recorded, body: e.ProductMoved) -> None:
    record.used_events.update(event.refs)
    unit = record.units.get(body.unit)
    if unit is None:
        return
    unit.happened[event.type] = event.when
    unit.steps.setdefault(body.step, set()).add(event.type)
    unit.actor_of[event.type] = event.actor or ""
    if isinstance(body, e.BagStored):
        unit.location, unit.holder = body.location, ""
    elif isinstance(body, e.BagPacked):
        unit.shipper_codes = frozenset(body.shipper_codes)
    elif isinstance(body, e.BagRetrieved):
        unit.location = ""
    elif isinstance(body, e.BagHandedOver):
        unit.holder = body.to
    elif isinstance(body, e.CollectionEnded):
        unit.volume_ml = body.volume_ml
    elif isinstance(body, e.UnitDrawn):
        _drawn(record, unit, body)
    elif isinstance(body, e.PortionGiven):
        unit.portions += 1
    elif isinstance(body, e.DosePrepared) and body.expires_at is not None:
        unit.expires_at = min(unit.expires_at or body.expires_at, body.expires_at)
    for key in [key for key, (step, at_unit) in record.parked.items() if step == body.step and at_unit == body.unit]:
        if event.type in ENDS_WHAT_WAS_PARKED:
            del record.parked[key]


def _drawn(record: CaseRecord, unit: UnitRecord, body: e.UnitDrawn) -> None:
    unit.drawn_into[body.into] = body.volume_ml
    unit.emptied = unit.emptied or body.emptied
    dose = record.units.get(body.into)
    if dose is None:
        return
    dose.parents = tuple(dict.fromkeys((*dose.parents, body.unit)))
    dose.lot = " + ".join(sorted({each.lot for each in record.origins(dose) if each.lot}))
    expiries = [each.expires_at for each in record.origins(dose) if each.expires_at is not None]
    # Nothing in a dose may be given later than the first of what it was made from expires.
    dose.expires_at = min([*expiries, *([dose.expires_at] if dose.expires_at else [])], default=None)


ENDS_WHAT_WAS_PARKED = frozenset({
    "AdministrationCompleted", "AdministrationStopped", "PortionGiven", "ThawCompleted", "CollectionEnded",
    "DosePrepared",
})  # fmt: skip
PREPARED_HERE = "prepared here"
"""The origin of a dose that was made at this site from units of its case."""

# The event's type picks the function, so each takes exactly its own body; the table cannot say that to the checker.
Follow = Callable[[CaseRecord, Recorded, Any], None]

# One small function per event that changes what a case is. ----------------------------------------------------------


def _opened(record: CaseRecord, event: Recorded, body: e.CaseOpened) -> None:
    record.profile, record.profile_version = body.profile, body.profile_version
    record.profile_sha256, record.wall_name, record.opened_at = body.profile_sha256, body.wall_name, event.when


def _profile_moved(record: CaseRecord, event: Recorded, body: e.ProfileMoved) -> None:
    record.profile, record.profile_version = body.profile, body.profile_version
    record.profile_sha256 = body.profile_sha256


def _enrolled(record: CaseRecord, event: Recorded, body: e.PatientEnrolled) -> None:
    person = PatientRecord(
        patient=body.patient, part=body.part, family=body.family, given=body.given, title=body.title, born=body.born,
        sex=body.sex, record_number=body.record_number, record_issuer=body.record_issuer,
        communication=body.communication, former=body.former,
    )  # fmt: skip
    if body.part == "donor":
        record.donor = person
    else:
        record.recipient = person


def _person(record: CaseRecord, patient: str) -> PatientRecord | None:
    return next((p for p in (record.recipient, record.donor) if p is not None and p.patient == patient), None)


def _renamed(record: CaseRecord, event: Recorded, body: e.PatientRenamed) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.former = (*person.former, person.family)
        person.family, person.given = body.family, body.given or person.given


def _merged(record: CaseRecord, event: Recorded, body: e.RecordMerged) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.former_numbers = (*person.former_numbers, person.record_number)
        person.record_number, person.record_issuer = body.record_number, body.record_issuer or person.record_issuer
        person.merged_at = event.at


def _banded(record: CaseRecord, event: Recorded, body: e.WristbandIssued) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.bands.update(body.codes)
        person.void_bands.difference_update(body.codes)


def _band_void(record: CaseRecord, event: Recorded, body: e.WristbandVoided) -> None:
    person = _person(record, body.patient)
    if person is not None:
        person.bands.difference_update(body.codes)
        person.void_bands.update(body.codes)


def _linked(record: CaseRecord, event: Recorded, body: e.IdentifierLinked) -> None:
    record.identifiers.append(IdentifierRecord(body.name, body.value, body.issuer, body.origin, frozenset(body.codes)))


def _ordered(record: CaseRecord, event: Recorded, body: e.OrderRecorded) -> None:
    record.order = OrderRecord(body.order, body.version, body.origin, body.units_expected, frozenset(body.codes))


def _registered(record: CaseRecord, event: Recorded, body: e.UnitRegistered) -> None:
    record.units.setdefault(
        body.unit,
        UnitRecord(
            unit=body.unit, kind=body.kind, name=body.name, number=body.number, collected=body.collected,
            codes=frozenset(body.codes), container_codes=frozenset(body.container_codes), shown=body.shown,
            lot=body.lot, expires_at=body.expires_at, prepared=body.origin == PREPARED_HERE, parents=body.parents,
        ),
    )  # fmt: skip


def _certified(record: CaseRecord, event: Recorded, body: e.CertificateReceived) -> None:
    record.certificates[body.certificate] = frozenset(body.codes)
    record.rulings.append(CertificateRecord(body.releases, frozenset(body.unit_codes)))


def _announced(record: CaseRecord, event: Recorded, body: e.ShipmentAnnounced) -> None:
    record.shipments[body.shipment] = ShipmentRecord(
        body.shipment, frozenset(body.codes), body.shown, body.units, body.seal, body.logger, body.courier,
        body.holds_until,
    )  # fmt: skip


def _arrived(record: CaseRecord, event: Recorded, body: e.ShipmentArrived) -> None:
    shipment = record.shipments.get(body.shipment)
    if shipment is not None:
        shipment.arrived_at, shipment.condition, shipment.seal_intact = event.when, body.condition, body.seal_intact


def _logger_read(record: CaseRecord, event: Recorded, body: e.LoggerReviewed) -> None:
    shipment = record.shipments.get(body.shipment)
    if shipment is not None:
        shipment.logger_accepted = body.accepted


def _fact(record: CaseRecord, event: Recorded, body: e.FactRecorded) -> None:
    record.facts[body.fact] = body.holds


def _check_opened(record: CaseRecord, event: Recorded, body: e.CheckOpened) -> None:
    record.checks[body.check] = CheckRecord(body.check, body.step, event.at)


def _arm_closed(record: CaseRecord, event: Recorded, body: e.ArmClosed) -> None:
    check = record.checks.get(body.check)
    if check is not None:
        check.arm_times = (*check.arm_times, event.at)


def _confirmed(record: CaseRecord, event: Recorded, body: e.IdentityConfirmed) -> None:
    record.confirmations.append(event)
    check = record.checks.get(body.check)
    if check is not None:
        check.outcome, check.unit, check.people = "confirmed", body.unit, body.people
        check.event, check.ended_at = event.id, event.at


def _check_ended(record: CaseRecord, event: Recorded, body: e.CheckEnded) -> None:
    check = record.checks.get(body.check)
    if check is not None:
        check.outcome, check.unit, check.ended_at = body.reason, body.unit, event.at


def _excepted(record: CaseRecord, event: Recorded, body: e.ExceptionAuthorised) -> None:
    record.exceptions.append(event)


def _quarantined(record: CaseRecord, event: Recorded, body: e.BagQuarantined) -> None:
    if body.unit in record.units and event.id not in record.settled:
        record.units[body.unit].quarantines[event.id] = body.reason


def _held(record: CaseRecord, event: Recorded, body: e.HoldPlaced) -> None:
    if event.id not in record.lifted:
        record.holds[event.id] = body.reason


def _contradicted(record: CaseRecord, event: Recorded, body: e.DiscrepancyFound) -> None:
    if event.id not in record.settled:
        record.discrepancies[event.id] = body.kind


def _deviated(record: CaseRecord, event: Recorded, body: object) -> None:
    follow_deviation(record.deviations, event)


def _drafted(record: CaseRecord, event: Recorded, body: e.LabelDrafted) -> None:
    record.labels[body.label] = LabelRecord(
        body.label, body.job, body.unit, body.template, body.serial, body.copy_number, body.expected,
        reprint_of=body.reprint_of, drafted_at=event.at,
    )  # fmt: skip


def _label_job(state: str) -> Follow:
    def follow(record: CaseRecord, event: Recorded, body: e.LabelSent | e.LabelFed) -> None:
        for label in body.labels:
            if label in record.labels:
                record.labels[label].state = state

    return follow


def _label_one(state: str) -> Follow:
    def follow(record: CaseRecord, event: Recorded, body: e.LabelVerified | e.LabelApplied) -> None:
        if body.label in record.labels:
            record.labels[body.label].state = state

    return follow


def _label_ended(record: CaseRecord, event: Recorded, body: e.LabelEnded) -> None:
    if body.label in record.labels:
        record.labels[body.label].state = body.how


def _job_closed(record: CaseRecord, event: Recorded, body: e.LabelJobClosed) -> None:
    record.closed_jobs.add(body.job)


def _parked(record: CaseRecord, event: Recorded, body: e.ProcedureParked) -> None:
    record.parked[f"{body.step}/{body.unit}"] = (body.step, body.unit)


def _interrupted(record: CaseRecord, event: Recorded, body: e.ProcedureInterrupted) -> None:
    record.interrupted[event.id] = (body.step, body.unit)
    if body.check in record.checks:
        record.checks[body.check].outcome = "interrupted"


def _raised(record: CaseRecord, event: Recorded, body: e.AlarmRaised) -> None:
    record.alarms[body.alarm] = event


def _acknowledged(record: CaseRecord, event: Recorded, body: e.AlarmAcknowledged) -> None:
    record.answered[body.alarm] = event


def _alarm_over(record: CaseRecord, event: Recorded, body: e.AlarmResolved) -> None:
    record.resolved.add(body.alarm)


def _explained(record: CaseRecord, event: Recorded, body: e.StopExplained) -> None:
    if body.unit in record.units:
        record.units[body.unit].stop_explained = True
        record.units[body.unit].residual_ml = body.residual_ml


def _measured(record: CaseRecord, event: Recorded, body: e.PortionMeasured) -> None:
    unit = record.units.get(body.unit)
    if unit is not None:
        unit.given_ml, unit.residual_ml = (*unit.given_ml, body.volume_ml), body.residual_ml


_FOLLOW: dict[type, Follow] = {
    e.CaseOpened: _opened,
    e.ProfileMoved: _profile_moved,
    e.PatientEnrolled: _enrolled,
    e.PatientRenamed: _renamed,
    e.RecordMerged: _merged,
    e.WristbandIssued: _banded,
    e.WristbandVoided: _band_void,
    e.IdentifierLinked: _linked,
    e.OrderRecorded: _ordered,
    e.UnitRegistered: _registered,
    e.CertificateReceived: _certified,
    e.ShipmentAnnounced: _announced,
    e.ShipmentArrived: _arrived,
    e.LoggerReviewed: _logger_read,
    e.FactRecorded: _fact,
    e.CheckOpened: _check_opened,
    e.ArmClosed: _arm_closed,
    e.IdentityConfirmed: _confirmed,
    e.CheckEnded: _check_ended,
    e.ExceptionAuthorised: _excepted,
    e.BagQuarantined: _quarantined,
    e.HoldPlaced: _held,
    e.DiscrepancyFound: _contradicted,
    e.DeviationReported: _deviated,
    e.DeviationAssessed: _deviated,
    e.DeviationClosed: _deviated,
    e.LabelDrafted: _drafted,
    e.LabelSent: _label_job("sent"),
    e.LabelFed: _label_job("fed"),
    e.LabelVerified: _label_one("verified"),
    e.LabelApplied: _label_one("applied"),
    e.LabelEnded: _label_ended,
    e.LabelJobClosed: _job_closed,
    e.ProcedureParked: _parked,
    e.ProcedureInterrupted: _interrupted,
    e.AlarmRaised: _raised,
    e.AlarmAcknowledged: _acknowledged,
    e.AlarmResolved: _alarm_over,
    e.StopExplained: _explained,
    e.PortionMeasured: _measured,
}
