"""What every list is made of: a titled table, an instant as a cell, and who may act on it."""

from __future__ import annotations

from datetime import datetime

from coordinator_app.domain.screens import ActionShown, ListPage, PictureShown, RowShown, Say
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.workplace import Workplace


def list_page(
    page: str,
    columns: tuple[str, ...],
    rows: list[RowShown],
    actions: tuple[ActionShown, ...] = (),
    pictures: tuple[PictureShown, ...] = (),
) -> ListPage:
    """Return a list with its title, columns, rows and what can be done."""
    return ListPage(
        page=page, title=Say(f"list.{page}"), intro=Say(f"list.{page}.intro"),
        columns=tuple(Say(f"column.{each}") for each in columns), rows=tuple(rows), empty=Say(f"list.{page}.empty"),
        actions=actions, pictures=pictures,
    )  # fmt: skip


def moment_of(at: datetime) -> Say:
    """Return an instant as a cell, worded in the site's zone."""
    return Say("moment", {"at": at.isoformat()})


def roles_of(work: Workplace, present: Present) -> set[str]:
    """Return every role of the person signed in."""
    return set(work.site.people[present.person].roles)


def name_of(work: Workplace, person: str) -> str:
    """Return a person's printed name, or a dash where it was the program or somebody unknown."""
    staff = work.site.people.get(person)
    return staff.name if staff is not None else "–"
