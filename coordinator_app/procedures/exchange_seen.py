"""Writes into the record how the hub says that its log stands, so that the other workstations can hold it to that."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.exchange.ports import SeenElsewhere
from coordinator_app.procedures.exchange_rounds import Rounds

EVERY = 100
"""After so many events of a run it is written again (`reference/reliability.md` §6, anchoring)."""


class HubSeen:
    """What one run of the program wrote of it, and whether another workstation was shown another log."""

    def __init__(self, rounds: Rounds) -> None:
        """Take the rounds of the open record."""
        self._rounds = rounds
        self._written_at: int | None = None
        self.two_logs: SeenElsewhere | None = None
        """What the hub signed for another workstation and what does not fit the log that it shows here."""
        self.look()

    def write_where_due(self) -> None:
        """Write it at the first contact of this run and after every hundredth event; it goes out with the rest."""
        marks, store = self._rounds.record.marks(), self._rounds.store
        shown, here = marks.shown, self._rounds.record.stream(store.epoch)
        recorded = here.next if here is not None else 0
        if shown is None or (shown.hub_epoch, shown.size, shown.head) != (marks.hub_epoch, marks.n, marks.head):
            return  # only what was read here to its end is vouched for
        if self._written_at is not None and recorded - self._written_at < EVERY:
            return
        with store.writing() as writing:
            seen = e.HubLogSeen(hub_epoch=shown.hub_epoch, size=shown.size, head=shown.head, sig=shown.sig)
            writing.append(seen, subject=store.workstation)
        self._written_at = recorded

    def look(self) -> None:
        """Look whether a round found another log."""
        marks = self._rounds.record.marks()
        differs = marks.two_logs
        # Whoever looks after the hub settles it by beginning its log anew, or at another hub.
        self.two_logs = differs if differs is not None and differs.shown.hub_epoch == marks.hub_epoch else None
