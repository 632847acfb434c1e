"""A trial's profile to read before it is approved: every rule in plain words, and its clocks on an example day."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from coordinator_app.domain.dry_run import DryRunLine
from coordinator_app.domain.screens import ProfilePage, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.surfaces import card, column, rule
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP, PAGE_MARGIN
from coordinator_app.ui.wording import worded, worded_note


class ProfileScreen(PageView):
    """Everything that the profile lays down, to be held against the manual line by line."""

    def __init__(self, page: ProfilePage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=10)
        title = self.tr("{profile}, version {version}").format(profile=page.profile, version=page.version)
        layout.addWidget(words(title, "title"))
        told = self.tr("{title} · {state} · fingerprint {seal}")
        told = told.format(title=page.title, state=worded(page.state), seal=page.sha256[:16])
        layout.addWidget(words(told, "soft"))
        if page.note is not None:
            layout.addWidget(NoteStrip(worded_note(page.note), Tone.DUE))
        body = QWidget()
        lines = column(body, gap=GAP)
        lines.addWidget(self._day())
        for heading, sentences in page.sections:
            lines.addWidget(self._section(worded(heading), sentences))
        lines.addStretch(1)
        self.place(layout, body, ActionBar(page.actions, scan_expected=False))

    def _section(self, heading: str, sentences: tuple[str, ...]) -> QFrame:
        frame = card()
        layout = column(frame, margins=(24, 14, 24, 14), gap=6)
        layout.addWidget(words(heading, "heading"))
        for sentence in sentences:
            row = QHBoxLayout()
            row.setSpacing(theme.px(10))
            row.addWidget(words("•", "soft", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(words(sentence), 1)
            layout.addLayout(row)
        return frame

    def _day(self) -> QFrame:
        frame = card()
        layout = column(frame, margins=(24, 14, 24, 16), gap=6)
        layout.addWidget(words(self.tr("The clocks on an example day"), "heading"))
        told = self.tr("The steps one after the other, one each hour, from eight in the morning of today.")
        layout.addWidget(words(told, "soft"))
        if theme.look().scale >= LARGE_TEXT:
            for line in self._page.day:
                layout.addWidget(words(" · ".join(text for text in self._cells(line) if text)))
            return frame
        layout.addLayout(self._table())
        return frame

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(18))
        grid.setVerticalSpacing(theme.px(6))
        heads = (self.tr("Clock"), self.tr("Starts"), self.tr("Not before"), self.tr("By"), self.tr("Ends with"))
        for place, head in enumerate(heads):
            grid.addWidget(words(head, "soft"), 0, place)
            grid.setColumnStretch(place, (5, 6, 4, 4, 6)[place])
        for number, line in enumerate(self._page.day, start=1):
            grid.addWidget(rule(), number * 2 - 1, 0, 1, len(heads))
            for place, text in enumerate(self._cells(line)):
                cell = words(text, "strong" if place in (2, 3) else "body")
                grid.addWidget(cell, number * 2, place, Qt.AlignmentFlag.AlignTop)
        return grid

    def _cells(self, line: DryRunLine) -> tuple[str, str, str, str, str]:
        where = ", ".join(f"{name} {value}" for name, value in sorted(line.scope.items()) if name != "dose")
        name = self.tr("{title}, {where}").format(title=line.title, where=where) if where else line.title
        starts = line.starts[:1].upper() + line.starts[1:]
        starts = f"{starts}, {self._at(line.started_at)}" if line.started_at is not None else starts
        by = self._at(line.deadline)
        if line.is_stamped and by:
            by = self.tr("{time}, as stamped in the example").format(time=by)
        elif line.is_stamped:
            by = self.tr("as stamped")
        return name, starts, self._at(line.earliest, opening=True) or "–", by or "–", line.ends or "–"

    def _at(self, at: datetime | None, *, opening: bool = False) -> str:
        if at is None:
            return ""
        moment = self._around.moment
        return formats.instant(at, moment.zone, moment.now, opening=opening)
