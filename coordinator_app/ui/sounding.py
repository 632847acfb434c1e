"""What the window lets people hear: verdicts of what they did, alarms, and the sounds to try out."""

from __future__ import annotations

from coordinator_app.domain.loudness import Loudness
from coordinator_app.domain.screens import Answer, Verdict
from coordinator_app.ui.heard import Heard, heard
from coordinator_app.ui.sounds import Sounds

TO_HEAR = {"hear_accepted": Verdict.ACCEPTED, "hear_refused": Verdict.REFUSED}
"""The actions of the scanner set-up that only sound."""


class Sounding:
    """The sounds of one workstation; `silent` where its settings switch them off, or it has nothing to sound with."""

    def __init__(self, sounds: Sounds | None, *, silent: bool) -> None:
        """Take the sounds, None where there are none."""
        self._sounds = sounds
        self._silent = silent
        self._loudness = Loudness.UNKNOWN

    @property
    def heard(self) -> Heard:
        """Whether anything can be heard here, and why not."""
        has_output = self._sounds is None or self._sounds.available
        return heard(switched_off=self._silent, has_output=has_output, loudness=self._loudness)

    def hear_loudness(self, loudness: Loudness) -> bool:
        """Take what the system says of its volume; True where that is new."""
        before, self._loudness = self._loudness, loudness
        return loudness is not before

    @property
    def paused_s(self) -> int | None:
        """For how many seconds the alarms stay silent; None while they do not."""
        return self._sounds.paused_s if self._sounds is not None else None

    def pause_alarms(self) -> bool:
        """Silence the alarms for a while; False where there is nothing to silence."""
        if self._sounds is None:
            return False
        self._sounds.pause_alarms()
        return True

    def let_hear(self, verdict: Verdict) -> bool:
        """Sound one verdict to try it out; False where nothing can be heard."""
        if self._sounds is None or not self._sounds.available:
            return False
        self._sounds.tell(verdict)
        return True

    def answered(self, answer: Answer, *, acted: bool) -> None:
        """Sound an answer. A tick is answered too, each second: only what a person did is told by ear."""
        if self._sounds is None:
            return
        self._sounds.hold_alarms(answer.frame.alarms)
        if acted or answer.verdict is Verdict.REFUSED:
            self._sounds.tell(answer.verdict)
