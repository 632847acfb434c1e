"""Finds names in bytes that should hold none, however they may be written down."""

from __future__ import annotations

from name_search import disguises


def names_in(content: bytes, names: tuple[str, ...]) -> list[str]:
    """Return the names that stand in these bytes, plain or in any disguise of `name_search`."""
    return [name for name in names if any(one in content for one in disguises(name))]
