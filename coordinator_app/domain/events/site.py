"""The site, its workstations, people, profiles and scanners, and who came and went."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Belongs, Body


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
