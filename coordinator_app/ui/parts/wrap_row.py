"""A row that wraps when large text leaves no room, with some of its items kept at the far end."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class WrapRow(QLayout):
    """Lays widgets side by side, wraps them, and pushes those added as `far` to the right end of their line.

    They stand in the middle of their line's height, or at its foot.
    """

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 16, line_gap: int = 8, on_foot: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._far: set[int] = set()
        self._heights: dict[int, int] = {}
        self._gap = gap
        self._line_gap = line_gap
        self._on_foot = on_foot
        self.setContentsMargins(0, 0, 0, 0)

    def add_far(self, widget: QWidget) -> None:
        """Add a widget that stands at the far end."""
        self._far.add(len(self._items))
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's spelling
        """Add an item, as Qt asks."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's spelling
        """Return one item, None past the end: Qt counts that way."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's spelling
        """Take one item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's spelling
        """Say that the row takes no more height than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        # Asked for at the same few widths again and again while a page is laid out.
        if width not in self._heights:
            self._heights[width] = self._lay_out(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget the heights: something in the row has changed."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's spelling
        """Place the items."""
        super().setGeometry(rect)
        self._lay_out(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of the row on one line."""
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self._gap * max(len(hints) - 1, 0)
        edge = self.contentsMargins()
        height = max((hint.height() for hint in hints), default=0)
        return QSize(width + edge.left() + edge.right(), height + edge.top() + edge.bottom())

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's spelling
        """Return the size of the widest item."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        edge = self.contentsMargins()
        return size + QSize(edge.left() + edge.right(), edge.top() + edge.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, bool]]]:
        lines: list[list[tuple[QLayoutItem, bool]]] = [[]]
        taken = 0
        for number, item in enumerate(self._items):
            if item.isEmpty():
                continue
            wanted = min(item.sizeHint().width(), width)
            if lines[-1] and taken + self._gap + wanted > width:
                lines.append([])
                taken = 0
            taken += wanted + (self._gap if lines[-1] else 0)
            lines[-1].append((item, number in self._far))
        return lines

    def _lay_out(self, outer: QRect, *, move: bool) -> int:
        edge = self.contentsMargins()
        rect = outer.adjusted(edge.left(), edge.top(), -edge.right(), -edge.bottom())
        top = rect.top()
        for line in self._lines(rect.width()):
            height = max((self._height(item, rect.width()) for item, _ in line), default=0)
            near, far = rect.left(), rect.left() + rect.width()
            for item, at_end in reversed(line):
                width = min(item.sizeHint().width(), rect.width())
                if at_end:
                    far -= width
                    self._place(item, far, top, width, height, move=move)
                    far -= self._gap
            for item, at_end in line:
                width = min(item.sizeHint().width(), rect.width())
                if not at_end:
                    self._place(item, near, top, width, height, move=move)
                    near += width + self._gap
            top += height + self._line_gap
        return max(top - rect.top() - self._line_gap, 0) + edge.top() + edge.bottom()

    def _height(self, item: QLayoutItem, width: int) -> int:
        hint = item.sizeHint()
        if item.hasHeightForWidth():
            return max(item.heightForWidth(min(hint.width(), width)), 0)
        return hint.height()

    def _place(self, item: QLayoutItem, left: int, top: int, width: int, height: int, *, move: bool) -> None:
        if not move:
            return
        own = self._height(item, width)
        item.setGeometry(QRect(QPoint(left, top + (height - own) // (1 if self._on_foot else 2)), QSize(width, own)))
