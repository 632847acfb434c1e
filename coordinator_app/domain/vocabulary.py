"""The closed vocabularies of a trial's profile (`formats.md` §2): a word that is not here is refused."""

from __future__ import annotations

from enum import StrEnum


class Modality(StrEnum):
    """Where the product comes from."""

    AUTOLOGOUS = "autologous"
    DONOR = "donor"
    CORD_BLOOD = "cord-blood"
    OFF_THE_SHELF = "off-the-shelf"
    IN_VIVO = "in-vivo"


class Role(StrEnum):
    """What a person at the site is there to do."""

    APHERESIS_NURSE = "apheresis-nurse"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    CELL_LABORATORY = "cell-laboratory"
    PHYSICIAN = "physician"
    COORDINATOR = "coordinator"
    QUALITY = "quality"
    ADMINISTRATOR = "administrator"
    MONITOR = "monitor"


class ProcedureKind(StrEnum):
    """The procedures that a step of a profile can be."""

    ENROL = "enrol"
    COLLECT = "collect"
    LABEL = "label"
    PACK = "pack"
    HAND_OVER = "hand-over"
    RECEIVE = "receive"
    REVIEW_LOGGER = "review-logger"
    ACCEPT = "accept"
    STORE = "store"
    RELEASE = "release"
    RETRIEVE = "retrieve"
    THAW = "thaw"
    PREPARE = "prepare"
    TRANSPORT = "transport"
    ADMINISTER = "administer"
    RETURN = "return"
    DESTROY = "destroy"


class ObjectKind(StrEnum):
    """What a step can ask to be scanned (`needs`)."""

    WRISTBAND = "wristband"
    ORDER = "order"
    CERTIFICATE = "certificate"
    SHIPMENT = "shipment"
    CASSETTE = "cassette"
    UNIT = "unit"
    LABEL_ROLL = "label-roll"
    LOCATION = "location"
    LOGGER = "logger"
    SEAL = "seal"
    COURIER = "courier"


class UnitKind(StrEnum):
    """The container in which a unit of the product comes."""

    BAG = "bag"
    VIAL = "vial"
    SYRINGE = "syringe"
    FRACTION = "fraction"


class UnitOrder(StrEnum):
    """Whether the units of a product are given in an order that matters."""

    ANY = "any"
    FIXED = "fixed"


class Stated(StrEnum):
    """Who says name and date of birth for the patient."""

    SPOKEN = "spoken"
    GUARDIAN = "guardian"
    WRISTBAND_PAIR = "wristband-pair"


class Check(StrEnum):
    """How many people look, and whether the second sees the first one's answer."""

    NONE = "none"
    SINGLE = "single"
    BLIND = "blind"


class EventName(StrEnum):
    """What happens to a patient or a product and can start or end a clock."""

    COLLECTION_STARTED = "collection_started"
    COLLECTION_ENDED = "collection_ended"
    PACKED = "packed"
    HANDED_OVER = "handed_over"
    SHIPPED = "shipped"
    SHIPMENT_ARRIVED = "shipment_arrived"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    STORED = "stored"
    RETRIEVED = "retrieved"
    THAW_STARTED = "thaw_started"
    THAW_COMPLETED = "thaw_completed"
    PREPARED = "prepared"
    CONDITIONING_STARTED = "conditioning_started"
    ADMINISTRATION_STARTED = "administration_started"
    ADMINISTRATION_PAUSED = "administration_paused"
    ADMINISTRATION_RESUMED = "administration_resumed"
    ADMINISTRATION_COMPLETED = "administration_completed"


class Fact(StrEnum):
    """What a gate can ask for besides an event."""

    ORDER_PRESENT = "order.present"
    ORDER_SECOND_ORIGIN = "order.second_origin"
    CERTIFICATE_RELEASE = "certificate.release"
    LOGGER_ACCEPTED = "logger.accepted"
    PRODUCT_ACCEPTED = "product.accepted"
    BACKUP_EXISTS = "backup.exists"
    CONDITIONING_PLANNED = "conditioning.planned"
    CONSENT_CURRENT = "consent.current"
    SITE_READY = "site.ready"
    CALIBRATION_CURRENT = "calibration.current"


class Scope(StrEnum):
    """What one instance of a clock or gate is about."""

    CASE = "case"
    DOSE = "dose"
    SHIPMENT = "shipment"
    BAG = "bag"
    VIAL = "vial"
    SYRINGE = "syringe"
    FRACTION = "fraction"


class ClockKind(StrEnum):
    """The four things a clock can say."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    UNTIL = "until"


class ClockState(StrEnum):
    """Where one clock stands (`formats.md` §3)."""

    WAITING = "waiting"
    EARLY = "early"
    RUNNING = "running"
    DUE = "due"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    UNCERTAIN = "uncertain"
