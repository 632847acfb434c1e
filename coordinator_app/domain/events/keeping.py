"""How the record itself is kept: backups, repairs, a record found older than it was, keys, an erased patient."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Belongs, Body


class RecordBackedUp(Body, frozen=True):
    """A backup was made: its name, how many events it holds, its size, and whether the drill restored it soundly."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    backup: str
    events: int
    size_bytes: int
    drilled: bool
    made_at: datetime


class BackupFailed(Body, frozen=True):
    """A backup, or the drill that restores it, failed; `stage` is backup or drill, `why` one plain sentence."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    stage: str
    why: str


class RecordRepaired(Body, frozen=True):
    """Opening the record had to repair it: what was done, in plain sentences."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    repairs: tuple[str, ...]


class RecordRestored(Body, frozen=True):
    """The record was put back from a backup made at `made_at` that held so many events."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    made_at: datetime
    events: int


class RollbackFound(Body, frozen=True):
    """The record is older than it was, or was put back from a backup: what was recorded since may be missing."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    found: str


class RecordFindingSettled(Body, frozen=True):
    """A signed decision settled what was found about the record; refs name it. `conclusion` is sealed: people write."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    SEALED: ClassVar[frozenset[str]] = frozenset({"conclusion"})
    conclusion: str


class RecoveryKeyPrinted(Body, frozen=True):
    """The recovery key was printed for the safe; only its fingerprint is known here."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    fingerprint: str


class PassphraseChanged(Body, frozen=True):
    """The key file of a workstation is protected by another passphrase."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    protected: bool


class PatientErased(Body, frozen=True):
    """Two people decided to erase a patient: the key that opened everything sealed about them is gone.

    `key` is the id of that key; `reason` one of a fixed list, for what is written freely could name somebody.
    """

    MUST: ClassVar[bool] = True
    case: str
    patient: str
    key: str
    reason: str
    people: tuple[str, ...]


class SiteAlarmRaised(Body, frozen=True):
    """Something of the site itself needs a person: `kind` is backup, disk or record."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    alarm: str
    kind: str
    level: str


class SiteAlarmAcknowledged(Body, frozen=True):
    """A named person answered an alarm of the site with a comment; it is not thereby resolved."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    SEALED: ClassVar[frozenset[str]] = frozenset({"comment"})
    alarm: str
    comment: str


class SiteAlarmResolved(Body, frozen=True):
    """What the alarm of the site was about is over."""

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    alarm: str
