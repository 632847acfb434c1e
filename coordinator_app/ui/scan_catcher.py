"""Catches what keyboard scanners type, anywhere in the program, before any field or button sees it.

Key events are held for as long as a scanner could still be typing (design §4.3, `reference/standards.md` §5.4). A run
that was a scan becomes one `Scanned`; what a hand typed is given back to the window it was meant for, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import cast

import shiboken6
from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QWindow

from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.focus_places import FocusPlaces, takes_text
from coordinator_app.ui.key_strokes import is_modifier, stroke_of, stroke_of_commit
from coordinator_app.ui.key_tap import KeyTap
from coordinator_app.ui.keyboard_layouts import Stroke, Wedge
from coordinator_app.ui.known_wedges import Wedges
from coordinator_app.ui.scan_burst import Before, Burst, Dropped, Judgement, ScanLost, Typing, Why, judge

_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})


class Held(Struct, frozen=True):
    """An event kept back, and the object it was on its way to."""

    target: QObject
    event: QEvent


def milliseconds() -> int:
    """Return a clock for gaps between keys; it has no relation to the time of day."""
    return monotonic_ns() // 1_000_000


class ScanCatcher(QObject):
    """Watches the keys of every window of the program. One scan, one signal; nothing of it reaches a widget."""

    scan_caught = Signal(object)
    """A `Scanned` record."""
    scan_lost = Signal(object)
    """A `ScanLost` record: something was scanned and could not be used. It is answered audibly."""
    strokes_seen = Signal(object)
    """The strokes of every judged run of two keys or more, for the scanner set-up screen: a tuple of `Stroke`."""

    def __init__(
        self, wedge: Wedge | None = None, parent: QObject | None = None, now_ms: Callable[[], int] = milliseconds
    ) -> None:
        super().__init__(parent)
        self._wedges = Wedges(wedge or Wedge())
        self._now_ms = now_ms
        self._platform = QGuiApplication.platformName()
        self._tap = KeyTap() if self._platform == "xcb" else None
        self._burst: Burst | None = None
        self._held: list[Held] = []
        self._down: set[tuple[int, int]] = set()
        self._given_back: tuple[int, int] | str | None = None
        self._blocked = False
        self._typed_ms = -1_000_000
        self._lost_ms = -1_000_000
        self._judged_ms = -1_000_000
        self._armed_ms = 0
        self._places = FocusPlaces(self)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.timeout.connect(self._judge_after_silence)

    def install(self) -> None:
        """Begin to watch every key event of the application's windows."""
        self._places.follow()
        app = QCoreApplication.instance()
        if app is not None and self._tap is not None:
            app.installNativeEventFilter(self._tap)

    def watch(self, window: QWindow) -> None:
        """Watch a window from before it has the focus for the first time."""
        self._places.add(window)

    def remove(self) -> None:
        """Stop watching; what is held is dropped."""
        self._silence.stop()
        self._burst, self._held = None, []
        self._places.leave()
        app = QCoreApplication.instance()
        if app is not None and self._tap is not None:
            app.removeNativeEventFilter(self._tap)

    def use(self, wedges: Wedges) -> None:
        """Read the keyboard scanners as their calibrations say from now on."""
        self._wedges = wedges

    def block(self) -> None:
        """Refuse every scan from now on, audibly: the program is broken or closing."""
        self._blocked = True

    @property
    def is_holding(self) -> bool:
        """Tell whether keys are held back at this moment, because a scanner could still be typing."""
        return self._burst is not None

    def allow(self) -> None:
        """Accept scans again."""
        self._blocked = False

    # The filter ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold back key strokes that may belong to a scan; let everything else go on."""
        kind = event.type()
        if kind is QEvent.Type.InputMethod:
            return self._filter_commit(watched, cast(QInputMethodEvent, event))
        if kind not in _KEYS or not isinstance(event, QKeyEvent) or self._given_back == _identity(event):
            return False
        if kind is QEvent.Type.KeyRelease:
            return self._filter_release(watched, event)
        stroke = stroke_of(event, self._platform, self._at_ms(event))
        self._finish_if_late(stroke)
        if not self._wants(stroke, event):
            return False
        if kind is QEvent.Type.ShortcutOverride:
            # Accepted here means: no shortcut may have it, send it as a key press, which is then held.
            event.accept()
            return True
        self._take(watched, event, stroke)
        return True

    def _filter_release(self, watched: QObject, event: QKeyEvent) -> bool:
        name = (int(event.key()), int(event.nativeScanCode()))
        if name not in self._down:
            return False
        self._down.discard(name)
        if self._burst is not None:
            self._held.append(Held(watched, QKeyEvent(event)))
        return True

    def _filter_commit(self, watched: QObject, event: QInputMethodEvent) -> bool:
        """Hold text that an input method made of a dead key and the stroke after it."""
        if not event.commitString() or self._given_back == event.commitString():
            return False
        stroke = stroke_of_commit(event.commitString(), self._last_known_ms())
        self._finish_if_late(stroke)
        self._begin_or_add(stroke)
        held = QInputMethodEvent()
        held.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
        self._held.append(Held(watched, held))
        return True

    def _wants(self, stroke: Stroke, event: QKeyEvent) -> bool:
        """Tell whether this press may belong to a scan, or comes in the middle of one."""
        if self._burst is not None:
            return not is_modifier(event)
        if is_modifier(event):
            return False
        if _may_be_tail(stroke):
            return self._in_the_wake_of_a_scan(stroke)
        if event.isAutoRepeat():
            return False
        if stroke.alt:
            return stroke.keypad and bool(stroke.digit)
        if stroke.ctrl:
            return stroke.text == "\x1d" or event.key() == Qt.Key.Key_BracketRight
        printable = len(stroke.text) > 0 and stroke.text.isprintable()
        return printable or stroke.dead or stroke.text == "\x1d" or bool(stroke.digit)

    def _take(self, watched: QObject, event: QKeyEvent, stroke: Stroke) -> None:
        """Hold one press, or judge the run when its suffix has come."""
        self._down.add((int(event.key()), int(event.nativeScanCode())))
        if self._burst is None and _may_be_tail(stroke):
            return
        self._held.append(Held(watched, QKeyEvent(event)))
        if stroke.enter or stroke.tab or (stroke.ctrl and stroke.text in ("\r", "\n", "\t")):
            if not isinstance(self._judge(ended=True), Typing):
                self._judged_ms = stroke.at_ms
            return
        self._begin_or_add(stroke)
        if event.isAutoRepeat() and self._burst is not None:
            self._burst.spoiled = True

    def _begin_or_add(self, stroke: Stroke) -> None:
        if self._burst is None:
            self._burst = Burst(stroke.at_ms, stroke.at_ms, self._before(stroke))
        self._burst.add(stroke)
        self._armed_ms = self._now_ms()
        self._silence.start(self._gap_ms(self._burst))

    # Judging -------------------------------------------------------------------------------------------------------

    @Slot()
    def _judge_after_silence(self) -> None:
        if self._burst is None:
            return
        allowed = self._gap_ms(self._burst)
        if self._now_ms() - self._armed_ms > allowed + 20:
            # The window was busy and the next strokes may already wait behind this timer: let them in first.
            self._armed_ms = self._now_ms()
            self._silence.start(allowed)
            return
        self._judge(ended=False)

    def _finish_if_late(self, stroke: Stroke) -> None:
        """Judge the run that this stroke comes too late for."""
        if self._burst is None:
            return
        gap = stroke.at_ms - self._burst.last_ms
        if gap < 0 or gap > self._gap_ms(self._burst):
            self._judge(ended=False)

    def _judge(self, *, ended: bool) -> Judgement:
        """Make one scan of what is held, give it back as typing, or refuse it."""
        burst, held = self._burst, self._held
        self._burst, self._held = None, []
        self._silence.stop()
        if burst is None:
            return Dropped()
        tapped: tuple[Stroke, ...] = ()
        if self._tap is not None:
            tapped = self._tap.since(burst.last_ms, self._gap_ms(burst))
        wedge = self._wedges.reader(tuple(burst.strokes), tapped)
        found = judge(burst, wedge, ended=ended, into_field=takes_text(), tapped=tapped)
        if len(burst.strokes) > 1:
            self.strokes_seen.emit(tapped if len(tapped) >= len(burst.strokes) else tuple(burst.strokes))
        if isinstance(found, Typing):
            self._typed_ms = burst.last_ms
            self._give_back(held)
        else:
            self._judged_ms = burst.last_ms
            self._report(found, burst)
        return found

    def _report(self, found: Judgement, burst: Burst) -> None:
        if not isinstance(found, Scanned):
            # What follows closely is the rest of the same broken scan, never a whole one.
            self._lost_ms = burst.last_ms
        if isinstance(found, Scanned) and not self._blocked:
            self.scan_caught.emit(found)
        elif isinstance(found, Scanned):
            self.scan_lost.emit(ScanLost(Why.BLOCKED, len(burst.strokes)))
        elif isinstance(found, ScanLost):
            self.scan_lost.emit(found)

    def _give_back(self, held: list[Held]) -> None:
        """Send held events where they were going; the filter lets exactly these through."""
        for kept in held:
            if not shiboken6.isValid(kept.target):
                continue
            if isinstance(kept.event, QKeyEvent):
                self._down.discard((int(kept.event.key()), int(kept.event.nativeScanCode())))
                self._given_back = _identity(kept.event)
            elif isinstance(kept.event, QInputMethodEvent):
                self._given_back = kept.event.commitString()
            try:
                QCoreApplication.sendEvent(kept.target, kept.event)
            finally:
                self._given_back = None

    def _gap_ms(self, burst: Burst) -> int:
        """Return how long the next stroke may take: as long as the slowest of the scanners that may be typing."""
        return max(burst.gap_ms(wedge) for wedge in self._wedges.each())

    # Time and place ------------------------------------------------------------------------------------------------

    def _at_ms(self, event: QKeyEvent) -> int:
        """Return when the key was pressed: the system's time of it where it has one, else now."""
        return int(event.timestamp()) or self._now_ms()

    def _last_known_ms(self) -> int:
        """Return the time of the newest press: an input method's event has none of its own."""
        newest = self._tap.newest_ms() if self._tap is not None else None
        return newest if newest is not None else self._now_ms()

    def _before(self, stroke: Stroke) -> Before:
        """Return what ended so shortly before this stroke that both may belong together."""
        if 0 <= stroke.at_ms - self._lost_ms < self._wedges.settings.pieces_ms:
            return Before.LOSS
        if 0 <= stroke.at_ms - self._typed_ms < self._wedges.settings.pieces_ms:
            return Before.TYPING
        return Before.NOTHING

    def _in_the_wake_of_a_scan(self, stroke: Stroke) -> bool:
        """Tell whether this Enter, Tab or space is the tail of a scan just judged (CR LF, or a broken-off one)."""
        return 0 <= stroke.at_ms - self._judged_ms < self._wedges.settings.pieces_ms


def _identity(event: QKeyEvent) -> tuple[int, int]:
    """Return what marks one key stroke while it travels from the window to the widgets under it."""
    return int(event.key()), int(event.timestamp())


def _may_be_tail(stroke: Stroke) -> bool:
    """Tell whether a stroke without a run before it is at most what a scan left behind, and presses buttons."""
    return stroke.enter or stroke.tab or stroke.text in (" ", "\r", "\n", "\t")
