"""Keeps Qt's Python part from reading the source text of every module that is imported after it.

It looks there for the word PySide6, to know which modules could switch spellings on (`from __feature__ import …`, which
nothing here does), and keeps every text it read in memory. It has no setting for that (6.11.3). On our windows it took
27 ms of a start and some megabytes for as long as the program ran. A bundled program has no sources to read.
"""

from __future__ import annotations

import sys
from types import ModuleType

import PySide6.QtCore  # noqa: F401 - whatever is imported from here on would be read

_FEATURES = "shibokensupport.feature"


def leave_sources_unread() -> bool:
    """Let no more sources be read; returns False where this version of Qt's Python part is built otherwise."""
    features = sys.modules.get(_FEATURES)
    if features is None or not callable(getattr(features, "_mod_uses_pyside", None)):
        return False
    features._mod_uses_pyside = _spells_as_qt_does  # type: ignore[attr-defined]
    return True


def _spells_as_qt_does(_module: ModuleType) -> bool:
    return False
