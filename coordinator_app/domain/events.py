"""Every event, written out: name, version, fields.

Names are past tense. A field never changes its meaning: a new meaning is a new `VERSION` and an upgrade function.
Amounts with a fraction are text (`formats.md` §1.1). `case`, `unit`, `person` and the like are opaque ids. What people
write freely is sealed under the patient's key, for nobody can promise that it names nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Belongs, Body

# The journal itself -----------------------------------------------------------------------------------------------


class EpochOpened(Body, frozen=True):
    """The program started on a workstation; the first event of its stream."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    workstation: str
    site: str
    program: str
    parent: dict[str, str | int] = {}
    types: tuple[str, ...] = ()


class ClockStepped(Body, frozen=True):
    """The wall clock moved against the suspend-aware clock by `step_ms`."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    step_ms: int


class SleepNoticed(Body, frozen=True):
    """The machine slept for about `slept_ms`."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    slept_ms: int


class ClockRead(Body, frozen=True):
    """A trusted clock was read: true time was `read_at`, right within `error_ms`, when this was recorded.

    `source` is people (two of them read an independent clock, each from an empty form) or hub. The workstation's
    intervals are anchored by it from there on.
    """

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    read_at: datetime
    error_ms: int
    source: str = "people"
    people: tuple[str, ...] = ()


# The site, its people, its profiles -------------------------------------------------------------------------------


class SiteFounded(Body, frozen=True):
    """The site was set up on its first workstation."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    name: str
    zone: str
    facility: str = ""
    isbt_licence: bool = False
    phones: dict[str, str] = {}
    demonstration: bool = False


class WorkstationAdmitted(Body, frozen=True):
    """A workstation belongs to the site; its public key verifies what it records."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    workstation: str
    place: str
    public_key: str


class SettingChanged(Body, frozen=True):
    """A site setting has a new value."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    name: str
    value: str
    reason: str = ""


class PersonAdded(Body, frozen=True):
    """A person may sign in: roles, public key, and sealed name, badge codes, PIN verifier and wrapped signing key."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    SEALED: ClassVar[frozenset[str]] = frozenset({"family", "given", "badges", "pin", "signing_key"})
    person: str
    roles: tuple[str, ...]
    public_key: str
    family: str = ""
    given: str = ""
    badges: tuple[str, ...] = ()
    pin: str = ""
    signing_key: str = ""
    verified_by: str = ""


class PersonWithdrawn(Body, frozen=True):
    """A person may no longer sign in."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    person: str
    reason: str


class TrainingRecorded(Body, frozen=True):
    """A person is trained for a subject (usually a profile id) until an instant."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    person: str
    training: str
    until: datetime


class DelegationRecorded(Body, frozen=True):
    """A person is delegated to a trial's steps until an instant."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    person: str
    profile: str
    until: datetime


class ProfileOffered(Body, frozen=True):
    """The text of a trial profile was brought in; it counts for nothing until two people approve it."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    profile: str
    profile_version: int
    sha256: str
    text: str


class ProfileApproved(Body, frozen=True):
    """One person approves exactly the profile text with this SHA-256; two make it usable."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    profile: str
    profile_version: int
    sha256: str


class ScannerCalibrated(Body, frozen=True):
    """A scanner read the calibration card; what it sends is known.

    `mode` is keyboard, serial, or exact where the card arrived as it is printed. `layout`, `caps` and `separator` are
    as `ui/keyboard_layouts.py` names them; an empty layout says that nothing had to be learned.
    """

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    scanner: str
    mode: str
    layout: str = ""
    separator: str = ""
    prefix: str = ""
    caps: str = ""


class ScannerNotCalibrated(Body, frozen=True):
    """A scanner read the calibration card and what arrived cannot be understood: it counts for no identity any more."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    scanner: str
    why: str


class PersonSignedIn(Body, frozen=True):
    """A person signed in with badge and PIN."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    person: str
    purpose: str = "sign_in"


class PersonSignedOut(Body, frozen=True):
    """A person signed out, or the screen locked (`why`)."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    person: str
    why: str


class SignInRefused(Body, frozen=True):
    """Somebody could not sign in; `failures` counts the wrong PINs in a row of this person."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    reason: str
    person: str = ""
    failures: int = 0


class SignInRecovered(Body, frozen=True):
    """The person signed in after wrong PINs; they are no longer counted."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    person: str


class BreakGlassOpened(Body, frozen=True):
    """Two people vouched for somebody without badge, PIN or account; the session ends at `until`.

    `account` says whether the site knows the person; a person without one has the sealed name alone. The first of
    `vouched_by` signs this event, the second a `BreakGlassVouched`.
    """

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    SEALED: ClassVar[frozenset[str]] = frozenset({"family", "given", "reason"})
    glass: str
    person: str
    role: str
    vouched_by: tuple[str, ...]
    until: datetime
    account: bool
    training: tuple[str, ...] = ()
    family: str = ""
    given: str = ""
    reason: str = ""


class BreakGlassVouched(Body, frozen=True):
    """The second of the two who vouch signs for it."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    glass: str


class BreakGlassReviewed(Body, frozen=True):
    """A named person who was not part of it looked afterwards at what was vouched for and done."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    SEALED: ClassVar[frozenset[str]] = frozenset({"conclusion"})
    glass: str
    conclusion: str


class ScanNotUsed(Body, frozen=True):
    """A scan outside any case was refused; the bytes are sealed, for they may identify a person."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    SEALED: ClassVar[frozenset[str]] = frozenset({"raw"})
    reason: str
    raw: str = ""


# Patient, case, identifiers, order --------------------------------------------------------------------------------


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
    """A unit is known: its kind, part, number, the codes on it and on its container, who said so."""

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


# The identity check -----------------------------------------------------------------------------------------------


class CheckOpened(Body, frozen=True):
    """An identity check was begun for one step of one case."""

    case: str
    check: str
    step: str
    arms: int


class ScanAccepted(Body, frozen=True):
    """A scan was what the open step asked for; the reading is in the evidence."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"raw"})
    case: str
    check: str
    object: str
    raw: str = ""


class ScanRefused(Body, frozen=True):
    """A scan or an act was refused, and why. `read` and `expected` are sealed: they may identify a person."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"raw", "read", "expected"})
    case: str
    step: str
    reason: str
    check: str = ""
    object: str = ""
    unit: str = ""
    raw: str = ""
    read: str = ""
    expected: str = ""


class ArmClosed(Body, frozen=True):
    """One person has finished their arm of a check; what the patient said is sealed."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"stated_family", "stated_born", "stated_number"})
    case: str
    check: str
    arm: int
    unit: str = ""
    stated_family: str = ""
    stated_born: str = ""
    stated_number: str = ""


class IdentityConfirmed(Body, frozen=True):
    """The gate confirmed: this patient, this unit, this step, by these people. Only the gate makes it."""

    MUST: ClassVar[bool] = True
    case: str
    check: str
    step: str
    people: tuple[str, ...]
    unit: str = ""
    objects: tuple[str, ...] = ()
    typed: int = 0


class CheckEnded(Body, frozen=True):
    """A check ended without confirming: mismatch, abandoned, interrupted, expired."""

    case: str
    check: str
    step: str
    reason: str
    unit: str = ""


# The product on its way -------------------------------------------------------------------------------------------


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
    """The temperature record of a shipment was read and judged by a person."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"note"})
    case: str
    shipment: str
    accepted: bool
    lowest_c: str = ""
    highest_c: str = ""
    note: str = ""


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


class DosePrepared(ProductMoved, frozen=True):
    """A dose or syringe was prepared."""

    expires_at: datetime | None = None


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


# Labels -----------------------------------------------------------------------------------------------------------


class LabelDrafted(Body, frozen=True):
    """One copy of a label was made ready: its own serial and the exact bytes its main symbol must give back."""

    case: str
    label: str
    job: str
    unit: str
    template: str
    serial: str
    copy_number: int
    expected: str
    reprint_of: str = ""
    reason: str = ""


class LabelSent(Body, frozen=True):
    """A print job went to a printer."""

    case: str
    job: str
    printer: str
    labels: tuple[str, ...]


class LabelFed(Body, frozen=True):
    """The printer reported the job as printed."""

    case: str
    job: str
    labels: tuple[str, ...]


class LabelVerified(Body, frozen=True):
    """The label just printed was scanned and gave exactly the expected bytes."""

    case: str
    label: str
    job: str


class LabelApplied(Body, frozen=True):
    """The label was scanned on the object it belongs to."""

    case: str
    label: str
    job: str
    unit: str


class LabelEnded(Body, frozen=True):
    """The label will not be used: voided, destroyed or returned."""

    case: str
    label: str
    job: str
    how: str
    reason: str


class LabelJobClosed(Body, frozen=True):
    """Printed = applied + voided + destroyed + returned."""

    case: str
    job: str
    printed: int
    applied: int
    voided: int
    destroyed: int
    returned: int


# Blocks, deviations, exceptions, alarms, procedures ---------------------------------------------------------------


class HoldPlaced(Body, frozen=True):
    """The case is on hold."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    MUST: ClassVar[bool] = True
    case: str
    reason: str


class HoldLifted(Body, frozen=True):
    """A signed decision lifted the hold; refs name the hold."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    MUST: ClassVar[bool] = True
    case: str
    reason: str


class DiscrepancyFound(Body, frozen=True):
    """Two recorded facts contradict each other; refs name them."""

    MUST: ClassVar[bool] = True
    case: str
    kind: str
    unit: str = ""


class DiscrepancyResolved(Body, frozen=True):
    """A signed resolution that names every event it settles in refs."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"resolution"})
    MUST: ClassVar[bool] = True
    case: str
    resolution: str


class DeviationReported(Body, frozen=True):
    """Something off protocol happened, reported by a person or proposed by the program.

    `unit` is the unit it is about first of all; `affected` the ids of every unit and shipment it touches. `photos` are
    attachments by their SHA-256 (`formats.md` §1.1).
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"what", "immediate_action", "sponsor_reference"})
    case: str
    deviation: str
    kind: str
    what: str = ""
    unit: str = ""
    immediate_action: str = ""
    proposed_by_program: bool = False
    affected: tuple[str, ...] = ()
    classification: str = ""
    sponsor_reference: str = ""
    photos: tuple[str, ...] = ()


class DeviationAssessed(Body, frozen=True):
    """A named person confirmed or rejected what the program proposed, or said more about a deviation.

    `judgement` is confirmed, rejected or empty; what is empty says nothing about its field.
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"immediate_action", "sponsor_reference", "reason"})
    case: str
    deviation: str
    judgement: str = ""
    classification: str = ""
    affected: tuple[str, ...] = ()
    immediate_action: str = ""
    sponsor_reference: str = ""
    reason: str = ""


class DeviationClosed(Body, frozen=True):
    """A named person closed a deviation."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"conclusion"})
    case: str
    deviation: str
    conclusion: str


class ExceptionAuthorised(Body, frozen=True):
    """A physician and a pharmacist took named refusals upon themselves, once, for one unit and one step."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason", "sponsor"})
    MUST: ClassVar[bool] = True
    case: str
    exception: str
    step: str
    unit: str
    reasons: tuple[str, ...]
    reason: str
    sponsor: str
    physician: str
    pharmacist: str


class ProcedureParked(Body, frozen=True):
    """A running procedure was put aside; scanning its object brings it back."""

    case: str
    step: str
    unit: str = ""


class ProcedureInterrupted(Body, frozen=True):
    """The program ended while this procedure was open; it is listed, never resumed inside a check."""

    case: str
    step: str
    unit: str = ""
    check: str = ""


class AlarmRaised(Body, frozen=True):
    """An alarm began: which clock, at which level."""

    case: str
    alarm: str
    level: str
    clock: str
    scope: str


class AlarmAcknowledged(Body, frozen=True):
    """A named person answered an alarm with a comment; it is not thereby resolved."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"comment"})
    case: str
    alarm: str
    comment: str


class AlarmResolved(Body, frozen=True):
    """What the alarm was about is over."""

    case: str
    alarm: str


class RecordSigned(Body, frozen=True):
    """A person's signature with its meaning over the event named in refs; `psig` is made by the person's own key."""

    MUST: ClassVar[bool] = True
    case: str
    meaning: str


class PaperSheetPrinted(Body, frozen=True):
    """The paper sheet of the running case was printed."""

    case: str
    step: str = ""


def _types(base: type[Body]) -> dict[str, type[Body]]:
    found: dict[str, type[Body]] = {}
    for each in base.__subclasses__():
        found[each.__name__] = each
        found.update(_types(each))
    return found


EVENT_TYPES: dict[str, type[Body]] = {name: each for name, each in _types(Body).items() if name != "ProductMoved"}
"""Every event type this program knows, by name."""
