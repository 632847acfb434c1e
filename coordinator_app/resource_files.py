"""Finds the plain files of `resources/`, in a bundle as in a checkout."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath


class ResourceMissing(FileNotFoundError):
    """A file that the program brings along is not there; the sentence says what to do."""


def resource_path(relative: str) -> Path:
    """Return where `relative` (such as `fonts/B612-Regular.ttf`, or a folder such as `profiles`) lies in `resources/`.

    Raises ResourceMissing when it is not there, ValueError when `relative` leads out of `resources/`.
    """
    wanted = PurePosixPath(relative)
    if wanted.is_absolute() or ".." in wanted.parts:
        raise ValueError(f"'{relative}' leads out of the program's own files; name it from within resources.")
    found = _resources() / wanted
    if not found.exists():
        raise ResourceMissing(
            f"The program's own file '{relative}' is missing; install the program again, "
            "or run 'bash packaging/run.sh' in the checkout."
        )
    return found


def _resources() -> Path:
    # PyInstaller unpacks to a folder of its own and names it only here; a checkout has resources beside the package.
    bundle: str | None = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle is not None else Path(__file__).resolve().parent.parent
    return root / "resources"
