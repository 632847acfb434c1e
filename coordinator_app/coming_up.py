"""Spares the collector of circular garbage the work of looking through a program that only just comes up.

Nearly all that is made until the first screen stays for as long as the program runs. Looking through it again and again
for circles took a seventh of the time to the sign-in screen (200 of 1,190 ms of processor), for nothing found.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def hold_collecting() -> None:
    """Do not look for circles until `resume_collecting`."""
    gc.disable()


def resume_collecting() -> None:
    """Look for circles again, but no more through what is there by now; does nothing where nothing was held."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def include_all() -> None:
    """Look through everything again: at the end even what came up first is to be taken down in order."""
    gc.unfreeze()


@contextmanager
def held_while_coming_up() -> Iterator[None]:
    """Hold the collector from here until the screens are there, and leave it as it was however the command ends."""
    hold_collecting()
    try:
        yield
    finally:
        resume_collecting()
        include_all()
