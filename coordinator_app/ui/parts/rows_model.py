"""One model over the frozen rows of a list: what is shown is what was given, found by the row's own record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from coordinator_app.domain.screens import ListPage, RowShown, Tone
from coordinator_app.ui.parts.tones import list_word
from coordinator_app.ui.wording import worded

ROW_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """The rows of a `ListPage`; a first column tells the state by its word when any row has one."""

    def __init__(self, page: ListPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self.has_tones = any(row.tone is not None for row in page.rows)

    def row(self, index: Index) -> RowShown:
        """Return the record of a row."""
        return self._page.rows[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._page.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._page.columns) + int(self.has_tones)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its row, or its tone."""
        if not index.isValid():
            return None
        row = self._page.rows[index.row()]
        if role == TONE_ROLE:
            return row.tone.value if row.tone is not None and self._is_tone(index.column()) else None
        if role == ROW_ROLE:
            return row
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if self._is_tone(index.column()):
            return list_word(self._page.page, row.tone) if row.tone is not None else ""
        place = index.column() - int(self.has_tones)
        cell = row.cells[place] if place < len(row.cells) else ""
        return cell if isinstance(cell, str) else worded(cell)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's word."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        if self._is_tone(section):
            return self.tr("State")
        return worded(self._page.columns[section - int(self.has_tones)])

    def tone(self, index: Index) -> Tone | None:
        """Return the state that a cell shows."""
        value = index.data(TONE_ROLE)
        # A StrEnum comes back out of item data as a bare text.
        return Tone(value) if value else None

    def _is_tone(self, place: int) -> bool:
        return self.has_tones and place == 0
