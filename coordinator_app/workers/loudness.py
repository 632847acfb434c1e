"""Asks the system whether its sound is muted or turned down to nothing: Qt only tells whether there is an output.

Decision of 2026-11-23: the system is asked wherever it answers without a library of ours (PulseAudio and PipeWire by
`pactl` or `wpctl`, macOS by `osascript`, Windows by its audio interface). Where it does not, the answer is "unknown",
which the self-test says and which the test sounds of the scanner set-up settle by ear. The other way, a sound that
somebody confirms each morning, was not taken: it says nothing of the hour in which the volume is turned down.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from coordinator_app.domain.loudness import Loudness

ASKED_EACH_MS = 10_000
"""The system is asked this often; what it says stands on the screen with the next answer of the record."""
ANSWERS_WITHIN_S = 4.0
SILENT_PERCENT = 2
"""Up to this much of full volume nothing is heard beside a pump or a fan; an estimate, no figure of a standard."""

Asked = Callable[[list[str]], "str | None"]
"""Runs a command of the system; its output, or None where it is not there or fails."""


def read_loudness(ask: Asked | None = None, system: str = sys.platform) -> Loudness:
    """Return what the system says now; may take some seconds, so never on the main thread."""
    ask = ask or _ask
    if system == "win32":
        from coordinator_app.workers.loudness_windows import windows_output

        return loudness_of(*windows_output())
    if system == "darwin":
        return _of_osascript(ask(["osascript", "-e", "get volume settings"]))
    said = ask(["pactl", "get-sink-mute", "@DEFAULT_SINK@"])
    if said is not None:
        return _of_pactl(said, ask(["pactl", "get-sink-volume", "@DEFAULT_SINK@"]))
    return _of_wpctl(ask(["wpctl", "get-volume", "@DEFAULT_AUDIO_SINK@"]))


def loudness_of(muted: bool | None, percent: float | None) -> Loudness:
    """Return what a mute switch and a volume together mean; None is what the system did not tell."""
    if muted:
        return Loudness.MUTED
    if percent is not None and percent <= SILENT_PERCENT:
        return Loudness.ZERO
    return Loudness.UNKNOWN if muted is None or percent is None else Loudness.HEARD


def _of_pactl(muted: str, volume: str | None) -> Loudness:
    switch = re.search(r"Mute:\s*(yes|no)", muted)
    levels = [int(level) for level in re.findall(r"(\d+)%", volume or "")]
    return loudness_of(switch[1] == "yes" if switch else None, max(levels) if levels else None)


def _of_wpctl(said: str | None) -> Loudness:
    found = re.search(r"Volume:\s*([\d.]+)", said or "")
    if found is None:
        return Loudness.UNKNOWN
    return loudness_of("[MUTED]" in (said or ""), float(found[1]) * 100)


def _of_osascript(said: str | None) -> Loudness:
    level = re.search(r"output volume:(\d+)", said or "")
    switch = re.search(r"output muted:(true|false)", said or "")
    # An output that has its own knob, such as a monitor, answers "missing value".
    return loudness_of(switch[1] == "true" if switch else None, float(level[1]) if level else None)


def _ask(command: list[str]) -> str | None:
    try:
        run = subprocess.run(  # noqa: S603 - a fixed command of the system, without any text of a person
            command, capture_output=True, timeout=ANSWERS_WITHIN_S, check=True, env=_plain_words(),
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return run.stdout.decode("utf-8", "replace")


def _plain_words() -> dict[str, str]:
    import os

    return {**os.environ, "LC_ALL": "C"}


class LoudnessWatch(QObject):
    """Asks again and again, beside the main thread; `told` carries the Loudness each time."""

    told = Signal(object)

    def __init__(self, parent: QObject | None = None, read: Callable[[], Loudness] = read_loudness) -> None:
        super().__init__(parent)
        self._read = read
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self)
        self._timer.setInterval(ASKED_EACH_MS)
        self._timer.timeout.connect(self._ask_now)

    def start(self) -> None:
        """Ask now and from now on."""
        self._timer.start()
        self._ask_now()

    def stop(self) -> None:
        """Stop asking, and wait for the answer that is still to come."""
        self._timer.stop()
        self._pool.clear()
        self._pool.waitForDone(int(ANSWERS_WITHIN_S * 3000))

    @Slot()
    def _ask_now(self) -> None:
        if self._pool.activeThreadCount() == 0:
            self._pool.start(_Question(self))

    def answer(self) -> None:
        """Ask the system, on a thread of the pool."""
        self.told.emit(self._read())


class _Question(QRunnable):
    """One question to the system."""

    def __init__(self, watch: LoudnessWatch) -> None:
        super().__init__()
        self._watch = watch

    def run(self) -> None:
        """Ask it."""
        self._watch.answer()
