"""What stands around a page is put together once a second, and at once when something it rests on was recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Input, Ticked
from coordinator_app.domain.screens import Answer, Frame
from coordinator_app.procedures import bench as bench_module
from coordinator_app.procedures.around_page import AtTheBench, around_page
from coordinator_app.procedures.backups import Backups
from coordinator_app.procedures.lookout import Lookout
from coordinator_app.procedures.scanner_setup import ScannerSetup
from coordinator_app.procedures.workplace import Workplace


class Compared:
    """Puts every frame together anew as well, and compares; counts how often the one from before was given again."""

    def __init__(self) -> None:
        self.frames = self.given_again = 0

    def __call__(
        self, work: Workplace, at: AtTheBench, lookout: Lookout, setup: ScannerSetup, backups: Backups
    ) -> Frame:
        before = lookout.around
        given = around_page(work, at, lookout, setup, backups)
        kept, lookout.around = lookout.around, None
        assert around_page(work, at, lookout, setup, backups) == given
        lookout.around = kept
        self.frames += 1
        self.given_again += kept is before
        return given


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Compared:
    made = Compared()
    monkeypatch.setattr(bench_module, "around_page", made)
    return made


def test_from_the_store_to_the_bedside_every_frame_is_what_it_would_be_if_put_together_anew(
    site: Demonstration, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the desk, every act comes after that second's look; a clock runs out and its alarm is answered."""
    acts = site.bench.take

    def after_a_look(received: Input) -> Answer:
        acts(Ticked())
        return acts(received)

    monkeypatch.setattr(site.bench, "take", after_a_look)
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.waits(hours=3)
    site.does(Ticked())
    assert site.answer.frame.alarms
    site.presses("park")
    site.presses(f"answer:{site.answer.frame.alarms[0].id}")
    site.fills_in(comment="seen")
    site.locks()
    site.signs_in("nurse_b")
    site.signs_out()
    assert compared.given_again > compared.frames // 4
    assert compared.frames > 40


def test_an_alarm_and_a_finding_are_shown_with_the_next_answer(site: Demonstration) -> None:
    """Also between two looks: what was recorded counts at once, and what was given up does not."""
    site.signs_in("nurse_a")
    work = site.bench.work

    def alarms(received: Input) -> set[str]:
        answer: Answer = site.bench.take(received)
        return {each.id for each in answer.frame.alarms}

    before = alarms(Ticked())
    raised = e.AlarmRaised(case=site.id("c1"), alarm="alarm:9", level="high", clock="thaw", scope="HERON")
    work.record(raised, subject=site.id("c1"))
    work.roll_back(RuntimeError("thought better of it"))
    assert site.bench.first().frame.alarms == site.bench.first().frame.alarms
    assert {each.id for each in site.bench.first().frame.alarms} == before
    work.record(raised, subject=site.id("c1"))
    work.commit()
    assert {each.id for each in site.bench.first().frame.alarms} == before | {"alarm:9"}
    with work.store.writing() as writing:
        came = writing.append(e.AlarmResolved(case=site.id("c1"), alarm="alarm:9"), subject=site.id("c1"))
    work.came((came,))
    assert {each.id for each in site.bench.first().frame.alarms} == before
    found = e.RecordRepaired(repairs=("the second copy was written anew",))
    work.record(found, subject=work.store.site)
    work.commit()
    assert "notice.finding_repaired" in {each.code for each in site.bench.first().frame.notices}


def test_after_a_second_it_is_put_together_anew_though_nothing_was_recorded(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    first = site.bench.lookout.around
    assert first is not None
    site.clock.advance(timedelta(milliseconds=900))
    site.bench.first()
    assert site.bench.lookout.around is first
    site.clock.advance(timedelta(milliseconds=200))
    site.bench.first()
    assert site.bench.lookout.around is not first
    second = site.bench.lookout.around
    site.clock.step_wall(timedelta(hours=1))
    site.bench.first()
    assert site.bench.lookout.around is not second
