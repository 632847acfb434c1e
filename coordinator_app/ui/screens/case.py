"""One patient's therapy: banner, journey, every identifier with its issuer, what comes next, clocks, record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from coordinator_app.domain.screens import CasePage, RecordLine
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.banners import BannerView
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.clock_views import ClockCard
from coordinator_app.ui.parts.journey import JourneyLine
from coordinator_app.ui.parts.surfaces import StripedCard, card, column, rule
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.parts.text_rows import RowOfText, TextRows
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP, PAGE_MARGIN
from coordinator_app.ui.wording import typed_by_hand, worded, worded_word


class CaseScreen(PageView):
    """The banner stays; all below it scrolls."""

    def __init__(self, page: CasePage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        layout = column(self, margins=(PAGE_MARGIN, 20, PAGE_MARGIN, 20), gap=GAP)
        layout.addWidget(BannerView(page.banner))
        body = QWidget()
        stack = column(body, gap=GAP)
        stack.addWidget(self._journey())
        if theme.look().scale >= LARGE_TEXT:
            stack.addWidget(self._next_and_clocks())
            stack.addWidget(self._identifiers())
        else:
            row = QHBoxLayout()
            row.setSpacing(theme.px(20))
            row.addWidget(self._identifiers(), 7)
            row.addWidget(self._next_and_clocks(), 6)
            stack.addLayout(row)
        if page.record:
            stack.addWidget(self._record())
        stack.addStretch(1)
        self.place(layout, body, ActionBar(page.actions, scan_expected=False))

    def _journey(self) -> QFrame:
        frame = card()
        column(frame, margins=(8, 14, 8, 12)).addWidget(JourneyLine(self._page.journey))
        return frame

    def _identifiers(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(20, 14, 20, 14), gap=4)
        layout.addWidget(words(self.tr("Every identifier"), "heading"))
        layout.addSpacing(theme.px(4))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(7))
        for number, each in enumerate(self._page.identifiers):
            value = words(each.value, "strong")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            issuer = f"{each.issuer} · {each.carrier}" if each.carrier else each.issuer
            grid.addWidget(words(worded_word(each.name), "soft"), number * 2, 0)
            grid.addWidget(value, number * 2, 1)
            grid.addWidget(words(issuer, "body"), number * 2, 2)
            if number + 1 < len(self._page.identifiers):
                grid.addWidget(rule(), number * 2 + 1, 0, 1, 3)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(2, 4)
        layout.addLayout(grid)
        layout.addStretch(1)
        return frame

    def _next_and_clocks(self) -> QWidget:
        side = QWidget()
        layout = column(side, gap=GAP)
        following = StripedCard()
        following.set_colour(theme.look().tokens.action)
        lines = column(following, margins=(28, 14, 20, 14), gap=4)
        lines.addWidget(words(self.tr("What comes next"), "heading"))
        lines.addWidget(words(worded(self._page.next_title), "name"))
        lines.addWidget(words(worded(self._page.next_detail), "soft"))
        layout.addWidget(following)
        for clock in self._page.clocks:
            view = ClockCard(clock, self._around.moment, size=28, wide=True)
            self.clock_views.append(view)
            layout.addWidget(view)
        layout.addStretch(1)
        return side

    def _record(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(20, 14, 20, 14), gap=4)
        heading = self.tr("Record")
        if self._page.typed:
            heading = self.tr("Record · {typed}").format(typed=worded(typed_by_hand(self._page.typed)))
        layout.addWidget(words(heading, "heading"))
        zone = self._around.moment.zone
        rows = [
            RowOfText((formats.day_and_time(line.at, zone), self._said(line), line.actor), line.refused)
            for line in self._page.record
        ]
        layout.addWidget(TextRows(rows))
        return frame

    def _said(self, line: RecordLine) -> str:
        said = worded(line.say)
        if line.refused:
            said = self.tr("✕ {what}").format(what=said)
        if line.late:
            said = self.tr("{what} · entered late").format(what=said)
        return said
