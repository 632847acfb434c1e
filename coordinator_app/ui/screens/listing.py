"""People, profiles, labels, deviations, scanners: one title, one table, what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from coordinator_app.domain.screens import ListPage
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.photo_row import PhotoRow
from coordinator_app.ui.parts.picture import Picture
from coordinator_app.ui.parts.row_painter import RowPainter
from coordinator_app.ui.parts.rows_model import RowsModel
from coordinator_app.ui.parts.surfaces import card, column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.wording import worded


def shared_width(wanted: list[tuple[int, int]], total: int) -> list[int]:
    """Share a width in px among columns, each given by its longest word and its longest text.

    No column is narrower than its longest word, which would be cut: the table then scrolls sideways. What is left goes
    where text would wrap, first to whoever lacks least, and evenly where nobody lacks any.
    """
    widths = [least for least, _ in wanted]
    rest = max(total - sum(widths), 0)
    lacking = sorted((whole - least, place) for place, (least, whole) in enumerate(wanted))
    for waiting, (lack, place) in enumerate(lacking):
        share = min(lack, rest // (len(lacking) - waiting))
        widths[place] += share
        rest -= share
    return [width + rest // len(wanted) for width in widths]


class ListScreen(PageView):
    """One model, one view; pressing a row opens what that row's own record names."""

    def __init__(self, page: ListPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._table: QTableView | None = None
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=12)
        layout.addWidget(words(worded(page.title), "title"))
        layout.addWidget(words(worded(page.intro), "soft"))
        layout.addWidget(self._made_table() if page.rows else self._made_empty(), 1)
        if page.pictures:
            layout.addWidget(PhotoRow(page.pictures))
        bar = ActionBar(page.actions, scan_expected=False)
        bar.chosen.connect(self.act)
        self.actions_shown = bar.shown
        layout.addWidget(bar)

    def _made_empty(self) -> QWidget:
        frame = card()
        layout = column(frame, margins=(24, 24, 24, 24), gap=12)
        layout.addStretch(1)
        layout.addWidget(Picture("paper", 96), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(words(worded(self._page.empty), "hint", centred=True))
        layout.addStretch(1)
        return frame

    def _made_table(self) -> QTableView:
        self._model = RowsModel(self._page, self)
        self._painter = RowPainter(name_column=int(self._model.has_tones))
        self._painter.setParent(self)
        table = QTableView(self)
        table.setObjectName("rows")
        table.setModel(self._model)
        table.setItemDelegate(self._painter)
        table.setAccessibleName(worded(self._page.title))
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.clicked.connect(self._row_chosen)
        table.installEventFilter(self)
        self._table = table
        return table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each row the height that its wrapped text needs at the new width."""
        super().resizeEvent(event)
        # The table has its new width only after this event.
        QTimer.singleShot(0, self, self._fit_table)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the current row by Enter or Space."""
        if watched is self._table and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            opening = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if opening and self._table.currentIndex().isValid():
                self._row_chosen(self._table.currentIndex())
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _fit_table(self) -> None:
        if self._table is None:
            return
        table, wanted = self._table, self._painter.widths(self._model)
        room = table.contentsRect()
        bar = table.verticalScrollBar().sizeHint().width()
        # Rows that do not fit bring a scroll bar, which takes its width from the columns.
        for width in (room.width(), room.width() - bar):
            for column_at, each in enumerate(shared_width(wanted, width)):
                table.setColumnWidth(column_at, each)
            table.resizeRowsToContents()
            if table.verticalHeader().length() + table.horizontalHeader().height() <= room.height():
                break

    @Slot(QModelIndex)
    def _row_chosen(self, index: QModelIndex) -> None:
        row = self._model.row(index)
        if row.opens:
            self.open_thing(row.opens)
