"""Finds the plain files of `resources/`: in a checkout, in a bundle, and where pip installed them."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path, PurePosixPath

INSTALLED = Path("share", "coordinator_app")
"""Where pip puts the files, below the environment's own folder; pyproject.toml names the same place."""


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
    # PyInstaller unpacks to a folder of its own and names it only here.
    bundle: str | None = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    beside = Path(__file__).resolve().parent.parent
    # Only a checkout has the build file beside the package: a folder `resources` in site-packages is a stranger's.
    if (beside / "pyproject.toml").is_file():
        return beside / "resources"
    user_scheme = sysconfig.get_preferred_scheme("user")
    places = (sysconfig.get_path("data"), sysconfig.get_path("data", user_scheme), str(beside))
    found = (Path(place) / INSTALLED for place in places)
    return next((folder for folder in found if folder.is_dir()), Path(places[0]) / INSTALLED)
