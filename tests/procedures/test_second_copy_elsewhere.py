"""An administrator moves the second copy to another disk; it goes on behind the work, and whoever fails is told why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ListPage, RowShown, Say, Tone
from coordinator_app.store import mirror_move, mirror_place
from coordinator_app.store.mirror import MIRROR_FILE, Mirror
from coordinator_app.store.mirror_place import OWN_FOLDER, mirror_of


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A second disk of the computer, as far as the program can tell."""
    made = tmp_path / "second-disk"
    made.mkdir()
    monkeypatch.setattr(mirror_place, "disk_of", lambda folder: "second" if "second-disk" in str(folder) else "first")
    monkeypatch.setattr(mirror_move, "_AT_ONCE", 20)
    return made


@pytest.fixture
def admin(site: Demonstration) -> Demonstration:
    while site.bench.look_back():
        pass
    site.signs_in("administrator_a")
    site.opens("keeping")
    return site


def _row(site: Demonstration) -> RowShown:
    page = site.does(Ticked()).page
    assert isinstance(page, ListPage)
    return next(row for row in page.rows if row.cells[0] == Say("keeping.mirror"))


def _chooses(site: Demonstration, folder: str) -> None:
    site.presses("move_mirror")
    site.fills_in(folder=folder)
    site.signs()


def test_it_moves_between_two_inputs_and_the_page_says_how_far_and_where(admin: Demonstration, disk: Path) -> None:
    assert _row(admin).cells[1] == Say("keeping.mirror_beside")
    _chooses(admin, str(disk))
    chosen = admin.events("SettingChanged")[-1]
    assert isinstance(chosen.body, e.SettingChanged)
    assert chosen.body.value == str(disk)
    assert chosen.actor is not None
    assert admin.events("RecordSigned")[-1].refs == (chosen.id,)
    row = _row(admin)
    assert row.tone is None
    assert isinstance(row.cells[1], Say)
    assert row.cells[1].code == "progress.mirror.begun"
    admin.bench.work.store.mirror_move.go_on(0)  # type: ignore[union-attr]
    moving = _row(admin).cells[1]
    assert isinstance(moving, Say)
    assert moving.values["done"] == "20"
    while admin.bench.look_back():
        pass
    place = disk / OWN_FOLDER / MIRROR_FILE
    assert _row(admin).cells[1] == Say("keeping.mirror_at", {"place": str(place.parent)})
    assert mirror_of(admin.folder) == place
    assert not (admin.folder / MIRROR_FILE).exists()
    admin.restarts()
    assert not [each for each in admin.answer.frame.notices if "finding" in each.code]
    admin.confirms_nothing_wrong()
    admin.signs_in("administrator_a")
    admin.opens("keeping")
    _chooses(admin, "")
    while admin.bench.look_back():
        pass
    assert _row(admin).cells[1] == Say("keeping.mirror_beside")
    assert not place.exists()


def test_a_place_that_will_not_do_is_refused_before_anybody_signs(admin: Demonstration, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    admin.presses("move_mirror")
    for folder, said in ((str(beside), "one fault would take both"), (str(tmp_path / "none"), "There is no folder"),
                         ("", "beside the record already")):  # fmt: skip
        admin.tries_fill(folder=folder)
        assert admin.answer.message is not None
        assert said in admin.answer.message.values["why"]
    assert not [each for each in admin.events("SettingChanged") if "second_copy" in each.body.name]  # type: ignore[union-attr]


def test_a_move_that_fails_leaves_it_where_it_was_and_says_why(
    admin: Demonstration, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chooses(admin, str(disk))

    append = Mirror.append

    def full(self: Mirror, events: Iterable[tuple[bytes, bytes, bytes | None]]) -> None:
        if "second-disk" in str(self._path):
            raise OSError(28, "No space left on device")
        append(self, events)

    monkeypatch.setattr(Mirror, "append", full)
    while admin.bench.look_back():
        pass
    row = _row(admin)
    assert (row.tone, isinstance(row.cells[1], Say)) == (Tone.OVERDUE, True)
    assert "room on it" in row.cells[1].values["why"]  # type: ignore[union-attr]
    assert mirror_of(admin.folder) == admin.folder / MIRROR_FILE
    admin.restarts()
    assert not [each for each in admin.answer.frame.notices if "finding" in each.code]


def test_a_disk_that_loses_what_was_written_is_told_and_the_setting_goes_back(admin: Demonstration, disk: Path) -> None:
    _chooses(admin, str(disk))
    store = admin.bench.work.store
    move = store.mirror_move
    assert move is not None
    while move.written < move.total:
        move.go_on(0)
    draft = disk / OWN_FOLDER / (MIRROR_FILE + ".new")
    draft.write_bytes(draft.read_bytes()[:-1] + b"?")
    while admin.bench.look_back():
        pass
    row = _row(admin)
    assert row.tone is Tone.OVERDUE
    assert isinstance(row.cells[1], Say)
    assert "does not keep what was written to it" in row.cells[1].values["why"]
    back = admin.events("SettingChanged")[-1]
    assert isinstance(back.body, e.SettingChanged)
    assert (back.body.value, back.actor) == ("", None)
    assert "does not keep" in back.body.reason
    assert mirror_of(admin.folder) == admin.folder / MIRROR_FILE
    admin.restarts()
    assert not [each for each in admin.answer.frame.notices if "finding" in each.code]


def test_nobody_else_than_an_administrator_moves_it(site: Demonstration, disk: Path) -> None:
    site.signs_in("nurse_a")
    site.opens("keeping")
    refused(site.tries_press("move_mirror"), Refusal.NOT_ALLOWED)
    assert site.bench.work.store.mirror_move is None


def test_leaving_the_program_in_the_middle_leaves_it_where_it_was(admin: Demonstration, disk: Path) -> None:
    _chooses(admin, str(disk))
    admin.bench.look_back()
    admin.restarts()
    assert mirror_of(admin.folder) == admin.folder / MIRROR_FILE
    assert not list((disk / OWN_FOLDER).iterdir())
    admin.confirms_nothing_wrong()
