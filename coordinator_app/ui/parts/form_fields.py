"""Fields for typing and choosing: one labelled widget for each kind of `FieldShown`."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from coordinator_app.domain.screens import FieldShown
from coordinator_app.ui import theme
from coordinator_app.ui.formats import MONTHS
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.theme.icons import paint_icon
from coordinator_app.ui.wording import worded

BIG_CHOICES = 6
"""Up to so many choices all stand on the screen as buttons; more go into a list."""


class FormField(QWidget):
    """A field with its label above it; `value` is what the person typed or chose."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.label = worded(field.say)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(5))
        shown = self.label if field.required else self.tr("{label} (may stay empty)").format(label=self.label)
        self.body.addWidget(words(shown, "strong"))

    def value(self) -> str:
        """Return the value; empty when nothing was entered."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the keyboard into the field."""

    def _add_hint(self) -> None:
        if self.field.hint is not None:
            self.body.addWidget(words(worded(self.field.hint), "small"))
        self.body.addStretch(1)


class Chooser(QComboBox):
    """A list that opens, with an arrow that says so: the style sheet takes Qt's own away."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = theme.px(18)
        box = QRectF(self.width() - side - theme.px(14), (self.height() - side) / 2, side, side)
        paint_icon(painter, "down", box, QColor(theme.look().tokens.ink))
        painter.end()


class LineField(FormField):
    """One line of text: text, letters, number, secret or a code typed by hand."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QLineEdit(field.value)
        self.edit.setAccessibleName(self.label)
        self.edit.setObjectName(f"field:{field.id}")
        if field.kind == "secret":
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
            self.edit.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        if field.kind == "letters":
            self.edit.setMaxLength(3)
        if field.kind == "number":
            self.edit.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        if field.kind == "scan":
            self.edit.setPlaceholderText(self.tr("Scan it, or type it as printed"))
        self.edit.returnPressed.connect(self._next)
        self.body.addWidget(self.edit)
        self._add_hint()

    def value(self) -> str:
        """Return the line without white space round it."""
        text = self.edit.text() if self.field.kind == "secret" else self.edit.text().strip()
        return text.upper() if self.field.kind == "letters" else text

    def take_focus(self) -> None:
        """Put the keyboard into the line."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _next(self) -> None:
        # Enter goes on to the next field and never sends the form: a scanner ends every code with Enter.
        self.edit.focusNextChild()


class DateField(FormField):
    """Day and year in digits, the month as a word, so that 03-04 can never be read two ways."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        year, month, day = ((*field.value.split("-"), "", "", "")[:3]) if field.value else ("", "", "")
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.day = QLineEdit(day)
        self.day.setMaxLength(2)
        self.day.setPlaceholderText(self.tr("day"))
        self.day.setAccessibleName(self.tr("{label}, day").format(label=self.label))
        self.month = Chooser()
        self.month.addItem(self.tr("month"))
        self.month.addItems(list(MONTHS))
        self.month.setCurrentIndex(int(month) if month.isdigit() else 0)
        self.month.setAccessibleName(self.tr("{label}, month").format(label=self.label))
        self.year = QLineEdit(year)
        self.year.setMaxLength(4)
        self.year.setPlaceholderText(self.tr("year"))
        self.year.setAccessibleName(self.tr("{label}, year").format(label=self.label))
        self.day.setObjectName(f"field:{field.id}.day")
        self.month.setObjectName(f"field:{field.id}.month")
        self.year.setObjectName(f"field:{field.id}.year")
        for widget, share in ((self.day, 2), (self.month, 3), (self.year, 3)):
            row.addWidget(widget, share)
        self.body.addLayout(row)
        self._add_hint()

    def value(self) -> str:
        """Return YYYY-MM-DD, empty while a part is missing; whether such a day exists is not for the window to say."""
        day, year, month = self.day.text().strip(), self.year.text().strip(), self.month.currentIndex()
        if not (day.isdigit() and year.isdigit() and month):
            return ""
        return f"{int(year):04d}-{month:02d}-{int(day):02d}"

    def take_focus(self) -> None:
        """Put the keyboard into the day."""
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)


class NoteField(FormField):
    """Several lines of plain text."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QPlainTextEdit(field.value)
        self.edit.setAccessibleName(self.label)
        self.edit.setObjectName(f"field:{field.id}")
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(theme.px(104))
        self.body.addWidget(self.edit)
        self._add_hint()

    def value(self) -> str:
        """Return the text without white space round it."""
        return self.edit.toPlainText().strip()

    def take_focus(self) -> None:
        """Put the keyboard into the text."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class ChoiceField(FormField):
    """One of a few, each as a big button; nothing is chosen beforehand unless the record says so."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None, *, reachable: bool = True) -> None:
        super().__init__(field, parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        columns = 1 if len(field.choices) <= 3 and not _short(field) else 2
        for number, (code, say) in enumerate(field.choices):
            button = plain_button(worded(say), "choice", reachable=reachable)
            button.setCheckable(True)
            button.setChecked(code == field.value)
            button.setObjectName(f"choice:{field.id}:{code}")
            button.setProperty("code", code)
            self._group.addButton(button)
            grid.addWidget(button, number // columns, number % columns)
        self.body.addLayout(grid)
        self._add_hint()

    def value(self) -> str:
        """Return the code of the chosen one."""
        chosen = self._group.checkedButton()
        return str(chosen.property("code")) if isinstance(chosen, QPushButton) else ""


class ListField(FormField):
    """One of many, in a list that opens."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.list = Chooser()
        self.list.setAccessibleName(self.label)
        self.list.setObjectName(f"field:{field.id}")
        self.list.addItem(self.tr("choose"), "")
        for code, say in field.choices:
            self.list.addItem(worded(say), code)
        self.list.setCurrentIndex(max(self.list.findData(field.value), 0))
        self.body.addWidget(self.list)
        self._add_hint()

    def value(self) -> str:
        """Return the code of the chosen one."""
        return str(self.list.currentData() or "")

    def take_focus(self) -> None:
        """Put the keyboard into the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)


class FileField(LineField):
    """A file by its path, typed or looked for."""

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._look = plain_button(self.tr("Look for the file"))
        self._look.clicked.connect(self._look_clicked)
        self.body.insertWidget(2, self._look, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _look_clicked(self) -> None:
        dialog = QFileDialog(self, self.label)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()


def _short(field: FieldShown) -> bool:
    return all(len(worded(say)) <= 18 for _, say in field.choices)


def make_field(field: FieldShown, *, reachable: bool = True) -> FormField:
    """Return the widget for a field; `reachable` off keeps the keyboard's focus from its buttons."""
    if field.kind == "choice":
        if len(field.choices) <= BIG_CHOICES:
            return ChoiceField(field, reachable=reachable)
        return ListField(field)
    kinds: dict[str, type[FormField]] = {"date": DateField, "note": NoteField, "file": FileField}
    return kinds.get(field.kind, LineField)(field)
