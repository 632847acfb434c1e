"""What the program proposes as a deviation: each kind waits for a named person, and none closes without one."""

from __future__ import annotations

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.domain import events as e
from coordinator_app.domain.deviation import DeviationRecord
from coordinator_app.domain.inputs import Ticked


def _proposed(site: Demonstration, case: str, kind: str) -> DeviationRecord:
    (found,) = (each for each in site.case(site.id(case)).deviations.values() if each.kind == kind)
    assert found.proposed
    assert found.waits_for_judgement
    return found


def _stopped(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    site.presses("stop_now")


def _excursion(site: Demonstration) -> None:
    site.c3_received()
    site.signs_in("pharmacist_a")
    site.begins("review-logger", site.id("c3"))
    site.scans(site.listing["shipments"]["s1"]["logger"])
    site.fills_in(lowest_c="-121.0", highest_c="-96.5", verdict="excursion")


def _late(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.waits(minutes=31)
    site.does(Ticked())


def _early(site: Demonstration) -> None:
    site.conditions("c1", days=2)
    site.retrieves("c1", "u1")
    site.signs_in("cell_laboratory_a")
    site.begins("thaw", site.id("c1"))
    site.tries_scan(site.code("u1"))
    site.authorises_exception()
    site.thaws("c1", "u1")
    site.carries("c1", "u1")
    site.starts_infusion("c1", "u1")
    site.does(Ticked())


def _mismatch(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.tries_scan(site.patient("p5")["wristband"])


def _override(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.waits(minutes=31)
    site.signs_in("cell_laboratory_a")
    site.begins("thaw", site.id("c1"))
    site.tries_scan(site.code("u1"))
    site.authorises_exception()


@pytest.mark.parametrize(
    ("way", "case", "kind"),
    [(_stopped, "c1", "stopped"), (_excursion, "c3", "excursion"), (_late, "c1", "late"),
     (_mismatch, "c1", "mismatch"), (_override, "c1", "exception"), (_early, "c1", "early")],
    ids=["infusion stopped", "excursion", "late", "mismatch", "override path used", "early"],
)  # fmt: skip
def test_the_program_proposes_it_and_a_named_person_has_to_judge(
    site: Demonstration, way: object, case: str, kind: str
) -> None:
    assert callable(way)
    way(site)
    record = _proposed(site, case, kind)
    # Nothing but a signature of a named person closes it, however much time goes by and whatever else happens.
    site.waits(days=2)
    site.does(Ticked())
    site.restarts()
    assert _proposed(site, case, kind).deviation == record.deviation
    closing = [each for each in site.events("DeviationClosed", "DeviationAssessed")
               if isinstance(each.body, e.DeviationClosed | e.DeviationAssessed)]  # fmt: skip
    assert not [each for each in closing if each.body.deviation == record.deviation]  # type: ignore[union-attr]
