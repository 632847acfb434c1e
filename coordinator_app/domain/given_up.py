"""Clocks that nobody waits for: what they run for was destroyed or sent back, and the record says so.

What ends a clock is in the profile alone (`formats.md` §2), so its state and `coordinator clocks` stay as they are: an
overdue thaw stays overdue in the record. But no act can end it any more, and an alarm that nothing can end teaches
people not to hear alarms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coordinator_app.domain.case_gates import EVENT_NAMES
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.profile_parts import ClockRule

NEVER_GIVEN = ("BagDestroyed", "BagReturned")


def is_given_up(case: CaseRecord, rule: ClockRule, scope: Mapping[str, str], units: Collection[UnitRecord]) -> bool:
    """Tell whether everything this clock runs for was destroyed or sent back; `units` are those its scope can mean.

    Of a dose that was prepared the dose decides; else the units with which the clock started. A clock of the whole case
    is given up when no product of it is left to give. In doubt it is not.
    """
    if "shipment" in scope:
        shipped = [each for each in case.shipments.values() if each.shown == scope["shipment"]]
        return _all_gone([case.units[unit] for each in shipped for unit in each.units if unit in case.units])
    if not scope:
        product = case.product_units()
        return all(unit.used for unit in product) and any(unit.has(*NEVER_GIVEN) for unit in product)
    doses = [unit for unit in units if unit.prepared]
    if doses:
        return _all_gone(doses)
    starts = [type for type, name in EVENT_NAMES.items() if name == rule.starts.event]
    return _all_gone([unit for unit in units if unit.has(*starts)] or list(units))


def _all_gone(units: Collection[UnitRecord]) -> bool:
    return bool(units) and all(unit.has(*NEVER_GIVEN) for unit in units)
