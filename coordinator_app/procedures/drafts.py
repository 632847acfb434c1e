"""Forms that somebody was filling in when they left the screen: kept for that person and shown to nobody else."""

from __future__ import annotations

from typing import Generic, TypeVar

Held = TypeVar("Held")


class Drafts(Generic[Held]):
    """One unfinished form for each person, in memory only; a form is recorded as a whole or not at all."""

    def __init__(self) -> None:
        """Begin with no drafts."""
        self._kept: dict[str, Held] = {}

    def keep(self, author: str, held: Held) -> None:
        """Keep a form for its author; it takes the place of an older one."""
        self._kept[author] = held

    def give_back(self, person: str) -> Held | None:
        """Return what this person was filling in, once."""
        return self._kept.pop(person, None)

    def each(self) -> tuple[Held, ...]:
        """Return every form that waits."""
        return tuple(self._kept.values())
