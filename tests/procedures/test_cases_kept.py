"""Cases are kept as long as they are asked for or need somebody; what came from elsewhere is read anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.domain import events as e
from coordinator_app.procedures import cases_kept
from coordinator_app.procedures.cases_kept import CasesKept
from coordinator_app.procedures.workplace import Workplace


def test_only_the_cases_asked_for_last_are_kept(site: Demonstration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases_kept, "AT_MOST", 2)
    kept = CasesKept(site.bench.work.store)
    c1, c2, c3 = (site.id(name) for name in ("c1", "c2", "c3"))
    first = kept.case(c1)
    kept.case(c2)
    assert kept.case(c1) is first
    kept.case(c3)
    assert kept.case(c1) is first
    assert len(kept._kept) == 2
    site.bench.work.store.fold = site.bench.work.case


def test_events_that_came_from_elsewhere_are_seen_once_somebody_was_told(site: Demonstration) -> None:
    work, c1 = site.bench.work, site.id("c1")
    before = work.case(c1)
    with work.store.writing() as writing:
        writing.append(e.ConditioningStarted(case=c1), subject=c1)
    assert work.case(c1) is before
    work.kept.came((c1,))
    assert len(work.case(c1).recorded) == len(before.recorded) + 1
    assert c1 in work.kept.touched


def test_a_case_leaves_the_watch_only_when_its_longest_clock_could_have_ended(site: Demonstration) -> None:
    kept, now = site.bench.work.kept, site.clock.moment().at
    everyone = {case.case for case in kept.needing(now, timedelta(days=28))}
    assert everyone == {site.id(f"c{number}") for number in range(1, 7)}


def test_what_was_found_in_the_sites_record_is_found_again_once_that_record_changes(site: Demonstration) -> None:
    work, asked = site.bench.work, []

    def places(work: Workplace) -> int:
        asked.append(len(work.site.places))
        return asked[-1]

    before = [work.of_site(places), work.of_site(places)]
    assert len(asked) == 1
    admitted = e.WorkstationAdmitted(workstation="workstation:" + "7" * 32, place="Ward 9", public_key="00" * 32)
    work.record(admitted, subject=admitted.workstation)
    assert work.of_site(places) == before[0] + 1
    work.roll_back(RuntimeError("thought better of it"))
    assert work.of_site(places) == before[0]
    with work.store.writing() as writing:
        came = writing.append(admitted, subject=admitted.workstation)
    work.came((came,))
    assert work.of_site(places) == before[0] + 1
