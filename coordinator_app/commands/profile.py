"""`coordinator profile`: checks a trial's profile, and lists the ones that the program brings along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line

if TYPE_CHECKING:
    from coordinator_app.domain.profile import Profile
    from coordinator_app.intake.profiles import ProfileFile


@click.group()
def profile() -> None:
    """Check a trial's profile, or list the worked examples."""


@profile.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check(file: str, as_json: bool) -> int:
    """Read a profile and name everything that is wrong in it, with line, key and remedy."""
    read = _file(file, _templates())
    if as_json:
        print_json({"ok": read.profile is not None, **_row(read)})
    elif read.profile is not None:
        print_line(f"{read.profile.id} version {read.profile.version} is a profile: {read.profile.title}.")
        print_line(f"SHA-256 {read.sha256}")
    else:
        for fault in read.faults:
            print_line(str(fault))
    return YES if read.profile is not None else FAILED


@profile.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def list_profiles(as_json: bool) -> int:
    """List the worked examples that the program brings along; they are refused for real cases."""
    from coordinator_app.intake.profiles import read_profile_folder
    from coordinator_app.resource_files import resource_path

    found = read_profile_folder(resource_path("profiles"), _templates())
    if as_json:
        print_json([_row(each) for each in found])
    for each in () if as_json else found:
        if each.profile is None:
            print_line(f"{each.path.name}: {each.faults[0]}")
        else:
            example = "example" if each.profile.example else "for use"
            print_line(f"{each.profile.id:<24} {each.profile.version:>3}  {example:<8} {each.profile.title}")
    return YES if all(each.profile is not None for each in found) else FAILED


def profile_in(path: str) -> Profile:
    """Return the profile in a file; raises WrongUse with the first thing that is wrong with it."""
    read = _file(path)
    if read.profile is None:
        raise WrongUse(f"The profile {path} cannot be used: {read.faults[0]}")
    return read.profile


def _templates() -> tuple[str, ...]:
    from coordinator_app.intake.profiles import unit_templates
    from coordinator_app.resource_files import resource_path

    return unit_templates(resource_path("labels"))


def _file(path: str, templates: tuple[str, ...] | None = None) -> ProfileFile:
    from coordinator_app.intake.profiles import read_profile_file

    try:
        return read_profile_file(Path(path), templates)
    except OSError as fault:
        reason = (fault.strerror or "unknown reason").lower()
        raise WrongUse(f"The profile {path} cannot be read ({reason}); check its name.") from fault


def _row(read: ProfileFile) -> dict[str, Any]:
    known = read.profile
    return {
        "file": str(read.path),
        "sha256": read.sha256,
        "id": known.id if known else None,
        "version": known.version if known else None,
        "title": known.title if known else None,
        "modality": str(known.modality) if known else None,
        "source": known.source if known else None,
        "example": known.example if known else None,
        "faults": [
            {"line": fault.line, "key": fault.key, "message": fault.message, "remedy": fault.remedy}
            for fault in read.faults
        ],
    }
