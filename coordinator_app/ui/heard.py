"""Whether the alarms of this workstation are heard, and the words that say so on every screen when they are not."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication

from coordinator_app.domain.loudness import Loudness


class Heard(Enum):
    """How it stands with the sound; true only where nothing is known against its being heard."""

    YES = "yes"
    NO_OUTPUT = "no-output"
    SWITCHED_OFF = "switched-off"
    MUTED = "muted"
    ZERO = "zero"

    def __bool__(self) -> bool:
        """Say whether an alarm is heard, as far as anybody can tell."""
        return self is Heard.YES


def heard(*, switched_off: bool, has_output: bool, loudness: Loudness) -> Heard:
    """Return how it stands; what the settings or the machine lack comes before what a knob does."""
    if switched_off:
        return Heard.SWITCHED_OFF
    if not has_output:
        return Heard.NO_OUTPUT
    return {Loudness.MUTED: Heard.MUTED, Loudness.ZERO: Heard.ZERO}.get(loudness, Heard.YES)


def silence_words(sound: Heard | bool) -> str:
    """Return what is said while nothing is heard, empty otherwise."""
    if sound:
        return ""
    if sound is Heard.MUTED:
        return QCoreApplication.translate("Sound", "Sound is muted: switch it on at this computer")
    if sound is Heard.ZERO:
        return QCoreApplication.translate("Sound", "Volume is at zero: turn it up at this computer")
    return QCoreApplication.translate("Sound", "No sound on this workstation")
