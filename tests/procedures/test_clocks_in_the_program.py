"""The clocks in the running program: late entries, readings of a clock, heartbeats, alarms, a newer profile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused, same_clock

from coordinator_app.demo.site import build_demo
from coordinator_app.domain import events as e
from coordinator_app.domain.clocks import ClockHistory, ClockReading, ClockSample, read_clocks
from coordinator_app.domain.inputs import Locked, Pressed, SignedOut, Ticked
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, FormPage, ListPage, ProfilePage, SignInPage, VerdictPage, WallPage
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures import clockwork
from coordinator_app.procedures.found_site import offer_profile
from coordinator_app.procedures.pulse import take_hub_time
from coordinator_app.resource_files import resource_path
from coordinator_app.store.moment import Moment, ScriptedClock

BERLIN = ZoneInfo("Europe/Berlin")


def thaw_to_end(site: Demonstration, case: str = "c1") -> ClockReading:
    """Return the clock from the end of thaw to the end of the infusion."""
    return next(each for each in site.readings(case) if each.clock == "thaw-to-end" and each.scope)


def clock_text(site: Demonstration, ago: timedelta = timedelta()) -> dict[str, str]:
    """Return date and time as somebody at the site reads them, so long ago."""
    at = (site.clock.moment().at - ago).astimezone(BERLIN)
    return {"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}"}


def starts_late_entry(site: Demonstration, event: str, ago: timedelta, reason: str = "paper") -> None:
    """Enter afterwards what happened to bag 1 of the first case."""
    site.opens(site.id("c1"))
    site.presses("late_entry")
    unit = site.unit(site.id("c1"), 1).unit
    site.tries_fill(event=event, unit=unit, reason=reason, **clock_text(site, ago))


def runs_out(site: Demonstration) -> None:
    """Start an infusion and come back to the program after its time."""
    site.thawed_at_the_bedside("c1", "u1")
    site.starts_infusion("c1", "u1")
    site.waits(hours=3)
    site.does(Ticked())
    assert thaw_to_end(site).state is ClockState.OVERDUE


# Late entries -----------------------------------------------------------------------------------------------------


def test_an_end_entered_late_keeps_its_clock_once_two_people_have_signed(site: Demonstration) -> None:
    runs_out(site)
    starts_late_entry(site, "administration_completed", timedelta(hours=2))
    page = site.answer.page
    assert isinstance(page, ListPage)
    assert [cell.code for cell in page.rows[0].cells[1:]] == ["clock.state.overdue", "clock.state.met"]  # type: ignore[union-attr]
    site.presses("sign_by_two")
    site.signs()
    site.shows_badge_and_pin("nurse_b")
    reading = thaw_to_end(site)
    assert (reading.state, reading.entered_late, reading.blocks) == (ClockState.MET, True, ())
    made = site.events("AdministrationCompleted")[-1]
    signatures = [each for each in site.events("RecordSigned") if made.id in each.refs]
    assert len({each.actor for each in signatures}) == 2
    assert all(each.signed_by_person for each in signatures)
    assert made.late_reason == "paper"
    case = site.opens(site.id("c1")).page
    assert isinstance(case, CasePage)
    assert next(line for line in case.record if line.say.code == "event.AdministrationCompleted").late
    site.confirms_nothing_wrong()


def test_an_end_entered_late_by_one_person_is_on_record_and_the_clock_stays_not_kept(site: Demonstration) -> None:
    runs_out(site)
    starts_late_entry(site, "administration_completed", timedelta(hours=2))
    site.presses("record_alone")
    assert len(site.events("AdministrationCompleted")) == 1
    reading = thaw_to_end(site)
    assert reading.state is ClockState.MISSED
    assert "second person has not signed" in reading.why
    # The same entry once more, signed by two, settles it.
    starts_late_entry(site, "administration_completed", timedelta(hours=2))
    site.presses("sign_by_two")
    site.signs()
    site.shows_badge_and_pin("nurse_b")
    assert thaw_to_end(site).state is ClockState.MET


def test_the_second_signature_is_another_persons(site: Demonstration) -> None:
    runs_out(site)
    starts_late_entry(site, "administration_completed", timedelta(hours=2))
    site.presses("sign_by_two")
    site.signs()
    site.tries_badge_and_pin("nurse_a")
    assert site.answer.reason is Refusal.SAME_PERSON_TWICE
    assert not site.events("AdministrationCompleted")


def test_a_late_start_makes_the_deadline_earlier_and_needs_nobody_else(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    before = thaw_to_end(site).deadline
    site.signs_in("cell_laboratory_a")
    starts_late_entry(site, "thaw_completed", timedelta(minutes=40), "typed_wrong")
    after = thaw_to_end(site).deadline
    assert before is not None
    assert after is not None
    assert after < before
    assert not isinstance(site.answer.page, ListPage)


def test_a_correction_that_lengthens_a_clock_counts_only_when_two_have_signed(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.waits(minutes=30)
    before = thaw_to_end(site).deadline
    site.signs_in("cell_laboratory_a")
    starts_late_entry(site, "thaw_completed", timedelta(minutes=5), "typed_wrong")
    site.presses("record_alone")
    assert thaw_to_end(site).deadline == before
    starts_late_entry(site, "thaw_completed", timedelta(minutes=5), "typed_wrong")
    site.presses("sign_by_two")
    site.signs()
    site.shows_badge_and_pin("cell_laboratory_b")
    after = thaw_to_end(site).deadline
    assert before is not None
    assert after is not None
    assert after >= before


def test_what_no_identity_check_stands_behind_is_refused_with_the_way_to_go(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    starts_late_entry(site, "thaw_started", timedelta(minutes=5))
    page = site.answer.page
    assert isinstance(page, FormPage)
    assert page.note is not None
    assert page.note.code == "late.no_check"
    assert site.last_refusal().reason == "IDENTITY_CHECK_NEEDED"
    assert not site.events("ThawStarted")


@pytest.mark.parametrize(("ago", "code"), [(timedelta(hours=-1), "late.in_future")])
def test_what_is_still_to_come_is_not_entered(site: Demonstration, ago: timedelta, code: str) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.signs_in("cell_laboratory_a")
    starts_late_entry(site, "thaw_completed", ago)
    page = site.answer.page
    assert isinstance(page, FormPage)
    assert page.note is not None
    assert page.note.code == code


@pytest.mark.parametrize(
    ("utc_now", "meant"),
    [("00:52", "00:40"), ("01:35", "00:40"), ("01:52", "01:40")],
    ids=["in the first of the two hours", "in the second, before it comes again", "after it came twice"],
)
def test_an_end_in_the_hour_that_comes_twice_is_the_later_one_that_is_not_still_to_come(
    tmp_path: Path, utc_now: str, meant: str
) -> None:
    night = datetime(2026, 10, 25, tzinfo=UTC)
    site = Demonstration(tmp_path, same_clock(build_demo(tmp_path, night).moment()))
    site.thawed_at_the_bedside("c1", "u1")
    site.starts_infusion("c1", "u1")
    assert site.clock.moment().at < night + timedelta(minutes=35)
    site.clock.advance(night + clock_of(utc_now) - site.clock.moment().at)
    site.opens(site.id("c1"))
    site.presses("late_entry")
    unit = site.unit(site.id("c1"), 1).unit
    site.tries_fill(event="administration_completed", unit=unit, date="2026-10-25", time="02:40", reason="program_away")
    entered = site.events("AdministrationCompleted")[-1]
    assert entered.happened_at == night + clock_of(meant)
    site.closes()


def clock_of(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


# Reading a clock --------------------------------------------------------------------------------------------------


@pytest.fixture
def free(built: tuple[Path, Moment], tmp_path: Path) -> Iterator[Demonstration]:
    """The demonstration site on a workstation whose wall clock nobody vouches for."""
    import shutil

    folder = tmp_path / "free"
    shutil.copytree(built[0], folder)
    was = built[1]
    opened = Demonstration(folder, ScriptedClock(was.at, was.zone, was.boot, was.boot_ns, "free"))
    opened.waits(minutes=1)
    yield opened
    opened.closes()


def reads_clock(
    site: Demonstration,
    off: timedelta = timedelta(),
    second_off: timedelta | None = None,
    by: str = "cell_laboratory_b",
) -> None:
    """Let two people read a clock that is so much behind this workstation's."""
    site.presses("read_clock")
    site.tries_fill(**clock_text(site, off))
    site.shows_badge_and_pin(by)
    form = site.answer.page
    assert isinstance(form, FormPage)
    assert not any(field.value for field in form.fields)
    site.tries_fill(**clock_text(site, off if second_off is None else second_off))


def test_two_readings_before_and_after_a_restart_make_the_time_certain(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    free.signs_in("cell_laboratory_a")
    page = free.opens(free.id("c1")).page
    assert isinstance(page, CasePage)
    assert "read_clock" in {action.id for action in page.actions}
    assert "notice.clock_free" in {notice.code for notice in free.answer.frame.notices}
    reads_clock(free)
    assert "notice.clock_free" not in {notice.code for notice in free.does(Ticked()).frame.notices}
    free.clock.advance(timedelta(minutes=20))
    free.restarts(reboot=True)
    # The wall clock comes up years behind.
    free.clock.step_wall(timedelta(days=-2500))
    assert thaw_to_end(free).state is ClockState.UNCERTAIN
    free.signs_in("cell_laboratory_a")
    free.opens("clocks")
    assert isinstance(free.answer.page, WallPage)
    assert free.answer.page.actions
    reads_clock(free, timedelta(days=-2500))
    reading = thaw_to_end(free)
    assert reading.state is ClockState.RUNNING
    spent = timedelta(milliseconds=reading.elapsed_hi_ms - reading.elapsed_lo_ms)
    assert spent < timedelta(minutes=6)
    thawed = free.events("ThawCompleted")[-1]
    # The scripted machine begins its new boot with a second on its boot clock.
    booting = timedelta(seconds=1)
    truth = (free.clock.moment().at + timedelta(days=2500) + booting - thawed.at) / timedelta(milliseconds=1)
    assert reading.elapsed_lo_ms <= truth <= reading.elapsed_hi_ms


def uncertain_at_the_bedside(site: Demonstration) -> None:
    """Thaw a bag on a clock that two people vouched for, and come back after a reboot with a wall clock years behind."""
    site.thawed_at_the_bedside("c1", "u1")
    site.signs_in("cell_laboratory_a")
    site.opens(site.id("c1"))
    reads_clock(site)
    site.restarts(reboot=True)
    site.clock.step_wall(timedelta(days=-2500))
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    refused(site.tries_scan(site.code("u1")), Refusal.CLOCK_UNCERTAIN)


def test_a_check_refused_for_an_uncertain_clock_is_settled_from_the_refusal_itself(free: Demonstration) -> None:
    uncertain_at_the_bedside(free)
    page = free.answer.page
    assert isinstance(page, VerdictPage)
    assert [action.id for action in page.actions if action.key == "F5"] == ["read_clock"]
    assert "two people reading an independent clock" in page.sentence.values["about"]
    assert page.sentence.values["source"] == "section 2.2"
    reads_clock(free, timedelta(days=-2500), by="nurse_b")
    assert thaw_to_end(free).state is ClockState.RUNNING
    free.signs_in("nurse_a")
    free.begins("bedside", free.id("c1"))
    free.reads_wristband_and_hears(free.patient("p1"))
    free.scans(free.code("u1"))


def test_a_refusal_for_another_reason_offers_no_reading_of_a_clock(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.waits(hours=3)
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    refused(site.tries_scan(site.code("u1")), Refusal.CLOCK_OVERDUE)
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert "read_clock" not in {action.id for action in page.actions}


def test_a_reading_never_makes_a_clock_of_this_boot_less_certain(free: Demonstration) -> None:
    free.restarts(reboot=True)
    free.thawed_at_the_bedside("c1", "u1")
    free.signs_in("cell_laboratory_a")
    before = thaw_to_end(free)
    free.opens(free.id("c1"))
    # The wall clock turns out to be seven hours behind.
    reads_clock(free, timedelta(hours=-7))
    after = thaw_to_end(free)
    assert after.state is before.state is ClockState.RUNNING
    assert after.elapsed_hi_ms - after.elapsed_lo_ms <= 1_500


def test_readings_that_lie_more_than_a_minute_apart_are_refused(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    free.signs_in("cell_laboratory_a")
    free.opens(free.id("c1"))
    reads_clock(free, timedelta(), timedelta(minutes=3))
    refused(free.answer, Refusal.ENTRIES_DIFFER)
    assert not free.events("ClockRead")


def test_one_person_cannot_read_the_clock_twice(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    free.signs_in("cell_laboratory_a")
    free.opens(free.id("c1"))
    free.presses("read_clock")
    free.fills_in(**clock_text(free))
    free.tries_badge_and_pin("cell_laboratory_a")
    assert free.answer.reason is Refusal.SAME_PERSON_TWICE
    assert isinstance(free.answer.page, SignInPage)


def test_an_old_answer_is_read_again(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    free.signs_in("cell_laboratory_a")
    free.opens(free.id("c1"))
    free.presses("read_clock")
    old = clock_text(free)
    free.waits(minutes=5)
    free.tries_fill(**old)
    page = free.answer.page
    assert isinstance(page, FormPage)
    assert page.note is not None
    assert page.note.code == "clock_read.too_slow"


def test_the_hub_settles_it_without_anybody(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    work = free.bench.work
    take_hub_time(work, free.clock.moment().at, 200)
    work.commit()
    assert free.clock.moment().clock == "anchored"
    free.clock.advance(timedelta(minutes=20))
    free.restarts(reboot=True)
    free.clock.step_wall(timedelta(days=-2500))
    take_hub_time(free.bench.work, free.clock.moment().at + timedelta(days=2500), 200)
    free.bench.work.commit()
    assert thaw_to_end(free).state is ClockState.RUNNING
    take_hub_time(free.bench.work, free.clock.moment().at + timedelta(days=2500), 200)
    free.bench.work.commit()
    assert len(free.events("ClockRead")) == 1


# Heartbeats, steps, sleep -----------------------------------------------------------------------------------------


def test_a_heartbeat_is_written_every_half_minute_and_at_lock_and_quit(site: Demonstration) -> None:
    store = site.bench.work.store
    before = len(store.heartbeats())
    for _ in range(90):
        site.tries(Ticked(), timedelta(seconds=1))
    assert len(store.heartbeats()) - before == 3
    site.signs_in("nurse_a")
    site.does(Locked("idle"))
    assert store.heartbeats()[-1].at == site.clock.moment().at
    site.signed_in = ""
    site.waits(seconds=7)
    quit_at = site.clock.moment().at
    site.restarts()
    assert quit_at in {beat.at for beat in site.bench.work.store.heartbeats()}


def test_after_a_restart_the_least_that_passed_is_known_from_the_heartbeats(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    for _ in range(20):
        free.tries(Ticked(), timedelta(minutes=1))
    free.restarts(reboot=True)
    reading = thaw_to_end(free)
    assert reading.elapsed_lo_ms >= 20 * 60_000 - 30_000
    assert reading.state is ClockState.UNCERTAIN


def test_a_clock_that_was_set_is_recorded_and_told_and_moves_no_deadline(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    free.does(Ticked())
    left = thaw_to_end(free).remaining_ms
    free.clock.step_wall(timedelta(hours=-1))
    answer = free.tries(Ticked(), timedelta(seconds=1))
    stepped = free.events("ClockStepped")[-1].body
    assert isinstance(stepped, e.ClockStepped)
    assert stepped.step_ms == -3_600_000
    assert "notice.clock_set_back" in {notice.code for notice in answer.frame.notices}
    now = thaw_to_end(free).remaining_ms
    assert left is not None
    assert now is not None
    assert abs(left - now) < 3_000


def test_a_sleep_is_recorded(site: Demonstration) -> None:
    site.does(Locked("suspend", slept_ms=600_000))
    slept = site.events("SleepNoticed")[-1].body
    assert slept == e.SleepNoticed(slept_ms=600_000)


def test_a_second_reads_each_running_clock_once_and_the_page_shows_that_reading(
    site: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.locks()
    site.does(Ticked())
    read: list[str] = []

    def counted(profile: Profile, history: ClockHistory, now: ClockSample) -> tuple[ClockReading, ...]:
        read.append(now.boot)
        return read_clocks(profile, history, now)

    monkeypatch.setattr(clockwork, "read_clocks", counted)
    page = site.does(Ticked()).page
    assert isinstance(page, SignInPage)
    assert len(read) == len({clock.case for clock in page.clocks}) > 0
    assert {clock.read_at_ns for clock in page.clocks} == {site.clock.moment().boot_ns}


# Alarms -----------------------------------------------------------------------------------------------------------


def test_an_alarm_climbs_with_the_warnings_of_the_profile(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    deadline = thaw_to_end(site).deadline
    assert deadline is not None
    levels = []
    for left in (timedelta(minutes=31), timedelta(minutes=29), timedelta(minutes=9), timedelta(seconds=-5)):
        site.clock.advance(deadline - left - site.clock.moment().at)
        alarms = site.tries(Ticked(), timedelta()).frame.alarms
        levels.append([alarm.level for alarm in alarms])
    assert levels == [[], ["low"], ["medium"], ["high"]]


def test_answered_is_not_resolved_and_survives_a_restart(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.waits(hours=2, minutes=10)
    (alarm,) = site.does(Ticked()).frame.alarms
    site.presses(f"answer:{alarm.id}")
    site.fills_in(comment="physician is on the way")
    assert site.does(Ticked()).frame.alarms[0].acknowledged_by is not None
    site.restarts()
    (again,) = site.does(Ticked()).frame.alarms
    assert (again.id, again.acknowledged_by is not None) == (alarm.id, True)
    assert len(site.events("AlarmRaised")) == 1


def test_a_locked_screen_still_alarms_and_names_nobody(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.waits(hours=4)
    site.does(Ticked())
    site.locks()
    answer = site.does(Ticked())
    assert [alarm.level for alarm in answer.frame.alarms] == ["high"]
    patient = site.patient("p1")
    said = repr(answer).casefold()
    for name in (patient["family"], patient["given"], patient["born"], patient["record_number"]):
        assert name.casefold() not in said


def test_an_alarm_whose_reason_comes_back_is_raised_again(free: Demonstration) -> None:
    free.thawed_at_the_bedside("c1", "u1")
    deadline = thaw_to_end(free).deadline
    assert deadline is not None
    free.waits(hours=2, minutes=5)
    free.does(Ticked())
    first = {alarm.id for alarm in free.answer.frame.alarms}
    assert first
    free.signs_in("nurse_a")
    free.opens(free.id("c1"))
    work = free.bench.work
    case = work.case(free.id("c1"))
    for alarm in first:
        work.record(e.AlarmResolved(case=case.case, alarm=alarm), subject=case.case)
    work.commit()
    again = {alarm.id for alarm in free.does(Ticked()).frame.alarms}
    assert again
    assert not again & first


# A newer profile --------------------------------------------------------------------------------------------------


def offers_version_4(site: Demonstration, limit: str) -> str:
    """Offer and approve the next version of the trial's profile, with another limit from thaw to end."""
    text = (resource_path("profiles") / "auto-cart-cryo.toml").read_text(encoding="utf-8")
    text = text.replace("version = 3", "version = 4").replace('limit = "2h 30min"', f'limit = "{limit}"')
    work = site.bench.work
    sha256 = offer_profile(work, text, None)
    work.commit()
    site.signs_in("coordinator_a")
    site.opens(f"profile:{sha256}")
    page = site.answer.page
    assert isinstance(page, ProfilePage)
    assert page.day
    site.presses(f"approve_profile:{sha256}")
    for name in ("pharmacist_a", "quality_a"):
        seen = site.answer.page
        assert isinstance(seen, ProfilePage)
        assert any("Infusion must be complete" in line for _, lines in seen.sections for line in lines)
        site.presses("sign_profile")
        site.shows_badge_and_pin(name)
    assert work.site.profiles[sha256].approved
    return sha256


def test_a_case_keeps_its_profile_until_a_signed_decision_moves_it(site: Demonstration) -> None:
    before = site.case(site.id("c1")).profile_sha256
    sha256 = offers_version_4(site, "2h")
    assert site.case(site.id("c1")).profile_sha256 == before
    site.opens(site.id("c1"))
    site.presses("move_profile")
    site.fills_in(version=sha256, reason="amendment 2")
    site.signs()
    case = site.case(site.id("c1"))
    assert (case.profile_sha256, case.profile_version) == (sha256, 4)
    moved = site.events("ProfileMoved")[-1]
    assert any(moved.id in each.refs and each.signed_by_person for each in site.events("RecordSigned"))
    site.restarts()
    assert site.case(site.id("c1")).profile_sha256 == sha256


def test_moving_a_case_so_that_a_running_clock_gets_longer_takes_two_signatures(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    sha256 = offers_version_4(site, "5h")
    before = thaw_to_end(site).deadline
    site.opens(site.id("c1"))
    site.presses("move_profile")
    site.fills_in(version=sha256, reason="amendment 2")
    assert isinstance(site.answer.page, ListPage)
    refused(site.tries(Pressed("record_alone")), Refusal.NOT_WHAT_WAS_ASKED)
    site.presses("sign_by_two")
    site.signs()
    assert thaw_to_end(site).deadline == before
    site.shows_badge_and_pin("pharmacist_a")
    after = thaw_to_end(site).deadline
    assert before is not None
    assert after is not None
    assert after - before == timedelta(hours=2, minutes=30)


def test_a_nurse_does_not_move_a_case(site: Demonstration) -> None:
    offers_version_4(site, "2h")
    site.does(SignedOut())
    site.signed_in = ""
    site.signs_in("nurse_a")
    site.opens(site.id("c1"))
    refused(site.tries_press("move_profile"), Refusal.NOT_ALLOWED)
