"""The clocks of a page, and whether two pages differ in more than the readings of their clocks."""

from __future__ import annotations

from msgspec.structs import replace

from coordinator_app.domain.screens import (
    CasePage,
    ClockShown,
    GuidedPage,
    Page,
    SignInPage,
    TodayPage,
    Tone,
    VerdictPage,
    WallPage,
)


def clocks_of(page: Page) -> tuple[ClockShown, ...]:
    """Return every clock on a page, in the order in which the page shows them."""
    if isinstance(page, SignInPage | CasePage | WallPage):
        return page.clocks
    if isinstance(page, TodayPage):
        return tuple(task.clock for task in page.tasks if task.clock is not None)
    if isinstance(page, GuidedPage | VerdictPage):
        return (page.clock,) if page.clock is not None else ()
    return ()


def same_but_for_clocks(one: Page, other: Page) -> bool:
    """Say whether two pages differ only in how their clocks stand, so that typed text need not be thrown away."""
    return type(one) is type(other) and _without_readings(one) == _without_readings(other)


def _without_readings(page: Page) -> Page:
    if isinstance(page, SignInPage | CasePage | WallPage):
        return replace(page, clocks=tuple(_name_only(clock) for clock in page.clocks))
    if isinstance(page, TodayPage):
        tasks = tuple(
            task if task.clock is None else replace(task, clock=_name_only(task.clock)) for task in page.tasks
        )
        return replace(page, tasks=tasks)
    if isinstance(page, GuidedPage | VerdictPage) and page.clock is not None:
        return replace(page, clock=_name_only(page.clock))
    return page


def _name_only(clock: ClockShown) -> ClockShown:
    return ClockShown(
        wall_name=clock.wall_name,
        title=clock.title,
        state="",
        tone=Tone.UNKNOWN,
        remaining_ms=None,
        read_at_ns=0,
        deadline=None,
        earliest=None,
        ends="",
        source="",
        why="",
        case=clock.case,
        clock=clock.clock,
    )
