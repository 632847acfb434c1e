"""Two sounds that cannot be taken for one another, and a workstation that says when it has none."""

from __future__ import annotations

import itertools
import struct
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from coordinator_app.domain.screens import Verdict
from coordinator_app.ui.sample_pages import ALARM
from coordinator_app.ui.sounds import RATE, SOUNDS, Sounds, pulses_as_samples, write_sounds


def _crossings_per_second(pulse: tuple[float, float, float]) -> float:
    samples = struct.iter_unpack("<h", pulses_as_samples([(pulse[0], pulse[1], 0.0)]))
    values = [value for (value,) in samples if value]
    rising = sum(1 for before, after in itertools.pairwise(values) if before < 0 < after)
    return rising / pulse[1]


def test_refused_is_lower_and_longer_than_accepted() -> None:
    assert max(_crossings_per_second(pulse) for pulse in SOUNDS["refused"]) < 400
    assert min(_crossings_per_second(pulse) for pulse in SOUNDS["accepted"]) > 500
    lengths = {name: sum(pulse[1] + pulse[2] for pulse in SOUNDS[name]) for name in ("accepted", "refused")}
    assert lengths["refused"] > 2 * lengths["accepted"]


def test_a_high_alarm_is_ten_pulses_and_every_fundamental_is_within_the_standard() -> None:
    assert len(SOUNDS["alarm-high"]) == 10
    assert len(SOUNDS["alarm-medium"]) == 3
    for name, pulses in SOUNDS.items():
        if name.startswith("alarm"):
            assert all(150 <= frequency <= 1000 for frequency, _, _ in pulses)


def test_sounds_are_made_as_files_that_any_player_reads(tmp_path: Path) -> None:
    files = write_sounds(tmp_path)
    assert set(files) == set(SOUNDS)
    with wave.open(str(files["refused"]), "rb") as sound:
        assert sound.getframerate() == RATE
        assert sound.getnframes() > RATE // 2


def test_no_sound_starts_or_ends_with_a_click() -> None:
    for pulses in SOUNDS.values():
        samples = [value for (value,) in struct.iter_unpack("<h", pulses_as_samples(pulses))]
        assert abs(samples[0]) < 500
        assert max(abs(value) for value in samples) > 8_000


# Qt looks for video and audio servers that a test machine has not; what it finds is what is tested.
@pytest.mark.qt_log_ignore("Couldn't", "PulseAudio", "pa_context", extend=True)
def test_without_an_output_the_program_stays_silent_and_knows_it(qapp: QApplication, tmp_path: Path) -> None:
    sounds = Sounds(tmp_path)
    if sounds.available:
        return
    sounds.tell(Verdict.REFUSED)
    sounds.hold_alarms((ALARM,))
    sounds.hold_alarms(())
    assert not list(tmp_path.iterdir())
