"""Patient, case, identifiers, order, units, certificates, shipments as they were announced."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Body


class PatientEnrolled(Body, frozen=True):
    """A patient of the site, as two people typed it independently. `born` is YYYY-MM-DD."""

    MUST: ClassVar[bool] = True
    SEALED: ClassVar[frozenset[str]] = frozenset(
        {
            "family",
            "given",
            "title",
            "preferred",
            "former",
            "born",
            "sex",
            "record_number",
            "record_issuer",
            "communication",
        }
    )
    case: str
    patient: str
    part: str = "recipient"
    typed_by: tuple[str, ...] = ()
    family: str = ""
    given: str = ""
    title: str = ""
    preferred: str = ""
    former: tuple[str, ...] = ()
    born: str = ""
    sex: str = ""
    record_number: str = ""
    record_issuer: str = ""
    communication: str = ""


class PatientRenamed(Body, frozen=True):
    """The patient has another family name since; the former one stays known."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"family", "given"})
    case: str
    patient: str
    family: str = ""
    given: str = ""
    reason: str = ""


class RecordMerged(Body, frozen=True):
    """The hospital merged two records of one patient: this number counts from now on, the former one stays known."""

    MUST: ClassVar[bool] = True
    SEALED: ClassVar[frozenset[str]] = frozenset({"record_number", "record_issuer", "former_number", "reason"})
    case: str
    patient: str
    record_number: str = ""
    record_issuer: str = ""
    former_number: str = ""
    reason: str = ""


class WristbandIssued(Body, frozen=True):
    """A wristband was put on the patient; its code is sealed."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"codes", "shown"})
    case: str
    patient: str
    part: str = "recipient"
    codes: tuple[str, ...] = ()
    shown: str = ""


class WristbandVoided(Body, frozen=True):
    """A wristband no longer counts (lost, replaced)."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"codes"})
    case: str
    patient: str
    codes: tuple[str, ...] = ()
    reason: str = ""


class CaseOpened(Body, frozen=True):
    """A patient's therapy in one trial began; it keeps this profile version until a recorded decision moves it."""

    MUST: ClassVar[bool] = True
    case: str
    patient: str
    profile: str
    profile_version: int
    profile_sha256: str
    wall_name: str
    donor: str = ""


class ProfileMoved(Body, frozen=True):
    """A signed decision moved the case to another approved version of its profile; `before` is the SHA-256 it had."""

    MUST: ClassVar[bool] = True
    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    case: str
    profile: str
    profile_version: int
    profile_sha256: str
    before: str
    reason: str = ""


class IdentifierLinked(Body, frozen=True):
    """An identifier of the case: the trial's word, the value, who issued it, where it came from."""

    case: str
    name: str
    value: str
    issuer: str
    origin: str
    codes: tuple[str, ...] = ()


class OrderRecorded(Body, frozen=True):
    """What was ordered. `origin` is sponsor-file or typed-by-two; only the first is a second origin by itself."""

    MUST: ClassVar[bool] = True
    case: str
    order: str
    version: int
    origin: str
    units_expected: int
    codes: tuple[str, ...] = ()
    sha256: str = ""


class UnitRegistered(Body, frozen=True):
    """A unit is known: its kind, part, number, the codes on it and on its container, who said so.

    `read_by` are the two people who read a unit of the shelf when it became this patient's.
    """

    MUST: ClassVar[bool] = True
    case: str
    unit: str
    kind: str
    name: str
    number: int
    origin: str
    codes: tuple[str, ...] = ()
    container_codes: tuple[str, ...] = ()
    shown: str = ""
    lot: str = ""
    expires_at: datetime | None = None
    parents: tuple[str, ...] = ()
    collected: bool = False
    read_by: tuple[str, ...] = ()


class CertificateReceived(Body, frozen=True):
    """The sponsor's certificate: for which identifiers, and whether it releases the product."""

    case: str
    certificate: str
    releases: bool
    codes: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()
    sha256: str = ""


class ShipmentAnnounced(Body, frozen=True):
    """The sponsor announced a shipment with its codes and units."""

    case: str
    shipment: str
    codes: tuple[str, ...]
    shown: str
    units: tuple[str, ...]
    seal: str = ""
    logger: str = ""
    courier: str = ""
    holds_until: datetime | None = None


class FactRecorded(Body, frozen=True):
    """A plain fact that a gate asks for: consent.current, conditioning.planned, site.ready, backup.exists …"""

    SEALED: ClassVar[frozenset[str]] = frozenset({"note"})
    case: str
    fact: str
    holds: bool = True
    note: str = ""


class KitRecorded(Body, frozen=True):
    """A kit, an anticoagulant or a device was used on the case; `agreed_by` agreed to one that is near its expiry."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    case: str
    kind: str
    shown: str
    lot: str = ""
    serial: str = ""
    expires_at: datetime | None = None
    reason: str = ""
    agreed_by: str = ""


class CollectionArrived(Body, frozen=True):
    """The manufacturer or the courier told a collected unit has arrived there: what the donor's clocks end with."""

    case: str
    unit: str
