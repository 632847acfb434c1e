"""The paper sheet of a case: lines to read now, while the printer works."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import PaperPage
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.surfaces import card, column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.wording import worded


class PaperScreen(PageView):
    """The same words as on paper, in their order."""

    def __init__(self, page: PaperPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=12)
        layout.addWidget(words(worded(page.title), "title"))
        if page.file:
            layout.addWidget(words(self.tr("Sent to the printer as {file}").format(file=page.file), "soft"))
        else:
            layout.addWidget(words(self.tr("Not printed. Read it here, or write it by hand."), "soft"))
        frame = card()
        lines = column(frame, margins=(28, 20, 28, 20), gap=7)
        for number, line in enumerate(page.lines):
            lines.addWidget(words(line, "strong" if number == 0 else "body"))
        lines.addStretch(1)
        self.place(layout, frame, ActionBar(page.actions, scan_expected=False))
