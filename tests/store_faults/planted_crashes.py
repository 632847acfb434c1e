# ruff: noqa: T201 - a command that says what it found
"""Shows that the crash images find losses: every fault of `weaker_store` is planted in turn, and one run has none."""

from __future__ import annotations

import multiprocessing

from .crash_images import Task, work
from .weaker_store import WEAKER

_SEEDS = 4


def look_for_all(seed: int, workers: int, images: int = 600) -> bool:
    """Look for each planted fault until it is found; say of each what was seen; returns whether all were found."""
    names = ["", *WEAKER]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        found = pool.starmap(_look_for, [(name, seed, images) for name in names], chunksize=1)
    print("\n| planted | images | wrong | seen as |\n| --- | ---: | ---: | --- |")
    good = True
    for name, (examined, wrong, seen) in zip(names, found, strict=True):
        good = good and (wrong > 0) == bool(name)
        print(f"| {name or 'nothing'} | {examined:,} | {wrong:,} | {seen or 'nothing'} |")
    print("every planted fault was found" if good else "FAILED: a planted fault was not found, or a loss without one")
    return good


def _look_for(name: str, seed: int, images: int) -> tuple[int, int, str]:
    examined = wrong = 0
    seen: dict[str, None] = {}
    for number in range(_SEEDS):
        outcome = work(Task("keys" if number % 2 else "ward", seed + number, images, name))
        examined, wrong = examined + outcome.images, wrong + sum(outcome.wrong.values())
        seen.update(dict.fromkeys(outcome.wrong))
        if wrong and name:
            break
    return examined, wrong, "; ".join(seen)


def is_found(name: str, seed: int, images: int) -> bool:
    """Say whether one planted fault is found."""
    return _look_for(name, seed, images)[1] > 0
