"""The Qt binding must not lose references: a program that runs for weeks makes millions of such calls."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_a_thousand_calls_that_return_nothing_cost_no_reference_to_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("Bag 1")
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.setText("Bag 1")
    assert before - sys.getrefcount(None) < 100
