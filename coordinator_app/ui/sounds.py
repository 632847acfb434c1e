"""Two sounds that cannot be confused, one for accepted and one for refused, and bursts for alarms.

Made here with the `wave` module, not stored: pulses with rise and fall, a fundamental between 150 and 1000 Hz with
its harmonics, bursts as in `reference/ecosystem.md` §2.4. A workstation without a sound output says so on every screen.
"""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

from coordinator_app.domain.screens import AlarmShown, Verdict

RATE = 22_050
_RISE_S = 0.015
_HARMONICS = (1.0, 0.6, 0.4, 0.3, 0.2)

Pulse = tuple[float, float, float]
"""Frequency in Hz, length in s, pause after it in s."""

SOUNDS: dict[str, tuple[Pulse, ...]] = {
    # One rising pair, short and bright.
    "accepted": ((660, 0.09, 0.03), (990, 0.16, 0.0)),
    # Three low, long, equal pulses: heard with one's back to the screen.
    "refused": ((196, 0.22, 0.07), (196, 0.22, 0.07), (165, 0.42, 0.0)),
    "alarm-high": tuple((520.0, 0.15, 0.1 if at % 5 in (0, 1, 3) else 0.3 if at % 5 == 2 else 0.7) for at in range(10)),
    "alarm-medium": ((440, 0.2, 0.2), (440, 0.2, 0.2), (440, 0.2, 0.0)),
    "alarm-low": ((370, 0.2, 0.2), (330, 0.2, 0.0)),
}
REPEAT_MS = {"high": 5_000, "medium": 10_000, "low": 30_000}
PAUSE_MS = 120_000
"""An audio pause ends by itself after so long at the latest (`reference/ecosystem.md` §2.4)."""


def pulses_as_samples(pulses: Sequence[Pulse]) -> bytes:
    """Return 16-bit samples of a row of pulses at 22,050 Hz."""
    samples: list[int] = []
    for frequency, length, pause in pulses:
        count = int(length * RATE)
        rise = int(_RISE_S * RATE)
        for at in range(count):
            shape = min(1.0, at / rise, (count - at) / rise)
            angle = 2 * math.pi * frequency * at / RATE
            level = sum(part * math.sin(angle * (number + 1)) for number, part in enumerate(_HARMONICS))
            samples.append(int(32_767 * 0.8 * shape * level / sum(_HARMONICS)))
        samples.extend([0] * int(pause * RATE))
    return struct.pack(f"<{len(samples)}h", *samples)


def write_sounds(folder: Path) -> dict[str, Path]:
    """Write every sound into `folder` unless it is there already; return the files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, pulses in SOUNDS.items():
        path = folder / f"{name}.wav"
        if not path.exists():
            with wave.open(str(path), "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(RATE)
                sound.writeframes(pulses_as_samples(pulses))
        files[name] = path
    return files


def has_output() -> bool:
    """Say whether this workstation has anything to sound with."""
    return bool(QMediaDevices.audioOutputs())


class Sounds(QObject):
    """Plays the sounds of verdicts and keeps an unanswered alarm sounding; silent where there is no output."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.available = has_output()
        self._folder = folder
        self._effects: dict[str, QSoundEffect] = {}
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._outputs_changed)
        self._level: str | None = None
        self._heard: frozenset[str] = frozenset()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._sound_again)
        self._repeat = QTimer(self)
        self._repeat.timeout.connect(self._sound_alarm)
        self._load()

    def _load(self) -> None:
        if not self.available or self._effects:
            return
        for name, path in write_sounds(self._folder).items():
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(path)))
            effect.setVolume(0.9)
            self._effects[name] = effect

    @Slot()
    def _outputs_changed(self) -> None:
        """Take notice of a loudspeaker that was plugged in or pulled out; an alarm that stands is sounded again."""
        self.available = has_output()
        self._load()
        if self.available and self._level is not None and not self._pause.isActive():
            self._sound_again()

    def tell(self, verdict: Verdict) -> None:
        """Sound a verdict: a warning and something incomplete sound as refused, for the person must look."""
        self._play("accepted" if verdict is Verdict.ACCEPTED else "refused")

    def hold_alarms(self, alarms: Sequence[AlarmShown]) -> None:
        """Keep sounding the most urgent alarm that nobody has answered; a new one is heard at once and ends a pause."""
        unanswered = [alarm for alarm in alarms if alarm.acknowledged_by is None]
        waiting = {alarm.level for alarm in unanswered}
        level = next((each for each in REPEAT_MS if each in waiting), None)
        ids = frozenset(alarm.id for alarm in unanswered)
        is_new, self._heard = bool(ids - self._heard), ids
        if is_new:
            self._pause.stop()
        if level == self._level and not is_new:
            return
        self._level = level
        self._repeat.stop()
        if level is not None and not self._pause.isActive():
            self._sound_again()

    def pause_alarms(self) -> None:
        """Hold the alarms' sound for `PAUSE_MS`; they stay on the screen, and a new one is heard."""
        if self._level is not None:
            self._repeat.stop()
            self._pause.start(PAUSE_MS)

    @property
    def paused_s(self) -> int | None:
        """Return the seconds until the sound comes back, rounded up; None while it is not paused."""
        if not self._pause.isActive() or self._level is None:
            return None
        return -(-self._pause.remainingTime() // 1000)

    @Slot()
    def _sound_again(self) -> None:
        if self._level is not None:
            self._sound_alarm()
            self._repeat.start(REPEAT_MS[self._level])

    @Slot()
    def _sound_alarm(self) -> None:
        if self._level is not None:
            self._play(f"alarm-{self._level}")

    def _play(self, name: str) -> None:
        effect = self._effects.get(name)
        if effect is not None:
            effect.play()
