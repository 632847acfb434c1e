"""What is said beside a countdown: what must be complete, the absolute instant, and what ends it (design §6)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from coordinator_app.domain.screens import ClockShown
from coordinator_app.ui import formats
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.text import Run, runs
from coordinator_app.ui.wording import worded_word


def deadline_words(clock: ClockShown, moment: Moment) -> list[Run]:
    """Return the sentence with the absolute instant, which stands out."""
    if clock.state == "uncertain" or clock.remaining_ms is None:
        return _standing_words(clock, moment)
    if clock.state == "early" and clock.earliest is not None:
        template = QCoreApplication.translate("Clock", "{title}: not before {time}")
        at = formats.instant(clock.earliest, moment.zone, moment.now, opening=True)
    elif clock.deadline is not None:
        template = QCoreApplication.translate("Clock", "{title} by {time}")
        at = formats.instant(clock.deadline, moment.zone, moment.now)
    else:
        return _standing_words(clock, moment)
    return runs(template, bold=("time",), title=clock.title, time=at)


def _standing_words(clock: ClockShown, moment: Moment) -> list[Run]:
    pieces: list[Run] = [(clock.why or clock.title, False)]
    if clock.deadline is not None:
        template = QCoreApplication.translate("Clock", " · {title} by {time}")
        at = formats.instant(clock.deadline, moment.zone, moment.now)
        pieces += runs(template, bold=("time",), title=clock.title, time=at)
    return pieces


def source_words(clock: ClockShown) -> str:
    """Return what ends the clock, where the limit is written, and whether its start was entered late."""
    parts = []
    if clock.ends:
        ends = worded_word(clock.ends)
        parts.append(QCoreApplication.translate("Clock", "Ends with: {event}").format(event=ends))
    if clock.source:
        parts.append(clock.source)
    if clock.entered_late:
        parts.append(QCoreApplication.translate("Clock", "entered late"))
    return " · ".join(parts)
