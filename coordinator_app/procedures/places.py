"""Where one can go: the tabs, and the pages that stand under one of them."""

from __future__ import annotations

TABS = frozenset({"today", "clocks", "labels", "exchange", "people", "profiles", "record", "deviations", "help"})
UNDER = {
    "exchange": "exchange",
    "deviation": "deviations",
    "glass": "deviations",
    "self_audit": "record",
    "keeping": "record",
    "profile": "profiles",
}
"""Pages of their own, and the tab they belong to."""


def is_place(what: str) -> bool:
    """Tell whether this is a tab, a case, or a page that stands under a tab."""
    return what in TABS or what.startswith("case:") or what.partition(":")[0] in UNDER


def tab_of(what: str) -> str:
    """Return the tab under which a place stands."""
    return UNDER.get(what.partition(":")[0], what)
