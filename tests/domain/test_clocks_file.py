"""A clock history file is read exactly as the format has it, and the frozen worked file gives its frozen answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coordinator_app.domain.clocks import clock_answer, history_at, read_clocks
from coordinator_app.intake.clock_history import ClockHistoryFaulty, read_clock_history, read_instant
from coordinator_app.intake.profiles import read_profile_file

FOLDER = Path(__file__).resolve().parents[1] / "formats" / "clocks"
EVENT = {"event": "thaw_started", "scope": {"bag": "1"}, "at": "2025-03-28T12:00:00.000000Z", "boot": "a", "boot_ns": 0}
SAMPLE = {"at": "2025-03-28T12:30:00.000000Z", "boot": "a", "boot_ns": 1_800_000_000_000}


def told(**change: Any) -> str:
    whole: dict[str, Any] = {"zone": "Europe/Berlin", "events": [EVENT], "samples": [SAMPLE]}
    return json.dumps(whole | change)


@pytest.mark.parametrize("answer", sorted(FOLDER.glob("answer*.json")), ids=lambda path: path.stem)
def test_the_worked_file_gives_its_answer(answer: Path) -> None:
    profile = read_profile_file(FOLDER / "profile.toml").profile
    assert profile is not None
    history = read_clock_history((FOLDER / "history.json").read_bytes())
    expected = json.loads(answer.read_text(encoding="utf-8"))
    now = history.samples[-1]
    if "at" in expected:
        history, now = history_at(history, read_instant(expected["at"]))
    assert clock_answer(read_clocks(profile, history, now)) == expected["answer"]


def test_what_is_optional_may_be_absent_or_null() -> None:
    history = read_clock_history(told(events=[EVENT, EVENT | {"anchored_ms": None, "part": None, "attributes": None}]))
    assert history.events[0] == history.events[1]
    assert history.samples[0].anchored_ms is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "cannot be read"), ("[" * 5_000, "cannot be read"), (told(samples=[]), "no sample"),
        (told(zone="Mars/Olympus"), "not a time zone"), (told(zone="../etc"), "not a time zone"),
        (told(more=1), "cannot be read"), (told(events=[EVENT | {"event": "thawed"}]), "cannot be read"),
        (told(events=[EVENT | {"scope": {"sack": "1"}}]), "cannot be read"),
        (told(events=[EVENT | {"at": "2025-03-28T12:00:00"}]), r"events\[0\].at has no zone"),
        (told(samples=[SAMPLE | {"at": "0001-01-01T00:00:00Z"}]), "year 1"),
        (told(samples=[SAMPLE | {"boot_ns": -1}]), "cannot be read"),
        (told(samples=[SAMPLE | {"anchored_ms": 1.5}]), "cannot be read"),
    ],
)  # fmt: skip
def test_a_history_that_is_not_as_the_format_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ClockHistoryFaulty, match=sentence):
        read_clock_history(text)


def test_an_instant_needs_a_zone() -> None:
    assert read_instant("2025-03-28T13:00:00+01:00") == read_instant("2025-03-28T12:00:00Z")
    for text in ("noon", "2025-03-28T12:00:00"):
        with pytest.raises(ClockHistoryFaulty):
            read_instant(text)
