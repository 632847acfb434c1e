"""The guided procedure: one instruction at a time, very large, with what to scan drawn."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from coordinator_app.domain.inputs import Stated, Submitted
from coordinator_app.domain.screens import ActionShown, GuidedPage, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.banners import BannerView
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.clock_views import ClockCard
from coordinator_app.ui.parts.entry_card import EntryCard
from coordinator_app.ui.parts.marks import NOW, MarksList
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.picture import Picture, Sign
from coordinator_app.ui.parts.surfaces import card, column, scrolled
from coordinator_app.ui.parts.text import centred, words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP, PAGE_MARGIN
from coordinator_app.ui.wording import worded, worded_note


class GuidedScreen(PageView):
    """Steps left, instruction in the middle, clock and what was read at the right, actions below."""

    def __init__(self, page: GuidedPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        self._entry: EntryCard | None = None
        self.scan_expected = page.expects_scan
        # An alarm above the page takes its room from spaces and drawing, never from words.
        self._tight = bool(around.frame.alarms or around.frame.notices)
        layout = column(self, margins=(PAGE_MARGIN, 20, PAGE_MARGIN, 20), gap=GAP)
        layout.addWidget(BannerView(page.banner))
        body = QWidget()
        bar = ActionBar(self._actions(), scan_expected=page.expects_scan)
        # Large text leaves no room for three columns: they then stand under one another and scroll.
        if theme.look().scale >= LARGE_TEXT:
            self._stack(body)
            self.place(layout, body, bar)
        else:
            self._columns(body)
            self.stand(layout, body, bar)

    def take_focus(self) -> None:
        """Put the keyboard into the entry card when something is typed here."""
        if self._entry is not None:
            self._entry.take_focus()

    @Slot(object)
    def act(self, action: ActionShown) -> None:
        """Send what was filled in with the action that goes on; any other action goes alone."""
        if self._entry is None or not action.primary:
            super().act(action)
            return
        values = self._entry.values()
        if "family" in values and "born" in values:
            stated = Stated(family=values["family"], born=values["born"], given=values.get("given", ""))
            self.done.emit(stated)
        else:
            self.done.emit(Submitted(values=values, action=action.id))

    def _actions(self) -> tuple[ActionShown, ...]:
        if not self._page.fields or any(action.primary for action in self._page.actions):
            return self._page.actions
        return (*self._page.actions, ActionShown(id="save", primary=True))

    def _columns(self, body: QWidget) -> None:
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(20))
        # Each column scrolls by itself: the clock stays in sight however long the entries in the middle are.
        if self._page.marks:
            left = scrolled(_holding(self._steps()))
            left.setFixedWidth(theme.wide(250))
            row.addWidget(left)
        right = scrolled(self._right())
        right.setFixedWidth(theme.wide(300))
        row.addWidget(scrolled(_holding(self._middle())), 1)
        row.addWidget(right)

    def _stack(self, body: QWidget) -> None:
        layout = column(body, gap=GAP)
        layout.addWidget(words(self._place(), "heading"))
        layout.addWidget(self._middle())
        layout.addWidget(self._right())
        if self._page.marks:
            layout.addWidget(self._steps())
        layout.addStretch(1)

    def _place(self) -> str:
        marks = self._page.marks
        now = next((at for at, mark in enumerate(marks, start=1) if mark.state in NOW), len(marks))
        title = worded(self._page.title)
        if not marks:
            return title
        return self.tr("{title} · step {number} of {count}").format(title=title, number=now, count=len(marks))

    def _steps(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(20, 16, 20, 12), gap=6)
        layout.addWidget(words(worded(self._page.title), "heading"))
        layout.addWidget(MarksList(self._page.marks, tight=self._tight), 1)
        return frame

    def _middle(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(20, 18, 20, 18), gap=8 if self._tight else 14)
        if not self._page.marks and theme.look().scale < LARGE_TEXT:
            layout.addWidget(words(worded(self._page.title), "heading"))
        if self._page.note is not None:
            tone = Tone.OVERDUE if self._page.note_is_refusal else Tone.DUE
            layout.addWidget(NoteStrip(worded_note(self._page.note), tone))
        if self._page.fields:
            self._add_entry(layout)
        else:
            self._add_instruction(layout)
        return frame

    def _add_instruction(self, layout: QVBoxLayout) -> None:
        layout.addStretch(1)
        crowded = self._tight and self._page.note is not None
        side = 64 if crowded or theme.look().scale >= LARGE_TEXT else 128
        picture = Picture(self._page.drawing, side, beam=self._page.expects_scan)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.px(10))
        layout.addWidget(centred(worded(self._page.instruction), 42, theme.look().tokens.ink, bold=True))
        if self._page.hint is not None:
            layout.addWidget(centred(worded(self._page.hint), 20, theme.look().tokens.soft))
        layout.addStretch(1)

    def _add_entry(self, layout: QVBoxLayout) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(16))
        small = Picture(self._page.drawing, 60)
        small.setFixedWidth(theme.px(64))
        top.addWidget(small, 0, Qt.AlignmentFlag.AlignTop)
        said = column_of(worded(self._page.instruction), worded(self._page.hint) if self._page.hint else "")
        top.addWidget(said, 1)
        layout.addLayout(top)
        self._entry = EntryCard(self._page.fields, scan_expected=self._page.expects_scan)
        layout.addWidget(self._entry, 1)

    def _right(self) -> QWidget:
        side = QWidget()
        layout = column(side, gap=12)
        if self._page.clock is not None:
            clock = ClockCard(self._page.clock, self._around.moment)
            self.clock_views.append(clock)
            layout.addWidget(clock)
        if self._page.already:
            layout.addWidget(self._already())
        layout.addStretch(1)
        return side

    def _already(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(20, 12, 16, 12), gap=6)
        layout.addWidget(words(self.tr("Already read"), "heading"))
        for read in self._page.already:
            at = formats.clock_time_with_seconds(read.at, self._around.moment.zone)
            row = QHBoxLayout()
            row.setSpacing(theme.px(8))
            row.addWidget(Sign("tick", 20, theme.look().tokens.in_time.ink), 0, Qt.AlignmentFlag.AlignTop)
            told = self.tr("{what}, {time}").format(what=worded(read.say), time=at)
            row.addWidget(words(told, "body"), 1)
            layout.addLayout(row)
        return frame


def _holding(frame: QFrame) -> QWidget:
    # What scrolls is see-through; a card keeps its own ground inside it.
    holder = QWidget()
    column(holder).addWidget(frame)
    return holder


def column_of(question: str, hint: str) -> QWidget:
    """Return a question with its hint below it."""
    said = QWidget()
    layout = column(said, gap=2)
    layout.addWidget(words(question, "question"))
    if hint:
        layout.addWidget(words(hint, "soft"))
    return said
