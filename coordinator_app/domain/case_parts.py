"""What is known of one case: its people, units, shipments, papers, labels and checks, as its events told it.

Nothing here is stored and nothing decides: `case_record.py` folds the events into these.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from coordinator_app.domain.deviation import DeviationRecord
from coordinator_app.domain.identity import ENOUGH_FOR_A_UNIT, of_kinds
from coordinator_app.domain.recorded import Recorded

ENDS_OF_A_UNIT = ("AdministrationCompleted", "AdministrationStopped", "BagDestroyed", "BagReturned")
PREPARED_HERE = "prepared here"
"""The origin of a dose that was made at this site from units of its case."""


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
        return not self.happened.keys().isdisjoint(types)

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


class CheckRecord(Struct, frozen=True):
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
    resolutions: tuple[frozenset[str], ...] = ()
    """What each signed resolution names: a contradiction of which it names every event is settled by it."""
    alarms: dict[str, Recorded] = field(default_factory=dict)
    answered: dict[str, Recorded] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    parked: dict[str, tuple[str, str]] = field(default_factory=dict)
    interrupted: dict[str, tuple[str, str]] = field(default_factory=dict)
    used_events: set[str] = field(default_factory=set)
    phoned_at: datetime | None = None
    recorded: tuple[Recorded, ...] = ()
    not_understood: tuple[Recorded, ...] = ()
    """Events that must be understood and are of a type this program does not know."""
    clock_news: tuple[int, str] = (0, "")
    """How many events there are that could start, end, move or name a clock, and the id of the last of them."""

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
