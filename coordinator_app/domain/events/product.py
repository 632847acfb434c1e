"""The product on its way from the collection to the patient, one event per move."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Body


class ProductMoved(Body, frozen=True):
    """Base of every event that moves a unit: it cites its IdentityConfirmed (or exception) in `refs`."""

    MUST: ClassVar[bool] = True
    case: str
    step: str
    unit: str


class CollectionStarted(ProductMoved, frozen=True):
    """Cells began to be taken from the person."""

    method: str = "apheresis"


class CollectionEnded(ProductMoved, frozen=True):
    """The collection ended with this volume in millilitres."""

    volume_ml: str = ""


class BagPacked(ProductMoved, frozen=True):
    """The unit went into its shipper with seal and logger."""

    shipper: str = ""
    shipper_codes: tuple[str, ...] = ()
    seal: str = ""
    logger: str = ""


class BagHandedOver(ProductMoved, frozen=True):
    """The holder gave the unit to somebody else."""

    to: str
    place: str = ""


class BagShipped(ProductMoved, frozen=True):
    """The courier left the site with the unit."""

    courier: str = ""


class ShipmentArrived(Body, frozen=True):
    """A shipment came to the door: condition and seal as seen."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"note"})
    case: str
    shipment: str
    condition: str
    seal: str
    seal_intact: bool
    logger: str = ""
    note: str = ""


class LoggerReviewed(Body, frozen=True):
    """The temperature record of a shipment was read and judged by a person.

    Where a logger's file was read, `sha256` is that of its bytes and `longest_gap_min` the longest stretch without a
    reading. `explained_to` is the second person before whom a record with a gap was accepted, the reason in `note`.
    `file` is the logger's file itself, an attachment by the SHA-256 of its ciphertext (`formats.md` §1.1).
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"note"})
    case: str
    shipment: str
    accepted: bool
    lowest_c: str = ""
    highest_c: str = ""
    note: str = ""
    sha256: str = ""
    longest_gap_min: int = 0
    explained_to: str = ""
    file: str = ""


class BagReceived(ProductMoved, frozen=True):
    """The unit was taken out of its shipment and counted."""

    shipment: str = ""


class BagAccepted(ProductMoved, frozen=True):
    """The unit agrees with order, certificate and patient."""


class BagQuarantined(Body, frozen=True):
    """The unit may not be used until a signed resolution says otherwise."""

    MUST: ClassVar[bool] = True
    case: str
    unit: str
    reason: str


class BagStored(ProductMoved, frozen=True):
    """The unit is in its place in the cold store."""

    location: str


class BagReleased(ProductMoved, frozen=True):
    """The unit may be used for this patient."""


class BagRetrieved(ProductMoved, frozen=True):
    """The unit left its place in the cold store."""


class ThawStarted(ProductMoved, frozen=True):
    """Thawing began; there is no way back."""

    bath: str = ""


class ThawCompleted(ProductMoved, frozen=True):
    """The unit is thawed."""


class UnitDrawn(ProductMoved, frozen=True):
    """So many millilitres of this unit went into the dose `into`; `emptied` when nothing of it will be used again."""

    into: str
    volume_ml: str
    emptied: bool = True


class DosePrepared(ProductMoved, frozen=True):
    """A dose or syringe is ready: of which units it was made, and how much it holds in millilitres."""

    expires_at: datetime | None = None
    parents: tuple[str, ...] = ()
    volume_ml: str = ""


class ConditioningStarted(Body, frozen=True):
    """The patient's conditioning began."""

    case: str


class AdministrationStarted(ProductMoved, frozen=True):
    """The infusion of this unit began."""


class AdministrationPaused(ProductMoved, frozen=True):
    """The infusion of this unit paused."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str = ""


class AdministrationResumed(ProductMoved, frozen=True):
    """The infusion of this unit went on."""


class AdministrationCompleted(ProductMoved, frozen=True):
    """The infusion of this unit is complete."""

    volume_ml: str = ""


class PortionGiven(ProductMoved, frozen=True):
    """A portion of the unit was given and the rest is kept. How much follows in PortionMeasured."""


class PortionMeasured(Body, frozen=True):
    """How many millilitres of the unit were given in the portion before, and how many are left of it."""

    case: str
    unit: str
    volume_ml: str
    residual_ml: str


class AdministrationStopped(ProductMoved, frozen=True):
    """The infusion was stopped before its end. Reason, rest and physician follow in StopExplained."""


class StopExplained(Body, frozen=True):
    """Why an infusion was stopped, what was left in millilitres, and which physician was told."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason", "physician"})
    case: str
    unit: str
    reason: str
    residual_ml: str
    physician: str


class BagReturned(ProductMoved, frozen=True):
    """The unit went back."""

    to: str = ""


class BagDestroyed(ProductMoved, frozen=True):
    """The unit was destroyed."""

    route: str = ""
