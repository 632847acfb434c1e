"""What a case summary is made of: records with names and instants, ready to be written down. Instants are aware UTC."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class PersonWritten(Struct, frozen=True):
    """A person as a document names them."""

    name: str
    role: str


class IdentifierWritten(Struct, frozen=True):
    """One row of the cross-walk: the trial's word, the value, who issued it, where the site has it from."""

    name: str
    value: str
    issuer: str
    origin: str = ""


class ArmWritten(Struct, frozen=True):
    """One person's part of an identity check; `read` says how: `3 scanned`, `2 scanned, 1 typed by hand`."""

    person: PersonWritten
    closed_at: datetime
    read: str = "scanned"


class TypedWritten(Struct, frozen=True):
    """Readings that a hand typed because a code could not be scanned: what was read, by whom, how many."""

    at: datetime
    what: str
    people: tuple[PersonWritten, ...]
    readings: int


class CheckWritten(Struct, frozen=True):
    """One identity check: the step, the unit, every arm, and how it ended (`confirmed` or the reason in words)."""

    step: str
    unit: str
    begun_at: datetime
    ended_at: datetime
    result: str
    confirmed: bool
    arms: tuple[ArmWritten, ...]


class CustodyWritten(Struct, frozen=True):
    """One event in the life of a unit. `happened_at` differs from `at` where it was entered late."""

    unit: str
    at: datetime
    what: str
    person: PersonWritten
    place: str = ""
    to: str = ""
    happened_at: datetime | None = None
    late_reason: str = ""
    relied_on: str = ""


class RefusalWritten(Struct, frozen=True):
    """One refusal: the code, its sentence, who stood there, and what became of it."""

    at: datetime
    step: str
    code: str
    sentence: str
    person: PersonWritten
    followed_by: str = ""


class LabelsWritten(Struct, frozen=True):
    """One label job and what became of its labels."""

    job: str
    template: str
    printed: int
    applied: int
    voided: int
    destroyed: int
    returned: int

    @property
    def reconciled(self) -> bool:
        """True when every printed label is accounted for."""
        return self.printed == self.applied + self.voided + self.destroyed + self.returned


class ClockWritten(Struct, frozen=True):
    """One clock with its limit, both ends and the state in words."""

    title: str
    scope: str
    started_at: datetime | None
    limit_at: datetime | None
    ended_at: datetime | None
    state: str
    within: bool | None = None
    entered_late: bool = False
    source: str = ""


class DeviationWritten(Struct, frozen=True):
    """A deviation, an exception or a discrepancy, with who signed what about it."""

    at: datetime
    kind: str
    what: str
    people: tuple[PersonWritten, ...]
    state: str


class SignatureWritten(Struct, frozen=True):
    """A signature: name, time and meaning (21 CFR 11.50), and the first digits of the event's id."""

    person: PersonWritten
    meaning: str
    at: datetime
    event: str


class VerificationWritten(Struct, frozen=True):
    """What the journal's own verification said when the document was made."""

    verified_at: datetime
    events: int
    head: str
    sound: bool
    remark: str = ""


class CaseSummary(Struct, frozen=True):
    """Everything that a case summary shows. `patient` are the lines of the patient banner."""

    site: str
    place: str
    printed_at: datetime
    printed_by: PersonWritten
    zone: str
    trial: str
    profile: str
    case: str
    wall_name: str
    patient: tuple[str, ...]
    identifiers: tuple[IdentifierWritten, ...]
    checks: tuple[CheckWritten, ...]
    custody: tuple[CustodyWritten, ...]
    refusals: tuple[RefusalWritten, ...]
    labels: tuple[LabelsWritten, ...]
    clocks: tuple[ClockWritten, ...]
    deviations: tuple[DeviationWritten, ...]
    signatures: tuple[SignatureWritten, ...]
    verification: VerificationWritten
    demonstration: bool = False
    typed: tuple[TypedWritten, ...] = ()
