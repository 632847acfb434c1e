"""Measures the named figures, or all of them, and prints one JSON line for each.

`python -m tests.benchmarks [--site DIR] [NAME…]`: sites are made once and kept in DIR, or in the user's cache; one of a
million events takes some minutes and 2 GB.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from tests.benchmarks.sites import SITES

FIGURES = (
    "scan_recorded", "scan_growth", "scan_painted", "start", "verify", "rebuild", "search", "label", "memory", "wall",
    "hub_push", "pull",
)  # fmt: skip
"""Each is a module here with a function `measure() -> dict`, the line that is printed."""


def main(arguments: list[str]) -> int:
    """Print the line of each figure; 0 when every goal is met, 1 when one is missed, 2 for an unknown name."""
    names = list(arguments)
    if names[:1] == ["--site"] and len(names) > 1:
        os.environ[SITES] = str(Path(names[1]).resolve())
        names = names[2:]
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        sys.stderr.write(f"There is no figure {', '.join(unknown)}; known are {', '.join(FIGURES)}.\n")
        return 2
    missed = False
    for name in names or FIGURES:
        line = importlib.import_module(f"tests.benchmarks.{name}").measure()
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        missed = missed or line["value"] > line["goal"]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
