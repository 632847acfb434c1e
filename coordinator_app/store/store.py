"""The record of one workstation: opened in the order of design §3.2, written in transactions, read by case."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

import sqlcipher3

from coordinator_app.domain.events import EVENT_TYPES, EpochOpened
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.anchor import Anchor, compare_anchor, read_anchor, settle, write_anchor
from coordinator_app.store.attachments import Attachments
from coordinator_app.store.faults import FolderUnusable, StoreDamaged, StoreFault
from coordinator_app.store.files import sync_folder
from coordinator_app.store.findings import forget_restored, found_at_opening, restored_note
from coordinator_app.store.founding import Grounds, found_grounds, open_grounds
from coordinator_app.store.heartbeats import Heartbeats
from coordinator_app.store.journal import Journal
from coordinator_app.store.journal_check import check_tail
from coordinator_app.store.keeping import Keeping
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.moment import Clock, Moment
from coordinator_app.store.projections import PROJECTIONS_VERSION, Found
from coordinator_app.store.reading import is_failing
from coordinator_app.store.reconcile import mark_agreement, reconcile
from coordinator_app.store.replay import fill
from coordinator_app.store.second_copy import SecondCopy
from coordinator_app.store.unknown_types import forget_known_by_now, known_by_now
from coordinator_app.store.writing import Writing

__all__ = ["Found", "Store", "Writing"]

ANCHOR_AFTER = 30.0
"""Seconds after which a commit renews the anchor; every start and every close does. A key ring is slow to write."""

CHECKPOINT_AFTER = 1000
"""Commits after which the write-ahead log is copied into the file even if nobody asked for it."""


class Store(Keeping):
    """The record of one workstation; one thread opens and uses it.

    `repairs` says in plain sentences what the last opening had to repair; who opens the record shows and records it.
    `rollback` says that the record is older than it was, until a person settles it; empty otherwise. `anchor_fault`
    says why the anchor could not be written, empty when it was.
    """

    def __init__(self, grounds: Grounds, clock: Clock | None) -> None:
        """Use `create`, `open` or `open_for_reading`."""
        super().__init__(grounds)
        self._clock = clock
        self._journal = Journal(grounds.connection, grounds.workstation, grounds.keys.signing)
        self._sample: Moment | None = None
        self._writing: Writing | None = None
        self._since_checkpoint = 0
        self._second = SecondCopy()
        self.workstation = grounds.workstation
        self.site = grounds.site
        self.epoch = ""
        self.repairs: tuple[str, ...] = ()
        self.rollback, self.anchor_fault = "", ""
        self._heartbeats = Heartbeats(grounds.connection)
        self._anchored_at = 0.0
        self.public_key: bytes = grounds.keys.public
        self.attachments = Attachments(grounds.folder, grounds.patient_keys)

    # Opening and closing ------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        keys: KeyPort,
        clock: Clock,
        workstation: str,
        site: str,
        program: str,
        mirror: Path | None = None,
    ) -> Store:
        """Found a new record in `folder` and open it; raises StoreFault and leaves nothing behind when it cannot.

        `mirror` is the file of the second copy, best on another disk; without it, it stands beside the record.
        """
        grounds = found_grounds(folder, keys, workstation, site, mirror)
        return cls(grounds, clock)._started(clock, program)

    @classmethod
    def open(cls, folder: Path, *, keys: KeyPort, clock: Clock, program: str, mirror: Path | None = None) -> Store:
        """Open the record in `folder` for recording, in a new epoch; raises StoreFault."""
        return cls(open_grounds(folder, keys, mirror=mirror), clock)._started(clock, program)

    @classmethod
    def open_for_reading(cls, folder: Path, *, keys: KeyPort) -> Store:
        """Open the record in `folder` to read, verify or export; nothing is written. Raises StoreFault."""
        return cls(open_grounds(folder, keys, reading=True), None)

    @property
    def folder(self) -> Path:
        """The folder of the record."""
        return self._grounds.folder

    def close(self) -> None:
        """Copy the write-ahead log into the file, close it and let go of the folder; safe to call twice."""
        try:
            if self._poisoned is None and self._clock is not None and not self._grounds.closed:
                self.checkpoint()
                self._anchor()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._second.close()
        self._grounds.close()

    def __enter__(self) -> Store:
        """Return the store; it closes at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Close the store."""
        self.close()

    def _started(self, clock: Clock, program: str) -> Store:
        try:
            self._start(clock, program)
        except BaseException as fault:
            self._let_go()
            if is_failing(fault):
                raise StoreDamaged(
                    f"The record in {self.folder} cannot be read to its end; check the disk and restore the backup."
                ) from fault
            raise
        return self

    def _start(self, clock: Clock, program: str) -> None:
        moment = clock.moment()
        self.repairs = self._reconciled()
        newest = self._check_tail()
        self._make_durable()
        self._settle_rotation()
        self._heartbeats.begin()
        known = restored_note(self._connection)
        anchor = read_anchor(self._grounds.keys.port, self._grounds.keys.store_id)
        told_before = compare_anchor(self._connection, None)
        self.rollback = compare_anchor(self._connection, anchor, known)
        self._renew_projections()
        last = self._last_of_ours()
        self.epoch = secrets.token_hex(16)
        parent: dict[str, str | int] = {}
        if last is not None:
            parent = {"epoch": last.epoch, "seq": last.seq, "id": last.id}
            self._sample = Moment(last.at, last.zone, last.boot, last.boot_ns, last.clock)
        self._journal.start(self.epoch, newest)
        opened = EpochOpened(
            workstation=self.workstation,
            site=self.site,
            program=program,
            parent=parent,
            types=tuple(sorted(EVENT_TYPES)),
        )
        findings = found_at_opening(known, self.repairs, "" if told_before else self.rollback)
        with self.writing() as writing:
            writing.open_epoch(opened, moment)
            for each in findings:
                writing.append(each, subject=self.site, moment=moment)
            forget_restored(self._connection)
            self._take_out_again()
        if self._finish_erasing():
            self.checkpoint()
        self._anchor()

    def _check_tail(self, at_least: int = 0) -> datetime | None:
        return check_tail(self._connection, self.workstation, self.public_key, at_least)

    def _reconciled(self) -> tuple[str, ...]:
        if self._grounds.mirror is None:
            return ()
        try:
            return reconcile(
                self._connection,
                self._keys,
                self._grounds.mirror,
                self._check_tail,
                self._projections if self._grounds.projections == str(PROJECTIONS_VERSION) else None,
            )
        except OSError as fault:
            raise FolderUnusable(
                "The second copy of the record cannot be written; free space on its disk and start again."
            ) from fault

    def _make_durable(self) -> None:
        # After a sync that failed, a system may show what its disk never got, and the next sync passes over it. Copying
        # the write-ahead log into the file writes those pages anew; the names of files are synced once more.
        self.checkpoint()
        try:
            sync_folder(self.folder)
        except OSError as fault:
            raise FolderUnusable(
                f"The folder {self.folder} does not keep what is written; check its disk, and go on with paper sheets."
            ) from fault

    def _renew_projections(self) -> None:
        # What an older program stored without knowing its type was left out of the tables; an updated one reads it.
        if self._grounds.projections == str(PROJECTIONS_VERSION) and not known_by_now(self._connection):
            return
        with self.writing():
            forget_known_by_now(self._connection)
            fill(self._connection, self._keys, "main")
            self._connection.execute("REPLACE INTO store_fact VALUES ('projections', ?)", (str(PROJECTIONS_VERSION),))

    def _last_of_ours(self) -> Recorded | None:
        epochs = self._connection.execute(
            "SELECT epoch FROM epoch WHERE device = ? ORDER BY n DESC", (self.workstation,)
        )
        for (epoch,) in epochs:
            found = self._connection.execute(
                "SELECT id, bytes, psig FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (bytes.fromhex(epoch),)
            ).fetchone()
            # Where somebody cut the tail off, the table of runs may know one that is gone; the anchor tells of it.
            if found is not None:
                return self._recorded(*found)
        return None

    def sign(self, part: bytes) -> bytes:
        """Sign bytes with this workstation's key, 64 bytes; labels carry such a signature."""
        return self._grounds.keys.signing.sign(part)

    # Writing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open the write transaction: committed at the end of the block, rolled back by any exception.

        Raises StorePoisoned when the disk fails: then nothing of the block was recorded as far as anybody was told.
        """
        self._usable()
        if self._clock is None:
            raise StoreFault("The record was opened for reading only; open it in the program to record something.")
        if self._writing is not None:
            raise RuntimeError("A write transaction is open already; append to that one.")
        head = self._journal.head
        self._ask(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        writing = Writing(self._journal, self._projections, self._keys, self._clock, self._sample)
        self._writing = writing
        try:
            yield writing
            writing.check_whole()
            alone = writing.is_one_event
            self._projections.settle(self.fold, self.read_case)
            if alone and self._grounds.mirror is not None:
                self._second.begin(self._grounds.mirror, writing.sealed[0])
            self._connection.execute("COMMIT")
        except BaseException as fault:
            self._journal.head = head
            self._forget()
            self._roll_back()
            self._take_back()
            if is_failing(fault):
                raise self._poison(fault) from fault
            raise
        finally:
            self._writing = None
        self._sample = writing.sample
        if not writing.sealed:
            self._forget()  # something else than events was written: the tables themselves, perhaps
        self._copy(writing)
        if writing.erases and self._finish_erasing():
            # What the log still holds could be read by whoever has the file's key: it is emptied now, or as soon as
            # nobody reads any more.
            self._since_checkpoint = CHECKPOINT_AFTER
        self._after_commit()

    def _forget(self) -> None:
        self._projections.forget()
        self._exchanged = None

    def _copy(self, writing: Writing) -> None:
        # What this returns from is durable in both; whoever recorded it is told only then.
        if self._grounds.mirror is None:
            return
        try:
            self._second.finish(self._grounds.mirror, writing.sealed)
        except OSError as fault:
            raise self._poison(fault) from fault

    def _take_back(self) -> None:
        # An event that was rolled back must not come back from the second copy.
        if self._grounds.mirror is None:
            return
        try:
            self._second.take_back(self._grounds.mirror)
        except OSError as fault:
            raise self._poison(fault) from fault

    def _after_commit(self) -> None:
        self._since_checkpoint += 1
        if self._since_checkpoint >= CHECKPOINT_AFTER:
            self.checkpoint()
        if self._anchored_at and time.monotonic() - self._anchored_at >= ANCHOR_AFTER:
            self._anchor()

    def _anchor(self) -> None:
        # Written after the commit: an anchor older than the record is usual, a newer one is an alarm.
        head = self._journal.head
        if head.next_seq == 0:
            return
        keys, anchor = self._grounds.keys, Anchor(self.workstation, head.epoch, self.count(), head.id)
        self._anchored_at = time.monotonic()
        try:
            write_anchor(keys.port, keys.store_id, anchor)
        except (OSError, StoreFault) as fault:
            # The events are committed and copied. To call them unrecorded because of this would be wrong; an older
            # anchor only notices less, and the self-test says so.
            self.anchor_fault = str(fault)
        else:
            self.anchor_fault = ""

    def settle_rollback(self) -> None:
        """Take the finding that the record is older than it was away, after a person's decision was recorded."""
        self._ask(lambda: settle(self._connection))
        self.rollback = ""

    def beat(self, moment: Moment) -> None:
        """Write one reading of the clocks into the ring of heartbeats, outside the journal."""
        self._ask(lambda: self._heartbeats.beat(moment))

    def heartbeats(self) -> tuple[Moment, ...]:
        """Return the readings of the clocks in the ring, at most 100, oldest first."""
        return self._ask(self._heartbeats.all)

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the file and empty it; False while somebody is reading and it has to wait.

        Raises StorePoisoned when not all of it was copied: an automatic checkpoint would keep that to itself.
        """
        mirror = self._grounds.mirror
        if mirror is not None:
            self._ask(lambda: mark_agreement(self._connection, mirror))
        try:
            row = self._ask(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        except sqlcipher3.OperationalError:
            return False  # busy or locked, for the disk's own errors come as StorePoisoned
        if row[0] != 0:
            return False
        if row[1] != row[2]:
            raise self._poison(RuntimeError(f"checkpoint answered {row}"))
        self._since_checkpoint = 0
        return True

    def note(self, name: str) -> str | None:
        """Return a note, or None; notes stand outside the journal and can be replaced (drafts, parked screens)."""
        row = self._ask(lambda: self._connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone())
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str | None) -> None:
        """Keep a note, or drop it with None; within `writing` it shares its fate."""
        if self._writing is None:
            with self.writing():
                self.set_note(name, value)
        elif value is None:
            self._connection.execute("DELETE FROM note WHERE name = ?", (name,))
        else:
            self._connection.execute("REPLACE INTO note VALUES (?, ?)", (name, value))

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlcipher3.Error as fault:
            self._poison(fault)
