"""Puts the program back as it was: what these proofs plant in it is meant for a process of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OURS = ("coordinator_app", "store_faults", "tests.store_faults")


@contextmanager
def as_it_was() -> Iterator[None]:
    """Keep every name of the loaded modules and classes of the program and of these proofs, and put each back after."""
    kept = [(owner, dict(vars(owner))) for owner in _owners()]
    try:
        yield
    finally:
        for owner, names in kept:
            now = vars(owner)
            for name, value in names.items():
                if not name.startswith("__") and now.get(name) is not value:
                    setattr(owner, name, value)


def _owners() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if module is not None and name.startswith(_OURS):
            yield module
            yield from (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == name)
