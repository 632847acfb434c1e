"""The parts of a trial's profile as frozen records: identifiers, units, steps, clocks, gates, labels."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from coordinator_app.domain.durations import Duration
from coordinator_app.domain.vocabulary import (
    Check,
    ClockKind,
    EventName,
    Fact,
    Modality,
    ObjectKind,
    ProcedureKind,
    Role,
    Scope,
    Stated,
    UnitKind,
    UnitOrder,
)


class FormatKind(StrEnum):
    """Where the layout of an identifier is laid down."""

    ISBT128 = "isbt128"
    GS1 = "gs1"
    PATTERN = "pattern"


class IdentifierFormat(Struct, frozen=True):
    """How an identifier looks as a barcode: `isbt128:040`, `gs1:01+21` or `pattern:REGEX`."""

    kind: FormatKind
    text: str

    @property
    def application_identifiers(self) -> tuple[str, ...]:
        """The GS1 application identifiers, in the order of the profile; empty for other kinds."""
        return tuple(self.text.split("+")) if self.kind is FormatKind.GS1 else ()

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"


class IdentifierRule(Struct, frozen=True):
    """One identifier the trial uses; it must be known when the step `required_by` begins."""

    name: str
    issuer: str
    format: IdentifierFormat
    required_by: str | None = None


class UnitRule(Struct, frozen=True):
    """What one product consists of: how many containers of which kind, in which parts and order."""

    kind: UnitKind
    name: str
    least: int
    most: int
    order: UnitOrder = UnitOrder.ANY
    parts: tuple[str, ...] = ()
    volume_ml: tuple[Decimal, Decimal] | None = None
    partial: bool = False
    container: str | None = None


class StepRule(Struct, frozen=True):
    """One step of the trial at this site: who does it, what is scanned, how it is checked, what goes before."""

    name: str
    procedure: ProcedureKind
    check: Check
    roles: tuple[Role, ...]
    witness_roles: tuple[Role, ...] = ()
    needs: tuple[ObjectKind, ...] = ()
    stale_after: timedelta = timedelta(seconds=120)
    check_valid: timedelta = timedelta(minutes=15)
    training: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Narrowed(Struct, frozen=True):
    """An event as a clock names it: plain, of one part (`PART.event`), or of the unit before (`previous.event`)."""

    event: EventName
    part: str | None = None
    previous: bool = False

    def __str__(self) -> str:
        if self.previous:
            return f"previous.{self.event}"
        return f"{self.part}.{self.event}" if self.part else str(self.event)


class ClockRule(Struct, frozen=True):
    """One clock: what starts it, what ends it, its limit, and which steps it blocks while the limit is not kept."""

    name: str
    title: str
    kind: ClockKind
    starts: Narrowed
    ends: Narrowed | None
    scope: Scope
    source: str
    limit: Duration | None = None
    earliest: Duration | None = None
    latest: Duration | None = None
    deadline: str | None = None
    counts_pauses: bool = True
    warn: tuple[timedelta, ...] = ()
    blocks: tuple[str, ...] = ()

    @property
    def wait(self) -> Duration | None:
        """The minimum wait: `limit` of an `at_least`, `earliest` of a `between`, else None."""
        return self.limit if self.kind is ClockKind.AT_LEAST else self.earliest

    @property
    def allowance(self) -> Duration | None:
        """The longest time allowed: `limit` of an `at_most`, `latest` of a `between`, else None."""
        return self.limit if self.kind is ClockKind.AT_MOST else self.latest


class GateRule(Struct, frozen=True):
    """What must be true before a step begins."""

    before: str
    requires: Fact | Narrowed
    scope: Scope
    source: str


class LabelRule(Struct, frozen=True):
    """Which label is printed at a step, and how many of each."""

    at: str
    template: str
    copies: int


class Profile(Struct, frozen=True):
    """A trial's profile as issued by its pharmacy or sponsor, in one version; times as `timedelta` or calendar days."""

    id: str
    version: int
    title: str
    modality: Modality
    source: str
    example: bool = False
    knowledge_max_age: timedelta | None = None
    stated: Stated = Stated.SPOKEN
    identifiers: tuple[IdentifierRule, ...] = ()
    units: tuple[UnitRule, ...] = ()
    steps: tuple[StepRule, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    gates: tuple[GateRule, ...] = ()
    labels: tuple[LabelRule, ...] = ()

    def step(self, name: str) -> StepRule | None:
        """Return the step with this name, or None."""
        return next((step for step in self.steps if step.name == name), None)

    def steps_of(self, procedure: ProcedureKind) -> tuple[StepRule, ...]:
        """Return the steps that are this procedure, in the order of the profile."""
        return tuple(step for step in self.steps if step.procedure is procedure)

    def clock(self, name: str) -> ClockRule | None:
        """Return the clock with this name, or None."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    def identifier(self, name: str) -> IdentifierRule | None:
        """Return the identifier with this name, or None."""
        return next((identifier for identifier in self.identifiers if identifier.name == name), None)

    def clocks_blocking(self, step: str) -> tuple[ClockRule, ...]:
        """Return the clocks that can block this step."""
        return tuple(clock for clock in self.clocks if step in clock.blocks)

    def gates_before(self, step: str) -> tuple[GateRule, ...]:
        """Return the gates that stand before this step."""
        return tuple(gate for gate in self.gates if gate.before == step)

    def labels_at(self, step: str) -> tuple[LabelRule, ...]:
        """Return the labels to print at this step."""
        return tuple(label for label in self.labels if label.at == step)


class Fault(Struct, frozen=True):
    """One thing wrong in a profile: where it stands, what is wrong, and what to do about it."""

    line: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.key}: {self.message} {self.remedy}".rstrip()
