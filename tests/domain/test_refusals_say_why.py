"""A refusal by a clock or a gate says in one sentence why, with the figure and where it is written."""

from __future__ import annotations

import re

import pytest

from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.readiness import _CLOCK_REFUSAL
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ClockState, EventName, Fact
from coordinator_app.ui.reason_texts import reason_text
from tests.domain.clock_site import Day, profile_with

STORED = 'starts = "received"\nends = "stored"\nscope = "bag"\nblocks = ["bedside"]\n'
AT_MOST = f'kind = "at_most"\n{STORED}limit = "2h 30min"'
AT_LEAST = f'kind = "at_least"\n{STORED}limit = "45min"'
BETWEEN = f'kind = "between"\n{STORED}earliest = "1h"\nlatest = "2h"'
MIDNIGHTS = f'kind = "at_most"\n{STORED}limit = "1 calendar days"'
UNTIL = f'kind = "until"\n{STORED}deadline = "expires_at"'
NO_PAUSES = f'kind = "at_most"\n{STORED}limit = "2h 30min"\ncounts_pauses = false'

HELD = [
    # clock, received at minute 0, stored at, read at, state, what the sentence must say
    (AT_MOST, None, 200, ClockState.OVERDUE, "the time ended at 15:30 CET", "within 2 h 30 min of receipt"),
    (AT_MOST, 160, 200, ClockState.MISSED, "not kept", "within 2 h 30 min of receipt"),
    (NO_PAUSES, None, 200, ClockState.OVERDUE, "15:30 CET", "within 2 h 30 min of receipt"),
    (AT_LEAST, None, 10, ClockState.EARLY, "too early, allowed from 13:45 CET", "at least 45 min after receipt"),
    (AT_LEAST, 20, 60, ClockState.MISSED, "not kept", "at least 45 min after receipt"),
    (BETWEEN, None, 10, ClockState.EARLY, "allowed from 14:00 CET", "from 1 h to 2 h after receipt"),
    (BETWEEN, None, 130, ClockState.OVERDUE, "the time ended at 15:00 CET", "from 1 h to 2 h after receipt"),
    (BETWEEN, 30, 130, ClockState.MISSED, "not kept", "from 1 h to 2 h after receipt"),
    (MIDNIGHTS, None, 800, ClockState.OVERDUE, "00:00 CET", "within 1 local midnight of receipt"),
    (UNTIL, None, 200, ClockState.OVERDUE, "the time ended at 14:00 CET", "no later than the instant stated at receipt"),
]  # fmt: skip


def said_by(reading: ClockReading, source: str) -> str:
    """Return the sentence on the refusal page that this clock brings about."""
    reason = _CLOCK_REFUSAL[reading.state]
    return reason_text(reason, {"about": reading.why, "source": source, "wall": "HERON"}).sentence


def day_with(stored: float | None) -> Day:
    day = Day()
    day.happens("received", 0, expires_at="2025-03-28T13:00:00Z")
    if stored is not None:
        day.happens("stored", stored)
    return day


@pytest.mark.parametrize(("clock", "stored", "now", "state", "instant", "figure"), HELD)
def test_each_kind_of_clock_says_its_figure_its_instant_and_its_source(
    clock: str, stored: float | None, now: float, state: ClockState, instant: str, figure: str
) -> None:
    reading = day_with(stored).reads_one(profile_with(clock), now)
    assert (reading.state, reading.blocks) == (state, ("bedside",))
    sentence = said_by(reading, "section 1")
    assert instant in sentence
    assert figure in sentence
    assert sentence.count("section 1") == 1
    assert sentence.startswith("The program cannot confirm")
    assert not re.search(r"[a-z]_[a-z]", sentence.replace("(expires_at)", "")), sentence


def test_an_uncertain_clock_says_what_would_settle_it() -> None:
    day = Day(anchored_ms=None)
    day.happens("received", 0)
    day.beats(10)
    day.reboots(20)
    reading = day.reads_one(profile_with(AT_MOST), 60)
    assert reading.state is ClockState.UNCERTAIN
    sentence = said_by(reading, "section 1")
    for piece in ("within 2 h 30 min of receipt", "section 1", "hub", "two people reading an independent clock"):
        assert piece in sentence


def test_a_stamp_that_nobody_recorded_says_so() -> None:
    day = Day()
    day.happens("received", 0)
    reading = day.reads_one(profile_with(UNTIL), 5)
    assert reading.state is ClockState.UNCERTAIN
    assert "record it from the label or certificate" in said_by(reading, "section 1")


NARROWED = [f"{narrowing}{event}" for event in EventName for narrowing in ("", "previous.", "cultured.")]


@pytest.mark.parametrize("requires", [*(fact.value for fact in Fact), *NARROWED])
def test_a_gate_says_what_the_trial_asks_for_and_where_it_is_written(requires: str) -> None:
    for reason in (Refusal.CERTIFICATE_MISSING, Refusal.ORDER_MISSING, Refusal.GATE_CLOSED):
        sentence = reason_text(reason, {"about": requires, "source": "section 5.4", "wall": "HERON"}).sentence
        assert requires not in sentence
        assert "section 5.4" in sentence
        assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", sentence.replace("5.4", "")), sentence
    if requires.startswith("cultured."):
        assert "of cultured" in sentence
    if requires.startswith("previous."):
        assert "of the one before" in sentence
