"""The exchange panel: the word and its age very large, numbers that add up, the workstations, what to do now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from coordinator_app.domain.screens import CountShown, ExchangePage, Page, Tone, WorkstationShown
from coordinator_app.ui import formats, theme
from coordinator_app.ui.exchange_words import exchange_tone, exchange_words, tone_of_state
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.surfaces import StripedCard, card, column, rule
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.parts.tones import StateShape
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.scanners import CardPicture
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP, PAGE_MARGIN
from coordinator_app.ui.wording import worded

_HEADS = 3
_NOTHING_YET = frozenset({"alone", "asking", "waiting_hub", "joining", "refused"})
"""States in which nothing was exchanged: there are no numbers to show."""


class ExchangeScreen(PageView):
    """How this workstation stands with its hub and the others; renewed in place while somebody reads it."""

    def __init__(self, page: ExchangePage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        self._ages: list[tuple[QLabel, WorkstationShown]] = []
        self._counts: list[QLabel] = []
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=12)
        head = QHBoxLayout()
        head.addWidget(words(self.tr("Exchange"), "title", wrap=False), 1)
        if page.hub:
            head.addWidget(words(self.tr("Hub: {hub}").format(hub=page.hub), "soft", wrap=False))
        layout.addLayout(head)
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(GAP))
        columns.addWidget(self._left(), 1)
        if page.code and theme.look().scale < LARGE_TEXT:
            columns.addWidget(self._own_words())
        self.place(layout, body, ActionBar(page.actions, scan_expected=False))
        self.tick(around.moment)

    def renews(self, page: Page) -> bool:
        """Show a fresh record of the same panel where only ages and counts are new."""
        if not isinstance(page, ExchangePage) or _shape(page) != _shape(self._page):
            return False
        self._page = page
        for label, count in zip(self._counts, (page.waiting, *page.received), strict=bool(self._counts)):
            label.setText(_number(count))
        self._meaning.setText(worded(page.meaning))
        self._ages = [(label, shown) for (label, _), shown in zip(self._ages, page.workstations, strict=True)]
        return True

    def renew_surroundings(self, around: Surroundings) -> None:
        """Say anew how old everything is, by the newest record."""
        self.tick(around.moment)

    def tick(self, moment: Moment) -> None:
        """Say anew how old everything is."""
        super().tick(moment)
        # What is still to be sent has its own place below the word.
        self._word.setText(exchange_words(self._page.exchange, moment, waiting=False))
        for label, shown in self._ages:
            if shown.news_at is None:
                label.setText(self.tr("no news yet"))
                continue
            at = formats.instant(shown.news_at, moment.zone, moment.now)
            age = formats.age_of(shown.news_at, moment.now)
            label.setText(self.tr("{age} ago, {time}").format(age=age, time=at))

    def leave(self) -> None:
        """Go back to the panel itself from the words and the code."""
        back = next((each for each in self.actions_shown if each.id == "open:exchange"), None)
        if back is not None:
            self.act(back)

    # Parts ----------------------------------------------------------------------------------------------------------

    def _left(self) -> QWidget:
        holder = QWidget()
        lines = column(holder, gap=GAP)
        lines.addWidget(self._status())
        for note in self._page.notes:
            lines.addWidget(NoteStrip(worded(note), Tone.DUE, size=16))
        if self._page.code and theme.look().scale >= LARGE_TEXT:
            lines.addWidget(self._own_words())
        if self._page.workstations:
            lines.addWidget(self._workstations())
        lines.addStretch(1)
        return holder

    def _status(self) -> QWidget:
        frame = StripedCard()
        tone = exchange_tone(self._page.exchange)
        frame.set_tone(tone)
        lines = column(frame, margins=(28, 16, 24, 16), gap=8)
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        colours = theme.look().tokens.tone(tone)
        top.addWidget(StateShape(tone, 34, colours.ink, colours.ground), 0, Qt.AlignmentFlag.AlignVCenter)
        self._word = words("", "question")
        self._word.setObjectName("exchange:word")
        top.addWidget(self._word, 1)
        lines.addLayout(top)
        self._meaning = words(worded(self._page.meaning), "large")
        lines.addWidget(self._meaning)
        if self._page.hub_here is not None:
            lines.addWidget(words(worded(self._page.hub_here), "strong"))
        if self._page.trouble is not None:
            lines.addWidget(words(worded(self._page.trouble), "soft"))
        if self._page.exchange.state not in _NOTHING_YET:
            lines.addWidget(rule())
            lines.addLayout(self._numbers())
        return frame

    def _numbers(self) -> QVBoxLayout:
        """Stand the counts in one line that reads as the sum it is."""
        rows = QVBoxLayout()
        rows.setSpacing(theme.px(6))
        if theme.look().scale >= LARGE_TEXT:
            for count in (self._page.waiting, *self._page.received):
                row = QHBoxLayout()
                self._add_count(row, count)
                rows.addLayout(row)
            return rows
        line = QHBoxLayout()
        line.setSpacing(theme.px(14))
        self._add_count(line, self._page.waiting)
        line.addSpacing(theme.px(20))
        for place, count in enumerate(self._page.received):
            if place:
                line.addWidget(words("=" if place == 1 else "+", "question", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            self._add_count(line, count)
        line.addStretch(1)
        rows.addLayout(line)
        return rows

    def _add_count(self, line: QHBoxLayout, count: CountShown) -> None:
        holder = QWidget()
        stack = column(holder)
        number = words(_number(count), "question", wrap=False)
        stack.addWidget(number)
        stack.addWidget(words(worded(count.say), "soft", wrap=False))
        self._counts.append(number)
        line.addWidget(holder)

    def _workstations(self) -> QFrame:
        frame = card()
        grid = QGridLayout(frame)
        grid.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(16))
        grid.setHorizontalSpacing(theme.px(20))
        grid.setVerticalSpacing(theme.px(8))
        heads = (self.tr("Workstation"), self.tr("Last news from it"), self.tr("How it stands"))
        stacked = theme.look().scale >= LARGE_TEXT
        for place, head in enumerate(heads):
            if not stacked:
                grid.addWidget(words(head, "soft", wrap=False), 0, place)
                grid.setColumnStretch(place, (3, 4, 5)[place])
        for number, shown in enumerate(self._page.workstations, start=1):
            line = number * (_HEADS + 1)
            grid.addWidget(rule(), line, 0, 1, _HEADS)
            age = words("", "body")
            cells: list[QWidget] = [words(worded(shown.place), "strong"), age, self._state(shown)]
            for place, cell in enumerate(cells):
                at = (line + 1 + place, 0) if stacked else (line + 1, place)
                grid.addWidget(cell, *at, Qt.AlignmentFlag.AlignTop)
            self._ages.append((age, shown))
        return frame

    def _state(self, shown: WorkstationShown) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        colours = theme.look().tokens.tone(shown.tone)
        row.addWidget(StateShape(shown.tone, 20, colours.ink, colours.ground), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words(worded(shown.say)), 1)
        return holder

    def _own_words(self) -> QFrame:
        """The words of this workstation to be read aloud, and its code to be scanned from another one."""
        frame = card()
        frame.setFixedWidth(theme.wide(310))
        lines = column(frame, margins=(20, 16, 20, 16), gap=8)
        lines.addWidget(words(self.tr("The words of this workstation"), "heading"))
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.px(4))
        for number, word in enumerate(self._page.words):
            told = self.tr("{number}. {word}").format(number=number + 1, word=word)
            grid.addWidget(words(told, "large", wrap=False), number % 4, number // 4)
        lines.addLayout(grid)
        lines.addWidget(rule())
        lines.addWidget(words(self.tr("Or scan this code at the other workstation"), "heading"))
        picture = CardPicture(self._page.code, module=6)
        picture.setAccessibleName(self.tr("Code of this workstation"))
        lines.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(1)
        return frame


def _number(count: CountShown) -> str:
    return f"{count.count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _shape(page: ExchangePage) -> tuple[object, ...]:
    """Return what a panel is built from; ages and counts are shown in place."""
    stations = tuple((each.place, each.say, each.tone) for each in page.workstations)
    tones = tuple(count.tone for count in (page.waiting, *page.received))
    kind = (page.exchange.state, tone_of_state(page.exchange.state), page.meaning.code)
    return (
        *kind,
        page.hub,
        page.adds_up,
        stations,
        tones,
        page.trouble,
        page.hub_here,
        page.notes,
        page.words,
        page.code,
        page.actions,
    )
