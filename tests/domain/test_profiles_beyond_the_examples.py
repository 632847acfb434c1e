"""Trials that are not among the worked examples, each written as a profile and run through the clocks with its answer."""

from __future__ import annotations

import pytest

from coordinator_app.domain.clocks import ClockReading, clocks_that_block
from coordinator_app.domain.dry_run import dry_run
from coordinator_app.domain.profile import Profile, read_profile
from tests.domain.clock_site import NOON, Day

HOUR = 60.0
DAY = 24 * HOUR

HEAD = """[profile]
id = "BEYOND"
version = 1
title = "A trial that is not among the examples"
modality = "{modality}"
source = "manual 1.0"
[[unit]]
kind = "{kind}"
name = "product"
count = [1, 6]
[[step]]
name = "thaw"
procedure = "thaw"
check = "single"
roles = ["cell-laboratory"]
[[step]]
name = "bedside"
procedure = "administer"
check = "blind"
roles = ["nurse"]
after = ["thaw"]
"""


def trial(*clocks: str, modality: str = "autologous", kind: str = "bag") -> Profile:
    """Return the profile of a trial with these clocks."""
    text = HEAD.format(modality=modality, kind=kind) + "".join(f"\n[[clock]]\n{clock.strip()}\n" for clock in clocks)
    read = read_profile(text)
    assert isinstance(read, Profile), [str(fault) for fault in read]
    assert dry_run(read, NOON.date(), "Europe/Berlin"), "it can be shown on an example day"
    return read


def state(readings: tuple[ClockReading, ...], clock: str, **scope: str) -> str:
    """Return how one clock stands for one thing."""
    (found,) = [each for each in readings if each.clock == clock and each.scope == scope]
    return found.state.value


def blocked(readings: tuple[ClockReading, ...], step: str, **scope: str) -> list[str]:
    """Return which clocks hold a step back."""
    return sorted(each.clock for each in clocks_that_block(readings, step, scope))


SOFT = """
name = "soft"
title = "Infusion should begin"
kind = "at_most"
starts = "thaw_completed"
ends = "administration_started"
scope = "bag"
limit = "30min"
warn = ["10min"]
blocks = []
source = "section 1"
"""
HARD = (
    SOFT.replace('"soft"', '"hard"')
    .replace("should begin", "must begin")
    .replace('"30min"', '"90min"')
    .replace("blocks = []", 'blocks = ["bedside"]')
)


@pytest.mark.parametrize(
    ("minute", "soft", "hard", "held"),
    [(15, "running", "running", []), (25, "due", "running", []), (45, "overdue", "running", []),
     (85, "overdue", "due", []), (91, "overdue", "overdue", ["hard"])],
)  # fmt: skip
def test_a_soft_and_a_hard_limit_on_one_start(minute: float, soft: str, hard: str, held: list[str]) -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    readings = day.reads(trial(SOFT, HARD), minute)
    assert (state(readings, "soft", bag="1"), state(readings, "hard", bag="1")) == (soft, hard)
    assert blocked(readings, "bedside", bag="1") == held


def test_units_in_a_chain_each_within_a_window_after_the_one_before() -> None:
    chain = """
name = "next-dose"
title = "The next dose"
kind = "between"
starts = "previous.administration_completed"
ends = "administration_started"
scope = "dose"
earliest = "20h"
latest = "28h"
blocks = ["bedside"]
source = "section 2"
"""
    profile = trial(chain, kind="syringe")
    day = Day()
    for dose, begun in (("1", 0.0), ("2", 24 * HOUR)):
        day.happens("administration_started", begun, scope={"dose": dose})
        day.happens("administration_completed", begun + 30, scope={"dose": dose})
        if dose == "1":
            early = day.reads(profile, 10 * HOUR)
            assert state(early, "next-dose") == "early"
            assert blocked(early, "bedside", dose="2") == ["next-dose"]
    after = day.reads(profile, 25 * HOUR)
    assert state(after, "next-dose", dose="2") == "met"
    assert state(after, "next-dose") == "early"
    late = day.reads(profile, 24.5 * HOUR + 29 * HOUR)
    assert state(late, "next-dose") == "overdue"


def test_split_doses_of_one_product_each_with_its_own_time_and_one_for_all() -> None:
    each = """
name = "each-dose"
title = "Each dose must be given"
kind = "at_most"
starts = "prepared"
ends = "administration_completed"
scope = "dose"
limit = "4h"
source = "section 3"
"""
    all_of_them = """
name = "all-doses"
title = "All doses must be given"
kind = "at_most"
starts = "thaw_completed"
ends = "administration_completed"
scope = "case"
limit = "12h"
source = "section 3"
"""
    profile = trial(each, all_of_them, modality="donor")
    day = Day()
    for dose in ("1", "2"):
        day.happens("thaw_completed", 0, scope={"bag": "1", "dose": dose})
    day.happens("prepared", 10, scope={"dose": "1"})
    day.happens("prepared", 5 * HOUR, scope={"dose": "2"})
    day.happens("administration_completed", 60, scope={"bag": "1", "dose": "1"})
    half = day.reads(profile, 6 * HOUR)
    assert (state(half, "each-dose", dose="1"), state(half, "each-dose", dose="2")) == ("met", "running")
    assert state(half, "all-doses") == "running", "one dose of two does not end it"
    day.happens("administration_completed", 7 * HOUR, scope={"bag": "1", "dose": "2"})
    assert state(day.reads(profile, 8 * HOUR), "all-doses") == "met"


CALENDAR = """
name = "days-after-conditioning"
title = "Infusion on day 2 to 4 after conditioning"
kind = "between"
starts = "conditioning_started"
ends = "administration_started"
scope = "case"
earliest = "2 calendar days"
latest = "5 calendar days"
blocks = ["bedside"]
source = "section 4"
"""


@pytest.mark.parametrize(
    ("day_number", "hour", "expected"),
    [(28, 13, "early"), (29, 23, "early"), (30, 1, "running"), (31, 12, "running"), (1, 12, "running"),
     (2, 1, "overdue")],
)  # fmt: skip
def test_a_window_of_calendar_days_opens_and_closes_at_the_sites_midnights(
    day_number: int, hour: int, expected: str
) -> None:
    """28-Mar-2025, 13:00 in Berlin; the clocks go forward in the night to the 30th."""
    day = Day()
    day.happens("conditioning_started", 0, None)
    month = 3 if day_number > 5 else 4
    offset = 2 if (month, day_number) >= (3, 31) or ((month, day_number) == (3, 30) and hour >= 3) or month == 4 else 1
    minute = ((month - 3) * 31 + day_number - 28) * DAY + (hour - offset - 12) * HOUR
    readings = day.reads(trial(CALENDAR), minute)
    assert state(readings, "days-after-conditioning") == expected
    assert blocked(readings, "bedside") == ([] if expected == "running" else ["days-after-conditioning"])


STAMPED = """
name = "stamped"
title = "Infusion must be complete"
kind = "until"
starts = "received"
ends = "administration_completed"
scope = "bag"
deadline = "expires_at"
warn = ["2h"]
blocks = ["bedside"]
source = "section 5"
"""


def test_an_expiry_stamped_on_the_label_holds_whatever_else_is_said_later() -> None:
    profile = trial(STAMPED)
    day = Day()
    day.happens("received", 0, expires_at="2025-03-28T20:00:00Z")
    assert state(day.reads(profile, 5 * HOUR), "stamped", bag="1") == "running"
    assert state(day.reads(profile, 7 * HOUR), "stamped", bag="1") == "due"
    day.happens("accepted", 60, expires_at="2025-03-28T16:00:00Z")
    assert state(day.reads(profile, 5 * HOUR), "stamped", bag="1") == "overdue", "the earlier of two wins"
    day.happens("stored", 70, expires_at="2025-03-29T20:00:00Z")
    assert state(day.reads(profile, 5 * HOUR), "stamped", bag="1") == "overdue", "a later one lengthens nothing"


def test_the_hold_time_of_a_shipper() -> None:
    hold = """
name = "shipper"
title = "Product must be in cold store"
kind = "until"
starts = "shipment_arrived"
ends = "stored"
scope = "shipment"
deadline = "shipper_expires_at"
source = "section 6"
"""
    profile = trial(hold)
    day = Day()
    day.happens("shipment_arrived", 0, scope={"shipment": "S1"}, shipper_expires_at="2025-03-28T18:00:00Z")
    assert state(day.reads(profile, 5 * HOUR), "shipper", shipment="S1") == "running"
    assert state(day.reads(profile, 7 * HOUR), "shipper", shipment="S1") == "overdue"
    day.happens("stored", 300, scope={"bag": "1", "shipment": "S1"})
    assert state(day.reads(profile, 7 * HOUR), "shipper", shipment="S1") == "met"


def test_a_minimum_wait_holds_the_bedside_back_for_its_own_syringe_only() -> None:
    wait = """
name = "rest"
title = "Rest before the bedside"
kind = "at_least"
starts = "prepared"
scope = "syringe"
limit = "15min"
blocks = ["bedside"]
source = "section 7"
"""
    profile = trial(wait, kind="syringe")
    day = Day()
    day.happens("prepared", 0, scope={"syringe": "1"})
    assert blocked(day.reads(profile, 14.9), "bedside", syringe="1") == ["rest"]
    assert blocked(day.reads(profile, 15.1), "bedside", syringe="1") == []
    assert blocked(day.reads(profile, 14.9), "bedside", syringe="2") == []


@pytest.mark.parametrize("end", ["shipment_arrived", "received"])
def test_the_donors_window_from_collection_to_receipt_at_the_factory(end: str) -> None:
    window = f"""
name = "to-factory"
title = "Collected cells must reach the factory"
kind = "at_most"
starts = "collection_ended"
ends = "{end}"
scope = "case"
limit = "48h"
warn = ["6h"]
source = "section 8"
"""
    profile = trial(window, modality="donor")
    day = Day()
    day.happens("collection_ended", 0, scope={"bag": "A1"})
    assert state(day.reads(profile, 47 * HOUR), "to-factory") == "due"
    assert state(day.reads(profile, 49 * HOUR), "to-factory") == "overdue"
    day.happens(end, 50 * HOUR, scope={"shipment": "out"}, happened=40 * HOUR)
    (reading,) = day.reads(profile, 51 * HOUR)
    assert (reading.state.value, reading.needs_second_signature) == ("met", True), "entered late: a second person signs"
