"""A backup is made on a thread of its own while the desk goes on answering, and leaving the program gives it up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from coordinator_app.domain.inputs import BackupReported, Pressed
from coordinator_app.domain.screens import Answer
from coordinator_app.procedures.backups import BackupPlan
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.store import Store
from coordinator_app.workers import errand_worker
from coordinator_app.workers.desk import Desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from coordinator_app.domain import events as e

    clock = ScriptedClock(datetime(2026, 3, 2, tzinfo=UTC))
    there = tmp_path / "record"
    there.mkdir()
    with Store.create(
        there, keys=FileKeys(there, ""), clock=clock, workstation="workstation:" + "a" * 32, site="site:" + "b" * 32,
        program="0.1.0",
    ) as store, store.writing() as writing:  # fmt: skip
        writing.append(e.SiteFounded(name="Example Hospital", zone="UTC"), subject=store.site)
    return there


MakeDesk = Callable[[Path, Path], Desk]


@pytest.fixture
def make_desk() -> Iterator[MakeDesk]:
    """Make desks and close them, whatever becomes of the test: a thread that is dropped alive ends the whole run."""
    made: list[Desk] = []

    def make(folder: Path, where: Path) -> Desk:
        made.append(_desk(folder, where))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def _desk(folder: Path, where: Path) -> Desk:
    def make() -> Bench:
        clock = ScriptedClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
        store = Store.open(folder, keys=FileKeys(folder), clock=clock, program="0.1.0")
        bench = Bench(Workplace(store, clock))
        bench.backups.plan = BackupPlan(where, timedelta(hours=24), 2, {})
        close = bench.close

        def close_both() -> None:
            close()
            store.close()

        bench.close = close_both  # type: ignore[method-assign]
        return bench

    return Desk(make, tick_ms=20)


def answer_to_the_backup(desk: Desk, qtbot: QtBot) -> Answer:
    """Start the desk and return its answer to the report of the backup, however soon the next tick is answered."""
    told: list[Answer] = []

    def hear(answer: Answer) -> None:
        if isinstance(desk.answered_to, BackupReported):
            told.append(answer)

    desk.answered.connect(hear)
    desk.start()
    qtbot.waitUntil(lambda: bool(told), timeout=120_000)
    return told[0]


def test_a_backup_due_is_made_and_recorded_with_nobody_asking(
    folder: Path, tmp_path: Path, qtbot: QtBot, make_desk: MakeDesk
) -> None:
    desk = make_desk(folder, tmp_path / "safe")
    assert "RecordBackedUp" in answer_to_the_backup(desk, qtbot).events
    assert desk.close()
    assert len(list((tmp_path / "safe").iterdir())) == 1


def test_the_desk_answers_while_a_backup_is_under_way_and_leaving_ends_it(
    folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, make_desk: MakeDesk
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def never_ends(errand: object, *, stop: object, apart: bool) -> BackupReported:
        from coordinator_app.store.faults import BackupStopped

        begun.set()
        while not stop():  # type: ignore[operator]
            threading.Event().wait(0.01)
        ended.set()
        raise BackupStopped("given up")

    monkeypatch.setattr(errand_worker, "carry_out", never_ends)
    desk = make_desk(folder, tmp_path / "safe")
    desk.start()
    qtbot.waitUntil(begun.is_set, timeout=60_000)
    for _ in range(5):
        qtbot.waitUntil(lambda: not desk.is_busy, timeout=30_000)
        with qtbot.waitSignal(desk.answered, timeout=30_000):
            desk.take(Pressed("no_badge"))
    assert not ended.is_set()
    assert desk.close()
    assert ended.is_set()


def test_an_errand_that_breaks_is_reported_and_not_swallowed(
    folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, make_desk: MakeDesk
) -> None:
    def breaks(errand: object, *, stop: object, apart: bool) -> BackupReported:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(errand_worker, "carry_out", breaks)
    desk = make_desk(folder, tmp_path / "safe")
    assert {"BackupFailed", "SiteAlarmRaised"} <= set(answer_to_the_backup(desk, qtbot).events)
    assert desk.close()
