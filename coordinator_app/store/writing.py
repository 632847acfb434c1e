"""One open write transaction: every event appended here is committed together, or none is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.events import ClockStepped, EpochOpened, PatientErased
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.erasing import FORGETTING, take_out_of_tables
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.journal import Act, Journal, Sealed
from coordinator_app.store.moment import Clock, Moment
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import Projections
from coordinator_app.store.sealing import opened_body, recorded_of

STEP_NOTICED = timedelta(seconds=2)
"""A wall clock that moves further than this against the suspend-aware clock was set (`reliability.md` §3.2)."""

_SLEW = 2000
"""One part in this of the time between two events may be correction by the time service: 500 ppm, its greatest rate."""


class Writing:
    """Appends to the journal and lets the projections follow, inside the transaction of `Store.writing`."""

    def __init__(
        self, journal: Journal, projections: Projections, keys: PatientKeys, clock: Clock, sample: Moment | None
    ) -> None:
        """`sample` is the last reading of the clocks, to notice a wall clock that was set since."""
        self._journal = journal
        self._projections = projections
        self._keys = keys
        self._clock = clock
        self.sample = sample
        self.sealed: list[Sealed] = []
        self.half_done = False
        self.erases = False
        self._at_first = journal.connection.total_changes
        self._changed = 0
        self._erased: set[str] = set()

    def append(
        self,
        body: Body,
        *,
        subject: str,
        actor: str | None = None,
        role: str | None = None,
        key: str | None = None,
        evidence: Iterable[Evidence] = (),
        refs: Iterable[str] = (),
        happened_at: datetime | None = None,
        late_reason: str = "",
        person_sign: Callable[[bytes], bytes] | None = None,
        moment: Moment | None = None,
    ) -> Recorded:
        """Record one event and return it as it will be read back.

        `key` names the key for the fields that identify a person, and must be given when one of them holds something.
        `person_sign` signs the bytes it gets with the person's own key. Raises ValueError for a missing key or a late
        entry without its reason, NotCanonical for what the format cannot hold.
        """
        if (happened_at is not None) != bool(late_reason):
            raise ValueError("A late entry has both the instant it happened and the reason why it is entered late.")
        now = moment or self._clock.moment()
        self._notice_step(now)
        act = Act(subject, actor, role, key, tuple(evidence), tuple(refs), happened_at, late_reason, person_sign)
        return self._record(body, act, now)

    def open_epoch(self, opened: EpochOpened, now: Moment) -> None:
        """Record that the program started: the first event of a stream, before anything that happened since."""
        before, self.sample = self.sample, None
        self._record(opened, self._by_program(), now)
        self.sample = before
        self._notice_step(now)
        self.sample = now

    @property
    def is_one_event(self) -> bool:
        """Whether one event of our own, with its rows of the look-up tables, is all that was changed so far."""
        rows = self._journal.connection.total_changes - self._at_first
        return len(self.sealed) == 1 and bool(rows == self._changed)

    def check_whole(self) -> None:
        """Raise RuntimeError when an event is only half in: such a transaction must not be committed."""
        if self.half_done:
            raise RuntimeError("An event was left half recorded; the transaction cannot be committed.")

    def new_key(self, key_id: str) -> None:
        """Mint the key of a patient (or of the site); it stays even if the transaction is rolled back."""
        try:
            self._keys.create(key_id)
        except OSError as fault:
            raise StoreFault(
                "The file of the patients' keys cannot be written; free space on the disk and try again."
            ) from fault

    def mac(self, key_id: str, raw: bytes) -> str:
        """Return HMAC-SHA-256 of raw bytes under a key, 64 hex digits; raises ValueError for a key not here."""
        secret = self._keys.get(key_id)
        if secret is None:
            raise ValueError("There is no such key here.")
        return hmac.new(secret, raw, hashlib.sha256).hexdigest()

    def _record(self, body: Body, act: Act, now: Moment) -> Recorded:
        sealed = self._journal.seal(body, act, now, self._keys)
        # Read back through the same door as later, so that nobody ever works with a form that cannot be read again.
        opened, open = opened_body(sealed.event, self._keys)
        if opened is None or not open:
            raise ValueError(f"{type(body).__name__} cannot be read back as it was written; its fields are wrong.")
        recorded = recorded_of(sealed.event, sealed.id, opened, open, sealed.psig is not None)
        self.half_done = True
        rows = self._journal.connection.total_changes
        n = self._journal.insert(sealed)
        self._projections.follow(recorded, n, sealed.event["at"])
        self._changed += self._journal.connection.total_changes - rows
        if isinstance(body, PatientErased):
            # To record it is to do it: nobody can say that a patient was erased who can still be read.
            take_out_of_tables(self._journal.connection, self._keys, body.key)
            self._projections.forget()
            self.erases = True
        self.half_done = False
        self.sealed.append(sealed)
        self.sample = now
        return recorded

    def take_in(self, sealed: Sealed) -> Recorded:
        """Add an event that another run wrote, or that this one lost: checked before, with its own signature.

        Its type may be unknown here; our own stream does not move.
        """
        key = str(sealed.event.get("key", ""))
        # What comes in behind an erasure was sealed by somebody who did not know of it yet: it is not read any more.
        with self._keys.without(key) if key in self._erased else nullcontext():
            opened, open = opened_body(sealed.event, self._keys)
        recorded = recorded_of(sealed.event, sealed.id, opened, open, sealed.psig is not None)
        self.half_done = True
        n = self._journal.insert_foreign(sealed)
        self._projections.follow(recorded, n, sealed.event["at"])
        if isinstance(opened, PatientErased):
            take_out_of_tables(self._journal.connection, self._keys, opened.key, FORGETTING)
            self._projections.forget()
            self._erased.add(opened.key)
            self.erases = True
        self.half_done = False
        self.sealed.append(sealed)
        return recorded

    def notice_step(self, now: Moment) -> bool:
        """Record that the wall clock was set since the last reading, if it was; say whether it was."""
        recorded = len(self.sealed)
        self._notice_step(now)
        self.sample = now
        return len(self.sealed) > recorded

    def _notice_step(self, now: Moment) -> None:
        before = self.sample
        if before is None or before.boot != now.boot:
            return
        passed = timedelta(microseconds=(now.boot_ns - before.boot_ns) // 1000)
        step = (now.at - before.at) - passed
        if abs(step) > STEP_NOTICED + abs(passed) / _SLEW:
            self.sample = now
            stepped = ClockStepped(step_ms=step // timedelta(milliseconds=1))
            self._record(stepped, self._by_program(), now)

    def _by_program(self) -> Act:
        return Act(self._journal.workstation, None, None, None, (), (), None, "", None)
