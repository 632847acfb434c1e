"""The places one can go: in the same order whatever came before, one of them the present one."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from coordinator_app.ui import sample_pages as s
from coordinator_app.ui.navigation import NavButton, Navigation


def places(navigation: Navigation) -> list[str]:
    buttons = [navigation._places.itemAt(at).widget() for at in range(navigation._places.count())]
    return [each.objectName().removeprefix("tab:") for each in buttons if isinstance(each, NavButton)]


def test_places_stand_in_one_order_however_one_came_there(qtbot: QtBot) -> None:
    for tabs in (("today", "case", "bedside"), ("bedside", "case"), ("people", "case", "today", "scanners", "case")):
        walked, fresh = Navigation(), Navigation()
        for each in (walked, fresh):
            qtbot.addWidget(each)
        for at, tab in enumerate(tabs):
            walked.show_frame(s.frame(tab, parked=at % 2))
        fresh.show_frame(s.frame(tabs[-1], parked=(len(tabs) - 1) % 2))
        assert places(walked) == places(fresh)
        current = [button._what for button in walked.findChildren(NavButton) if button._current]
        assert current == [tabs[-1]]
