"""After a power cut at any call, whatever of the unsynced was kept, nothing that was recorded is missing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .crash_images import Task, run, work
from .disk_model import Disk, Entry
from .planted_crashes import is_found
from .weaker_store import WEAKER


def _entry(kind: str, inode: int = 0, offset: int = 0, one: str = "", two: bytes = b"") -> Entry:
    return Entry(kind, inode, offset, one, two)


def test_what_was_synced_is_kept_and_the_rest_may_be_lost_or_torn() -> None:
    disk = Disk()
    disk.follow(_entry("C", 1, one="a"))
    disk.follow(_entry("W", 1, 0, two=b"x" * 600))
    disk.follow(_entry("S", 1))
    assert disk.lost().files == {}, "the name is not durable before its folder is synced"
    disk.follow(_entry("D"))
    disk.follow(_entry("W", 1, 600, two=b"y" * 2000))
    assert disk.lost().files == {"a": b"x" * 600}
    assert disk.kept().files == {"a": b"x" * 600 + b"y" * 2000}
    chance = random.Random(1)  # noqa: S311 - a test wants it repeatable
    seen = {disk.some(chance).files["a"] for _ in range(200)}
    torn = {content for content in seen if b"\0" in content or 600 < len(content) < 2600}
    assert len(torn) > 5
    assert all(content.startswith(b"x" * 600) for content in seen)


def test_names_come_and_go_with_their_folder() -> None:
    disk = Disk({"new": b"new", "old": b"old", "gone": b"gone"})
    disk.follow(_entry("R", one="new", two=b"old"))
    disk.follow(_entry("U", one="gone"))
    assert disk.lost().files == {"new": b"new", "old": b"old", "gone": b"gone"}
    assert disk.kept().files == {"old": b"new"}
    chance = random.Random(1)  # noqa: S311 - a test wants it repeatable
    assert {frozenset(disk.some(chance).files) for _ in range(60)} >= {
        frozenset({"old"}), frozenset({"old", "gone"}), frozenset({"new", "old"}),
    }  # fmt: skip
    disk.follow(_entry("D"))
    assert disk.lost().files == {"old": b"new"}


def test_a_sync_that_failed_makes_nothing_durable_and_neither_does_the_next() -> None:
    disk = Disk({"a": b""})
    disk.follow(_entry("W", -1, 0, two=b"lost"))
    disk.follow(_entry("F", -1))
    disk.follow(_entry("W", -1, 4, two=b"kept"))
    disk.follow(_entry("S", -1))
    assert disk.lost().files == {"a": b"\0\0\0\0kept"}
    assert disk.kept().files == {"a": b"lostkept"}


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_no_power_cut_loses_what_was_recorded() -> None:
    tally = run(2100, seed=20260302, workers=2, per_trace=300, quiet=True)
    assert tally.wrong == {}, tally.first
    assert tally.never_met() == []
    assert tally.acknowledged > 100


@pytest.mark.alone
@pytest.mark.parametrize("name", sorted(WEAKER))
def test_the_same_images_find_what_is_planted(name: str) -> None:
    assert is_found(name, seed=5, images=250)


def test_an_image_of_a_sound_store_is_sound(tmp_path: Path) -> None:
    outcome = work(Task("keys", 3, 60))
    assert (outcome.wrong, outcome.first_wrong) == ({}, "")
    assert outcome.images > 100
