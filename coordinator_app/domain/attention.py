"""Whether a case still needs somebody: what is not settled in it, and since when it is.

Start, worklist, wall and alarms read only cases that need somebody or were settled lately; a site keeps thousands of
others. What is said here is told by the case's events alone, so that every workstation says the same.
"""

from __future__ import annotations

from datetime import datetime

from coordinator_app.domain.case_record import CaseRecord, UnitRecord

_GONE = ("BagHandedOver", "BagShipped")


def settled_at(case: CaseRecord) -> datetime | None:
    """Return the instant of its last event when nothing in a case needs anybody any more, or None.

    Clocks are not asked: one can still run for as long as its profile says, and who asks looks back that far.
    """
    units = case.units.values()
    if not all(map(_settled, units)) or all(unit.collected for unit in units):
        return None
    if case.holds or case.discrepancies or set(case.alarms) - case.resolved:
        return None
    if any(each.open for each in case.deviations.values()):
        return None
    if any(each.outcome == "open" for each in case.checks.values()):
        return None
    if {each.job for each in case.labels.values()} - case.closed_jobs:
        return None
    # What this program does not know and must: another version of it may see something to do there.
    if any(each.body is None and each.must for each in case.recorded):
        return None
    return max(each.at for each in case.recorded)


def _settled(unit: UnitRecord) -> bool:
    """Tell whether nothing is left to do with a unit: given, returned, destroyed, or collected and on its way."""
    if unit.has("AdministrationStopped") and not unit.stop_explained:
        return False
    if unit.collected:
        return unit.used or unit.has(*_GONE)
    return unit.used
