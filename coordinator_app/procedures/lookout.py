"""What is looked at as time passes: alarms, clocks that were not kept, what contradicts itself, the disk, the pulse."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.screens import AlarmShown, ClockShown, PaperMade, Say
from coordinator_app.procedures import alarms
from coordinator_app.procedures.clockwork import all_clocks
from coordinator_app.procedures.contradictions import find_contradictions
from coordinator_app.procedures.disk import DiskWatch
from coordinator_app.procedures.look_back import SLICE_S, look_back
from coordinator_app.procedures.mirror_moving import go_on_moving
from coordinator_app.procedures.paper_after_fault import SheetKept
from coordinator_app.procedures.proposals import propose_from_clocks
from coordinator_app.procedures.pulse import Pulse
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.moment import Moment


class Around(Struct, frozen=True):
    """The alarms and notices around a page as they were put together last: when, and what they rest on besides time."""

    read_at: Moment
    rests_on: tuple[object, ...]
    alarms: tuple[AlarmShown, ...]
    notices: tuple[Say, ...]


class Lookout:
    """Looks after everything that changes by itself; one look is one second's work."""

    def __init__(self, work: Workplace) -> None:
        """Begin: the clocks are read once, the rest is looked at with the first tick."""
        self._work = work
        self._looked_at = -1
        self.pulse = Pulse(work)
        self.disk = DiskWatch(work)
        self.running: tuple[ClockShown, ...] = all_clocks(work)
        """Every running clock as it was read last, the most urgent first."""
        self.around: Around | None = None
        self._kept = SheetKept(work)

    def look(self, case_in_view: str | None) -> None:
        """Look once; what is found is recorded, and the paper sheet for a fault is kept fresh."""
        self.pulse.tick()
        self.disk.watch()
        self.running = alarms.watch(self._work)
        if self._work.store.count() != self._looked_at:
            # Nothing new was recorded and no alarm began: then there is nothing new to find either.
            for case in self._to_look_at():
                if find_contradictions(self._work, self._work.case(case)):
                    for other in self._work.open_cases():
                        find_contradictions(self._work, other)
                propose_from_clocks(self._work, self._work.case(case))
            self._looked_at = self._work.store.count()
        self._kept.renew(self._running_case(case_in_view))

    def sheet(self, case_in_view: str | None) -> PaperMade:
        """After a fault: the paper sheet of the running case, without recording anything."""
        return self._kept.made(self._running_case(case_in_view))

    def look_back(self) -> bool:
        """Verify a little more of the earlier record and move its second copy on; tells whether some is left."""
        try:
            left = look_back(self._work, SLICE_S)
            left = go_on_moving(self._work, SLICE_S) or left
            self._work.commit()
        except BaseException as fault:
            self._work.roll_back(fault)
            raise
        return left

    def _to_look_at(self) -> list[str]:
        """Return the cases in which something may be new: all open ones after a start, then those with new events."""
        kept = self._work.kept
        found = {case.case for case in self._work.open_cases()} if self._looked_at < 0 else set(kept.touched)
        kept.touched.clear()
        return sorted(found)

    def _running_case(self, case_in_view: str | None) -> str:
        """Return the case in view, else the one whose clock is the most urgent; empty when none is running."""
        return case_in_view or next((clock.case for clock in self.running), "")
