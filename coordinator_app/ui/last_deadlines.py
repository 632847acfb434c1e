"""The deadlines as last known: what the program still tells when it is broken and can read nothing any more."""

from __future__ import annotations

from coordinator_app.domain.screens import ClockShown, Page, SignInPage, WallPage
from coordinator_app.ui.screens.page_clocks import clocks_of
from coordinator_app.ui.screens.sign_in import SHOWS_ALL_CLOCKS


class LastDeadlines:
    """Remembers every clock that a page has shown, until a page that shows all of them leaves it out."""

    def __init__(self) -> None:
        """Begin with none."""
        self._clocks: dict[tuple[str, str, str], ClockShown] = {}

    def remember(self, page: Page) -> None:
        """Take what a page shows."""
        if isinstance(page, WallPage) or (isinstance(page, SignInPage) and page.purpose in SHOWS_ALL_CLOCKS):
            # These show every clock that runs: one that is missing has ended.
            self._clocks.clear()
        for clock in clocks_of(page):
            self._clocks[(clock.wall_name, clock.case, clock.clock)] = clock

    def most_urgent_first(self) -> list[ClockShown]:
        """Return them, those without an instant last."""
        return sorted(self._clocks.values(), key=_most_urgent)


def _most_urgent(clock: ClockShown) -> tuple[bool, str]:
    at = clock.deadline or clock.earliest
    return (at is None, at.isoformat() if at is not None else "")
