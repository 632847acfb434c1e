"""A ward with a small record that does a little of everything the store can do, by chance."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coordinator_app.domain import events as e
from coordinator_app.store import store as room
from coordinator_app.store.attachments import Attachments
from coordinator_app.store.backup import make_backup
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.store import Store

from . import disk_trace

WORKSTATION = "workstation:" + "a" * 32
SITE = "site:" + "b" * 32
BEGIN = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def short_openings() -> None:
    """Let the opening of an epoch name two types instead of more than a hundred: that list is no part of these proofs."""
    few = {name: e.EVENT_TYPES[name] for name in ("EpochOpened", "FactRecorded")}
    room.EVENT_TYPES = few  # type: ignore[attr-defined]


class SmallWard:
    """One workstation's record, its clock and its keys; everything behind it is the real thing."""

    def __init__(self, folder: Path, chance: random.Random, mirror: Path | None = None) -> None:
        """Found the record."""
        self.folder, self.chance, self.mirror = folder, chance, mirror
        short_openings()
        folder.mkdir(exist_ok=True)
        disk_trace.note(at="founding")
        self.clock = ScriptedClock(BEGIN)
        self.keys = FileKeys(folder, "")
        self.store = Store.create(
            folder, keys=self.keys, clock=self.clock, workstation=WORKSTATION, site=SITE, program="0", mirror=mirror
        )
        disk_trace.note(founded=True)
        self.patients: list[tuple[str, str]] = []
        self._number = 0

    def begins(self) -> None:
        """Record the site and its workstation."""
        with self.store.writing() as writing:
            writing.append(e.SiteFounded(name="Example Hospital", zone="Europe/Berlin"), subject=SITE)
            public = self.store.public_key.hex()
            admitted = e.WorkstationAdmitted(workstation=WORKSTATION, place="Ward 4B", public_key=public)
            writing.append(admitted, subject=WORKSTATION)

    @staticmethod
    def begin() -> datetime:
        """Return the instant at which every ward is founded."""
        return BEGIN

    @classmethod
    def taken_up(cls, folder: Path, chance: random.Random, at: datetime) -> SmallWard:
        """Open the record of a ward that was founded before."""
        site = cls.__new__(cls)
        site.folder, site.chance, site.mirror = folder, chance, None
        site.clock = ScriptedClock(at)
        site.patients, site._number = [], chance.randrange(10**6) * 100
        site.opens()
        return site

    def does_something(self) -> None:
        """Record something, or let the clockwork of the store turn."""
        self.clock.advance(timedelta(seconds=self.chance.randint(1, 60)))
        room.ANCHOR_AFTER = self.chance.choice((0.0, 1e9, 1e9))
        acts = (self.records, self.records, self.records, self.records_several, self.enrols, self.beats, self.parks,
                self.checkpoints, self.gives_up, self.attaches)  # fmt: skip
        self.chance.choice(acts)()

    def records(self) -> None:
        """Record one event in a transaction of its own."""
        self._number += 1
        case = f"case:{self._number % 3}"
        with self.store.writing() as writing:
            writing.append(
                e.FactRecorded(case=case, fact=f"fact-{self._number}" * self.chance.choice((1, 1, 40))), subject=case
            )

    def records_several(self) -> None:
        """Record some events and a parked screen together."""
        with self.store.writing() as writing:
            for _ in range(self.chance.randint(2, 4)):
                self._number += 1
                writing.append(
                    e.ConditioningStarted(case=f"case:{self._number % 3}"), subject=f"case:{self._number % 3}"
                )
            self.store.set_note("parked", "x" * self.chance.randint(1, 900))

    def enrols(self) -> None:
        """Mint a patient's key and record the patient under it, to be found by name and wristband."""
        self._number += 1
        key, case, patient = f"key:{self._number}", f"case:{self._number}", f"patient:{self._number}"
        with self.store.writing() as writing:
            writing.new_key(key)
            enrolled = e.PatientEnrolled(
                case=case, patient=patient, family=f"Żółkiewska{self._number}", given="Ágnes", born="1961-04-09",
                record_number=f"MRN-{self._number:05}",
            )  # fmt: skip
            writing.append(enrolled, subject=case, key=key)
            band = e.WristbandIssued(case=case, patient=patient, codes=(f"gsrn:95060001{self._number:05}",))
            writing.append(band, subject=patient, key=key)
        self.patients.append((key, case))

    def erases(self) -> None:
        """Erase a patient."""
        key, case = self.patients.pop(0)
        with self.store.writing() as writing:
            erased = e.PatientErased(
                case=case,
                patient=f"patient:{key[4:]}",
                key=key,
                reason="retention_over",
                people=("person:1", "person:2"),
            )
            writing.append(erased, subject=case)

    def backs_up(self, where: Path) -> None:
        """Make a backup, durable when it is told."""
        events = self.store.count()
        made = make_backup(self.store.backup_source(), where, made_at=self.clock.moment().at, versions={})
        disk_trace.note(backed_up=f"{where.name}/{made.name}", events=events)

    def attaches(self) -> None:
        """Keep a photo and record something after it."""
        plain = self.chance.randbytes(self.chance.randint(10, 6000))
        name = Attachments(self.folder, self.store.patient_keys).keep(plain, "site")
        disk_trace.note(attached=name, plain=hashlib.sha256(plain).hexdigest())
        self.records()

    def beats(self) -> None:
        """Write the clocks into the ring."""
        self.store.beat(self.clock.moment())

    def parks(self) -> None:
        """Keep a note outside the journal."""
        self.store.set_note("draft", "y" * self.chance.randint(1, 300) if self.chance.random() < 0.8 else None)

    def checkpoints(self) -> None:
        """Copy the log into the file."""
        self.store.checkpoint()

    def gives_up(self) -> None:
        """Begin a transaction and roll it back: what it held must never come back."""
        try:
            with self.store.writing() as writing:
                given_up = writing.append(e.ConditioningStarted(case="case:0"), subject="case:0")
                disk_trace.note(given_up=given_up.id)
                raise KeyError  # noqa: TRY301 - as a mistake in a procedure would
        except KeyError:
            pass

    def kept_by_nobody(self) -> None:
        """Let the process die: the file is not closed, the next run finds the log as it is."""
        self.store.connection.close()
        self.store._grounds.closed = True
        self.store._grounds.lock.release()

    def restarts(self) -> None:
        """Quit and start again."""
        self.closes()
        self.opens()

    def closes(self) -> None:
        """Quit the program."""
        self.store.close()

    def opens(self) -> None:
        """Start the program."""
        self.clock.advance(timedelta(seconds=8))
        self.keys = FileKeys(self.folder)
        self.store = Store.open(self.folder, keys=self.keys, clock=self.clock, program="0", mirror=self.mirror)
