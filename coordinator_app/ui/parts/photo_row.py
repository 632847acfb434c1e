"""The photos of a deviation in a row: small, upright, each with its words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from coordinator_app.domain.screens import PictureShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.wording import worded

SIDE = 140


class PhotoRow(QWidget):
    """Small pictures beside each other; one that cannot be shown says why in words."""

    def __init__(self, pictures: tuple[PictureShown, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(16))
        for picture in pictures:
            row.addWidget(_PhotoShown(picture), 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)


class _PhotoShown(QWidget):
    def __init__(self, picture: PictureShown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        said = worded(picture.say)
        layout = column(self, margins=(0, 0, 0, 0), gap=6)
        small = QPixmap()
        if picture.png and small.loadFromData(picture.png):
            shown = QLabel()
            shown.setObjectName("photo")
            side = theme.px(SIDE)
            shown.setPixmap(
                small.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
            shown.setAccessibleName(said)
            layout.addWidget(shown)
        caption = words(said, "soft")
        caption.setMaximumWidth(theme.px(SIDE * 2))
        layout.addWidget(caption)
