"""A new workstation takes in the record of its site: how far it is, and no release until all of it was checked."""

from __future__ import annotations

from coordinator_app.procedures.exchange_record import REPLAYING
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.procedures.exchange_standing import Replaying
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.history_check import HistoryCheck


class Replay:
    """From the joining of a site until its record is here in full and was checked from its first event."""

    def __init__(self, work: Workplace, rounds: Rounds) -> None:
        """Hold every release back from now on."""
        self._work = work
        self._rounds = rounds
        self._checking = False
        work.history_verified = lambda case: False

    @classmethod
    def begun(cls, work: Workplace, rounds: Rounds) -> Replay | None:
        """Return the replay that this record is in, or None."""
        return cls(work, rounds) if rounds.record.arrivals.tables.mark(REPLAYING) else None

    def progress(self) -> Replaying:
        """Return how many events are here of how many, then how many of them were checked."""
        if self._checking:
            history = self._work.history
            return Replaying(checking=True, done=min(history.verified, history.total), total=history.total)
        marks = self._rounds.record.marks()
        return Replaying(checking=False, done=marks.n, total=max(marks.n, marks.shown.size if marks.shown else 0))

    def round_ended(self) -> None:
        """Hear that everything the hub has was read: begin to check it, unless events are known to be missing."""
        if self._checking or self._rounds.record.missing():
            return
        self._checking = True
        store = self._work.store
        # Checked anew from the first event, behind the work: what came was checked line by line as it came, and a
        # release rests on the whole.
        self._work.history = HistoryCheck(store.connection, store.workstation, store.public_key)

    def is_over(self) -> bool:
        """Say whether all of it is here and was found as it was written; then releases are open."""
        history = self._work.history
        if not self._checking or not history.over or history.first_bad is not None:
            return False
        with self._work.store.writing():
            self._rounds.record.arrivals.tables.set_mark(REPLAYING, "")
        self._work.history_verified = history.verifies
        return True
