"""The site as its events tell it: people, profiles, settings, scanners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from coordinator_app.domain import events as e
from coordinator_app.domain.break_glass import GlassRecord, follow_glass
from coordinator_app.domain.case_record import in_order
from coordinator_app.domain.keeping_record import KeepingRecord, follow_keeping
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal


class StaffRecord(Struct):
    """One person who may sign in. `failures` counts wrong PINs in a row; `failed_at` is the last of them."""

    person: str
    roles: tuple[str, ...]
    public_key: str
    family: str
    given: str
    badges: frozenset[str]
    pin: str
    signing_key: str
    withdrawn: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    failures: int = 0
    failed_at: datetime | None = None
    training: dict[str, datetime] = field(default_factory=dict)
    delegated: dict[str, datetime] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The printed name: FAMILY, Given."""
        return f"{self.family.upper()}, {self.given}"


class ProfileRecord(Struct):
    """One version of a trial profile and who approved exactly this text."""

    profile: str
    version: int
    sha256: str
    text: str
    approved_by: tuple[str, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether two different people approved it."""
        return len(set(self.approved_by)) >= 2


class ScannerKnown(Struct, frozen=True):
    """One scanner of one workstation as its calibration card last showed it; `at` is when."""

    scanner: str
    mode: str
    layout: str
    separator: str
    prefix: str
    caps: str
    at: datetime


class SiteRecord(Struct):
    """Everything known of the site itself."""

    name: str = ""
    zone: str = "UTC"
    facility: str = ""
    isbt_licence: bool = False
    demonstration: bool = False
    phones: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    public_keys: dict[str, str] = field(default_factory=dict)
    people: dict[str, StaffRecord] = field(default_factory=dict)
    profiles: dict[str, ProfileRecord] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    scanners: dict[str, dict[str, ScannerKnown]] = field(default_factory=dict)
    """Calibrated scanners by workstation and name."""
    glasses: dict[str, GlassRecord] = field(default_factory=dict)
    clock_reads: list[Recorded] = field(default_factory=list)
    keeping: KeepingRecord = field(default_factory=KeepingRecord)
    not_understood: list[Recorded] = field(default_factory=list)
    """Events outside any case that must be understood and are of a type this program does not know."""
    not_counted: list[Recorded] = field(default_factory=list)
    """Events about the site by a person who was withdrawn before: they are kept and shown, and change nothing."""

    @property
    def founded(self) -> bool:
        """Whether the site has been set up."""
        return bool(self.name)

    def newest(self, profile: str) -> ProfileRecord | None:
        """Return the newest approved version of a profile."""
        known = [each for each in self.profiles.values() if each.profile == profile and each.approved]
        return max(known, key=lambda each: each.version, default=None)


def read_site(events: Iterable[Recorded]) -> SiteRecord:
    """Fold the events of the site into its record."""
    record = SiteRecord()
    for event in in_order(events):
        follow_site(record, event)
    return record


def follow_site(record: SiteRecord, event: Recorded) -> None:
    """Let one more event count; events must come in the order of `in_order`."""
    body = event.body
    if body is None:
        if event.must:
            record.not_understood.append(event)
        return
    author = record.people.get(event.actor or "")
    if author is not None and author.withdrawn and body.MUST:
        record.not_counted.append(event)
        return
    match body:
        case e.SiteFounded():
            record.name, record.zone, record.facility = body.name, body.zone, body.facility
            record.isbt_licence, record.phones = body.isbt_licence, dict(body.phones)
            record.demonstration = body.demonstration
        case e.WorkstationAdmitted():
            record.places[body.workstation] = body.place
            record.public_keys[body.workstation] = body.public_key
        case e.SettingChanged():
            record.settings[body.name] = body.value
        case e.ProfileOffered():
            record.profiles.setdefault(
                body.sha256, ProfileRecord(body.profile, body.profile_version, body.sha256, body.text)
            )
        case e.ProfileApproved():
            known = record.profiles.get(body.sha256)
            if known is not None and event.actor and event.actor not in known.approved_by:
                known.approved_by = (*known.approved_by, event.actor)
        case e.ScannerCalibrated():
            known_here = record.scanners.setdefault(event.device, {})
            known_here[body.scanner] = ScannerKnown(
                body.scanner, body.mode, body.layout, body.separator, body.prefix, body.caps, event.at
            )
        case e.ScannerNotCalibrated():
            record.scanners.get(event.device, {}).pop(body.scanner, None)
        case e.BreakGlassOpened() | e.BreakGlassVouched() | e.BreakGlassReviewed():
            follow_glass(record.glasses, event)
            _know_vouched_for(record, event)
        case e.ClockRead():
            record.clock_reads.append(event)
        case _:
            follow_keeping(record.keeping, event)
            _follow_person(record, event)


def _know_vouched_for(record: SiteRecord, event: Recorded) -> None:
    """Know a person without an account by name, role and the training vouched for; no badge or PIN opens anything."""
    body = event.body
    if isinstance(body, e.BreakGlassOpened) and not body.account:
        record.people[body.person] = StaffRecord(
            person=body.person, roles=(body.role,), public_key="", family=body.family, given=body.given,
            badges=frozenset(), pin="", signing_key="", training=dict.fromkeys(body.training, body.until),
            # Who vouches that somebody knows a trial vouches that they work in it.
            delegated=dict.fromkeys(body.training, body.until),
        )  # fmt: skip


def _follow_person(record: SiteRecord, event: Recorded) -> None:
    body = event.body
    if isinstance(body, e.PersonAdded):
        record.people[body.person] = StaffRecord(
            person=body.person, roles=body.roles, public_key=body.public_key, family=body.family, given=body.given,
            badges=frozenset(body.badges), pin=body.pin, signing_key=body.signing_key,
        )  # fmt: skip
        return
    staff = record.people.get(getattr(body, "person", ""))
    if staff is None:
        return
    match body:
        case e.PersonWithdrawn():
            staff.withdrawn, staff.withdrawn_at, staff.withdrawn_by = True, event.at, event.id
        case e.TrainingRecorded():
            staff.training[body.training] = body.until
        case e.DelegationRecorded():
            staff.delegated[body.profile] = body.until
        case e.SignInRefused():
            staff.failures = body.failures
            if body.reason == Refusal.PIN_WRONG:
                # A try while locked does not lock anew: a colleague's impatience must not keep a person out.
                staff.failed_at = event.at
        case e.SignInRecovered():
            staff.failures, staff.failed_at = 0, None
        case _:
            return
