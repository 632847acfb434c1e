"""Alarms, leaving and the wall at the windows: nothing falls silent unseen, and the wall goes to any monitor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from windows import Clocks, Ward, words_in

from coordinator_app.domain.loudness import Loudness
from coordinator_app.domain.screens import AlarmShown, Frame, Say
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui import theme
from coordinator_app.ui.leaving import LeavingDialog
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.sounds import PAUSE_MS, Sounds
from coordinator_app.ui.veil import Veil
from coordinator_app.ui.wall_window import WallWindow, next_screen

pytestmark = pytest.mark.qt_log_ignore("Couldn't", "PulseAudio", "pa_context", extend=True)
RUNNING = s.wall(4).clocks


@pytest.fixture(scope="module", autouse=True)
def _look(qapp: QApplication) -> None:
    theme.apply(qapp)


@pytest.fixture
def ward() -> Iterator[Ward]:
    ward = Ward()
    ward.window.show()
    yield ward
    ward.window.show_answer(s.answer(s.today(), replace(s.frame("today"), running=())))
    ward.leave()


def alarm(level: str = "medium", id: str = "alarm:1", by: str | None = None) -> AlarmShown:
    """Return an alarm that stands for a running clock."""
    words = {"wall": "HERON · bag 1", "title": "Infusion must be complete", "by": "2026-11-23T13:31:00Z"}
    return AlarmShown(id, level, Say(f"alarm.{level}", words), Say("alarm.detail", words), by)


def today(**frame: object) -> Frame:
    """Return what stands around the list of today."""
    return replace(s.frame("today"), **frame)


# Leaving ----------------------------------------------------------------------------------------------------------


def dialog_of(window: MainWindow) -> LeavingDialog | None:
    """Return the question that stands before leaving, if one does."""
    return next((each for each in window.findChildren(LeavingDialog) if each.isVisible()), None)


def test_leaving_while_clocks_run_asks_once_and_names_them_with_their_instants(ward: Ward) -> None:
    ward.window.show_answer(s.answer(s.today(), today(running=RUNNING)))
    event = QCloseEvent()
    ward.window.closeEvent(event)
    assert not event.isAccepted()
    dialog = dialog_of(ward.window)
    assert dialog is not None
    told = " ".join(words_in(dialog)).replace("\u00a0", " ")
    for clock in RUNNING:
        assert clock.wall_name in told
    assert "14:31 CET" in told
    assert "nobody hears their alarms" in told
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert ward.window.isVisible()
    ward.window.close()
    again = dialog_of(ward.window)
    assert again is not None
    leave = again.findChild(QPushButton, "leave")
    assert isinstance(leave, QPushButton)
    QTest.mouseClick(leave, Qt.MouseButton.LeftButton)
    assert not ward.window.isVisible()


def test_leaving_asks_nothing_while_no_clock_runs(ward: Ward) -> None:
    ward.window.show_answer(s.answer(s.today(), today()))
    ward.window.close()
    assert not ward.window.isVisible()


# Alarms -----------------------------------------------------------------------------------------------------------


class Played(Sounds):
    """Sounds that are counted instead of heard: a test machine has no output."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.available = True
        self.played: list[str] = []

    def _load(self) -> None:
        """Load nothing."""

    def _play(self, name: str) -> None:
        self.played.append(name)


def test_an_audio_pause_is_timed_counted_down_and_ended_by_a_new_alarm(qapp: QApplication, tmp_path: Path) -> None:
    sounds = Played(tmp_path)
    sounds.hold_alarms((alarm("medium"),))
    assert sounds.played == ["alarm-medium"]
    sounds.pause_alarms()
    assert 110 < (sounds.paused_s or 0) <= PAUSE_MS // 1000 == 120
    sounds.hold_alarms((alarm("medium"),))
    assert sounds.played == ["alarm-medium"]
    sounds.hold_alarms((alarm("medium"), alarm("low", "alarm:2")))
    assert sounds.paused_s is None
    assert sounds.played == ["alarm-medium", "alarm-medium"]
    sounds.hold_alarms(())


def test_an_alarm_that_climbs_is_heard_although_the_sound_was_paused(qapp: QApplication, tmp_path: Path) -> None:
    sounds = Played(tmp_path)
    sounds.hold_alarms((alarm("low"),))
    sounds.pause_alarms()
    sounds.hold_alarms((alarm("high", "alarm:9"),))
    assert sounds.played == ["alarm-low", "alarm-high"]
    sounds.hold_alarms(())


def test_the_strip_offers_the_pause_and_counts_it_down(qapp: QApplication, tmp_path: Path) -> None:
    clocks, sounds = Clocks(), Played(tmp_path)
    window = MainWindow(clocks.now_ns, clocks.now, sounds=sounds)
    window.show()
    window.show_answer(s.answer(s.today(), today(alarms=(alarm(),))))
    button = window.findChild(QPushButton, "pause_sound")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "2:00" in button.text()
    assert not button.isEnabled()
    sounds.hold_alarms(())
    window.close()
    window.deleteLater()


def test_a_locked_screen_shows_the_alarm_without_a_button_that_nobody_may_press(ward: Ward) -> None:
    ward.window.show_answer(s.answer(s.sign_in(), today(person=None, alarms=(alarm("high"),))))
    assert "HERON · bag 1" in ward.words()
    assert ward.window.findChild(QPushButton, "answer") is None
    assert ward.window.findChild(QPushButton, "pause_sound") is not None


def test_a_workstation_whose_sound_is_switched_off_says_so(qapp: QApplication) -> None:
    clocks = Clocks()
    window = MainWindow(clocks.now_ns, clocks.now, silent=True)
    window.show()
    window.show_answer(s.answer(s.today(), today()))
    assert "No sound on this workstation" in words_in(window)
    window.close()
    window.deleteLater()


@pytest.mark.parametrize(
    ("loudness", "words"),
    [(Loudness.MUTED, "Sound is muted: switch it on"), (Loudness.ZERO, "Volume is at zero: turn it up")],
)
def test_a_muted_system_is_said_on_every_screen_and_on_the_wall_and_no_longer_once_it_is_heard(
    qapp: QApplication, tmp_path: Path, loudness: Loudness, words: str
) -> None:
    clocks, sounds = Clocks(), Played(tmp_path)
    window = MainWindow(clocks.now_ns, clocks.now, sounds=sounds)
    window.show()
    window.show_answer(s.answer(s.today(), today(running=RUNNING)))
    assert words not in " ".join(words_in(window))
    window.hear_loudness(loudness)
    assert words in " ".join(words_in(window))
    window.show_answer(s.answer(s.wall(), today(running=RUNNING)))
    screen = window.screen_shown
    assert screen is not None
    assert words in " ".join(words_in(screen))
    window.hear_loudness(Loudness.HEARD)
    window.show_answer(s.answer(s.wall(), today(running=RUNNING)))
    assert words not in " ".join(words_in(window))
    window.hear_loudness(Loudness.UNKNOWN)
    assert words not in " ".join(words_in(window))
    window.show_answer(s.answer(s.today(), today(running=())))
    window.close()
    window.deleteLater()


def test_a_loudspeaker_that_is_plugged_in_sounds_the_alarm_that_stands(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator_app.ui.sounds.has_output", lambda: False)
    sounds = Played(tmp_path)
    sounds.hold_alarms((alarm("high"),))
    sounds.played.clear()
    sounds._outputs_changed()
    assert (sounds.available, sounds.played) == (False, [])
    monkeypatch.setattr("coordinator_app.ui.sounds.has_output", lambda: True)
    sounds._outputs_changed()
    assert (sounds.available, sounds.played) == (True, ["alarm-high"])
    sounds.hold_alarms(())


# The wall ---------------------------------------------------------------------------------------------------------


def test_f11_opens_the_wall_full_screen_and_escape_puts_it_away(ward: Ward) -> None:
    ward.window.show_answer(s.answer(s.today(), today(running=RUNNING)))
    QTest.keyClick(ward.window, Qt.Key.Key_F11)
    wall = ward.window.findChild(WallWindow)
    assert isinstance(wall, WallWindow)
    assert wall.isVisible()
    assert wall.isFullScreen()
    told = " ".join(words_in(wall))
    for clock in RUNNING:
        assert clock.wall_name in told
    assert "28:42" in told
    ward.clocks.pass_seconds(2)
    ward.window.tick()
    assert "28:40" in " ".join(words_in(wall))
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert not wall.isVisible()
    assert ward.done == []


def test_the_wall_is_veiled_too_when_the_machine_stood_still(ward: Ward) -> None:
    ward.window.show_answer(s.answer(s.today(), today(running=RUNNING)))
    QTest.keyClick(ward.window, Qt.Key.Key_F11)
    wall = ward.window.findChild(WallWindow)
    assert isinstance(wall, WallWindow)
    ward.clocks.pass_seconds(600)
    ward.window.tick()
    veil = wall.findChild(Veil)
    assert isinstance(veil, Veil)
    assert veil.isVisible()
    assert veil.geometry() == wall.rect()
    ward.window.show_answer(s.answer(s.today(), today(running=RUNNING)))
    assert not veil.isVisible()
    QTest.keyClick(wall, Qt.Key.Key_Escape)


def test_f11_goes_from_monitor_to_monitor_and_then_away() -> None:
    desk, left, right = object(), object(), object()
    screens = [desk, left, right]
    assert next_screen(screens, desk, None) is left  # type: ignore[arg-type]
    assert next_screen(screens, desk, left) is right  # type: ignore[arg-type]
    assert next_screen(screens, desk, right) is None  # type: ignore[arg-type]
    assert next_screen([desk], desk, None) is desk  # type: ignore[list-item,arg-type]
    assert next_screen([desk], desk, desk) is None  # type: ignore[list-item]
