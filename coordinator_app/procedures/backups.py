"""Backups: when one is due, what is carried out in the background, what is recorded of it, the alarm when it fails.

The errand is made on the store's thread and carried out on any other: copying reads through a second connection, and
the drill runs in a process of its own, so that nobody at a scanner waits for either.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.inputs import BackupReported
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.site_alarms import raise_site_alarm, resolve_site_alarm
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.backup import BackupSource, Stop, drop_oldest, make_backup
from coordinator_app.store.backup_manifest import read_manifest
from coordinator_app.store.drill import drill
from coordinator_app.store.faults import BackupDamaged, BackupStopped, StoreFault
from coordinator_app.store.journal_check import Progress
from coordinator_app.store.store import Store

AGAIN_AFTER = timedelta(hours=1)
"""A backup that failed is tried again after so long, not only when the next is due."""
OLD = 2
"""A newest backup older than so many times its interval is told on every page."""


class BackupPlan(Struct, frozen=True):
    """What the settings say: the folder (None: no backups), how often, how many are kept; and the versions to note."""

    where: Path | None = None
    every: timedelta = timedelta(hours=24)
    keep: int = 14
    versions: dict[str, str] = {}


class Errand(Struct, frozen=True):
    """One backup to be made in the background."""

    source: BackupSource
    where: Path
    keep: int
    made_at: datetime
    versions: dict[str, str]


def errand_now(store: Store, where: Path, keep: int, versions: Mapping[str, str], at: datetime) -> Errand:
    """Return the errand of one backup, begun at this instant."""
    return Errand(store.backup_source(), where, keep, at, dict(versions))


def carry_out(
    errand: Errand, *, stop: Stop = lambda: False, progress: Progress | None = None, apart: bool = False
) -> BackupReported:
    """Make the backup, try it by a drill, and only then drop the oldest; returns what became of it, also of a failure.

    `apart` runs the drill in a process of its own. Raises BackupStopped when `stop` says so: nothing is to be recorded.
    """
    backup: Path | None = None
    try:
        backup = make_backup(errand.source, errand.where, made_at=errand.made_at, versions=errand.versions, stop=stop)
        secrets = errand.source.keys.secrets()
        if apart:
            _drill_apart(backup, secrets, stop)
        else:
            drill(backup, secrets, progress=progress)
        drop_oldest(errand.where, errand.source.keys.store_id, errand.keep)
        manifest = read_manifest(backup)
    except BackupStopped:
        raise
    except StoreFault as fault:
        stage = "backup" if backup is None else "drill"
        return BackupReported(str(backup or ""), errand.made_at, stage=stage, why=fault.sentence)
    return BackupReported(str(backup), errand.made_at, manifest.events, manifest.size_bytes, drilled=True)


def _drill_apart(backup: Path, secrets: Mapping[str, bytes], stop: Stop) -> None:
    """Run the drill as `coordinator drill` with low priority; the keys go to it by its standard input only."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "coordinator_app"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*program, "drill", str(backup), "--secrets-from-stdin", "--json"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )  # fmt: skip
    told: bytes | None = json.dumps({name: secret.hex() for name, secret in secrets.items()}).encode()
    while True:
        try:
            answer, _ = process.communicate(told, timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            told = None  # it has been sent
            if stop():
                process.kill()
                process.communicate()
                raise BackupStopped("The drill was given up because the program was left.") from None
    try:
        found = json.loads(answer)
    except ValueError:
        found = {"sound": False, "why": f"The drill of the backup {backup.name} broke off; make a new backup."}
    if not found["sound"]:
        raise BackupDamaged(str(found["why"]))


def record_report(store: Store, report: BackupReported) -> None:
    """Record what became of a backup made from the command line."""
    with store.writing() as writing:
        writing.append(body_of(report), subject=store.site)


def back_up_now(run: Sitting) -> Flow[None]:
    """Let a backup be made at the next tick."""
    run.work.backup_asked = True
    yield from ()


def body_of(report: BackupReported) -> Body:
    """Return the event for what became of a backup."""
    if report.why or report.made_at is None:
        return e.BackupFailed(stage=report.stage or "backup", why=report.why)
    return e.RecordBackedUp(
        backup=Path(report.where).name, events=report.events, size_bytes=report.size_bytes, drilled=report.drilled,
        made_at=report.made_at,
    )  # fmt: skip


class Backups:
    """The scheduled backups of one workstation, watched at every tick."""

    def __init__(self, work: Workplace, plan: BackupPlan) -> None:
        """Take the plan; nothing is made before the first tick."""
        self._work = work
        self.plan = plan
        self._under_way = False
        self._tried_at: datetime | None = None

    def ask(self) -> bool:
        """Let a backup be made now; False where no folder is set or one is under way."""
        if self.plan.where is None or self._under_way:
            return False
        self._work.backup_asked = True
        return True

    def errand(self) -> Errand | None:
        """Return the backup that is due now, once, or None."""
        if self.plan.where is None or self._under_way or not (self._work.backup_asked or self._is_due()):
            return None
        self._under_way, self._work.backup_asked, self._tried_at = True, False, self._work.now()
        return errand_now(self._work.store, self.plan.where, self.plan.keep, self.plan.versions, self._work.now())

    def report(self, report: BackupReported) -> None:
        """Record what became of a backup; a failure is an alarm until one succeeds."""
        self._under_way = False
        work = self._work
        work.record(body_of(report), subject=work.store.site)
        if report.why:
            raise_site_alarm(work, "backup", "medium")
        else:
            resolve_site_alarm(work, "backup")

    def notices(self) -> tuple[Say, ...]:
        """Return what every page says: no backup for too long. Without a folder the self-test says it instead."""
        if self.plan.where is None:
            return ()
        newest = self._newest()
        if newest is None or self._work.now() - newest > OLD * self.plan.every:
            at = newest.isoformat() if newest is not None else ""
            return (Say("notice.backup_old" if newest is not None else "notice.backup_none", {"at": at}),)
        return ()

    def _newest(self) -> datetime | None:
        newest = self._work.site.keeping.backup
        return newest.body.made_at if newest is not None and isinstance(newest.body, e.RecordBackedUp) else None

    def _is_due(self) -> bool:
        if not self._work.site.founded:
            return False
        now, newest = self._work.now(), self._newest()
        if self._tried_at is not None and self._work.site.keeping.failure is not None:
            return now - self._tried_at >= AGAIN_AFTER
        return newest is None or now - newest >= self.plan.every or newest > now + self.plan.every
