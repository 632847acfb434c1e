"""The bench of an open record, as the windows drive it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coordinator_app.domain.inputs import Input
    from coordinator_app.domain.screens import Answer, PaperMade
    from coordinator_app.procedures.backups import BackupPlan, Errand
    from coordinator_app.procedures.bench import Bench
    from coordinator_app.procedures.exchange_live import LiveExchange


class BenchOnRecord:
    """A bench together with the record it stands on: both close when the program is left."""

    def __init__(self, bench: Bench) -> None:
        """Take a bench whose record nobody else closes."""
        self._bench = bench

    def plan_backups(self, plan: BackupPlan) -> None:
        """Make backups as the settings say."""
        self._bench.backups.plan = plan

    def print_papers_at(self, printers: tuple[str, ...]) -> None:
        """Know the printers for paper of this workstation: the first prints what must not lie in a folder."""
        self._bench.work.paper_printers = printers

    def keep_reserve(self, size: int) -> None:
        """Keep so many bytes of the disk back, so that what has begun can be finished when it is full."""
        self._bench.disk.room.keep_reserve(size)

    def first(self) -> Answer:
        """Return the first screen."""
        return self._bench.first()

    def take(self, input: Input) -> Answer:
        """Take one input."""
        return self._bench.take(input)

    def paper(self) -> PaperMade:
        """Return the paper sheet of the running case."""
        return self._bench.paper()

    def errand(self) -> Errand | None:
        """Return the backup that is due now, or None."""
        return self._bench.errand()

    @property
    def live(self) -> LiveExchange:
        """The exchange with the hub while the program is open."""
        return self._bench.live

    def look_back(self) -> bool:
        """Verify a little more of the earlier record behind the work; tells whether some is left."""
        return self._bench.look_back()

    def close(self) -> None:
        """Put down everything, then close the record."""
        try:
            self._bench.close()
        finally:
            self._bench.work.store.close()
