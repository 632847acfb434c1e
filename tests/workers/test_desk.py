"""The desk: one thing at a time to the store thread, and a quiet end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_bench import FakeBench
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from coordinator_app.domain.inputs import Locked, Pressed, PrintReported, Scanned, Ticked
from coordinator_app.domain.screens import Answer, GuidedPage, SignInPage, Verdict
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.workers.desk import Desk
from coordinator_app.workers.store_worker import Fault

MakeDesk = Callable[..., tuple[Desk, list[FakeBench]]]


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeDesk]:
    made: list[Desk] = []

    def make(slow_s: float = 0.0, tick_ms: int = 60_000) -> tuple[Desk, list[FakeBench]]:
        benches: list[FakeBench] = []

        def make_bench() -> FakeBench:
            benches.append(FakeBench(slow_s))
            return benches[-1]

        desk = Desk(make_bench, {"folder": FolderPrinter(str(tmp_path / "printed"))}, tick_ms=tick_ms)
        made.append(desk)
        with qtbot.waitSignal(desk.answered, timeout=3000):
            desk.start()
        return desk, benches

    yield make
    for desk in made:
        assert desk.close()


def test_the_first_page_comes_from_the_bench_and_the_bench_lives_on_its_own_thread(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, benches = make_desk()
    assert desk.last is not None
    assert isinstance(desk.last.page, SignInPage)
    with qtbot.waitSignal(desk.answered):
        desk.take(Scanned(b"X"))
    assert benches[0].made_on != threading.get_ident()
    assert benches[0].threads == {benches[0].made_on}


def test_a_scan_while_the_last_one_is_being_answered_is_turned_away_and_never_asked(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, benches = make_desk(slow_s=0.2)
    with qtbot.waitSignals([desk.turned_away, desk.answered], timeout=3000):
        assert desk.take(Scanned(b"FIRST"))
        assert not desk.take(Scanned(b"SECOND"))
    qtbot.wait(300)
    assert benches[0].scans() == [Scanned(b"FIRST")]


def test_a_scan_that_meets_a_tick_waits_for_it_and_only_a_second_one_is_turned_away(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, benches = make_desk()
    answers: list[Answer] = []
    desk.answered.connect(answers.append)
    assert desk.take(Ticked())
    assert desk.take(Scanned(b"FIRST"))
    with qtbot.waitSignal(desk.turned_away):
        assert not desk.take(Scanned(b"SECOND"))
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert benches[0].scans() == [Scanned(b"FIRST")]


def test_a_lock_is_never_lost_behind_a_slow_scan(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, benches = make_desk(slow_s=0.2)
    desk.take(Scanned(b"X"))
    assert desk.take(Locked("idle"))
    qtbot.waitUntil(lambda: Locked("idle") in benches[0].asked, timeout=3000)


def test_time_passes_once_a_tick_but_not_while_a_scan_is_answered(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, benches = make_desk(slow_s=0.3, tick_ms=20)
    qtbot.waitUntil(lambda: Ticked() in benches[0].asked)
    qtbot.waitUntil(lambda: desk.take(Scanned(b"X")))
    qtbot.waitUntil(lambda: bool(benches[0].scans()))
    at_scan = len(benches[0].asked)
    qtbot.wait(150)
    assert len(benches[0].asked) == at_scan


def test_what_the_printer_did_is_reported_to_the_bench(make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk, benches = make_desk()
    (tmp_path / "printed").mkdir()
    desk.take(Scanned(b"PRINT"))
    qtbot.waitUntil(lambda: any(isinstance(asked, PrintReported) for asked in benches[0].asked))
    [report] = [asked for asked in benches[0].asked if isinstance(asked, PrintReported)]
    assert report == PrintReported("job:1", delivered=True, detail=str(tmp_path / "printed" / "label.pdf"))
    assert (tmp_path / "printed" / "label.pdf").read_bytes() == b"%PDF-1.4 label"


def test_leaving_waits_for_the_printer_and_records_what_it_did(make_desk: MakeDesk) -> None:
    desk, benches = make_desk(slow_s=0.1)
    desk.take(Scanned(b"PRINT"))
    assert desk.close()
    assert isinstance(benches[0].asked[-1], PrintReported)
    assert benches[0].closed_on == benches[0].made_on


def test_a_fault_under_the_store_stops_recording_with_one_sentence_that_names_nobody(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, benches = make_desk()
    with qtbot.waitSignal(desk.recording_failed) as failed:
        desk.take(Scanned(b"BREAK"))
    fault = failed.args[0]
    assert isinstance(fault, Fault)
    assert "MUSTERMANN" not in fault.sentence + fault.where
    assert "paper sheet" in fault.sentence
    assert "fake_bench.py" in fault.where
    assert desk.last is not None, "the deadlines known so far stay readable"
    with qtbot.waitSignal(desk.turned_away):
        assert not desk.take(Scanned(b"NEXT"))
    assert benches[0].scans() == [Scanned(b"BREAK")]


def test_after_a_fault_the_store_can_be_opened_again_and_recording_goes_on(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, benches = make_desk()
    with qtbot.waitSignal(desk.recording_failed):
        desk.take(Scanned(b"BREAK"))
    with qtbot.waitSignal(desk.answered):
        desk.reopen()
    assert len(benches) == 2
    assert benches[0].closed_on == benches[0].made_on
    with qtbot.waitSignal(desk.answered) as answered:
        assert desk.take(Pressed("begin"))
    assert isinstance(answered.args[0].page, GuidedPage)
    assert answered.args[0].verdict is Verdict.ACCEPTED


def test_a_store_that_cannot_be_opened_is_told_and_the_program_can_still_be_left(qtbot: QtBot) -> None:
    def make_bench() -> FakeBench:
        raise PermissionError("/secret/place")

    desk = Desk(make_bench)
    with qtbot.waitSignal(desk.recording_failed) as failed:
        desk.start()
    assert "/secret/place" not in failed.args[0].sentence
    assert desk.close()


def test_leaving_waits_also_where_the_application_was_told_to_end(make_desk: MakeDesk, qapp: QCoreApplication) -> None:
    desk, benches = make_desk(slow_s=0.2)
    desk.take(Scanned(b"PRINT"))
    qapp.exit(0)  # from now on no loop lasts
    closed = desk.close()
    QTimer.singleShot(0, qapp, qapp.quit)
    qapp.exec()  # loops last again
    assert closed
    assert isinstance(benches[0].asked[-1], PrintReported)
    assert benches[0].closed_on == benches[0].made_on
