"""Which record a subcommand works on, and how its keys are found: shared by everything that takes `--store`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator_app.commands.answers import WrongUse

if TYPE_CHECKING:
    from coordinator_app.settings import Settings
    from coordinator_app.store.keys import KeyPort
    from coordinator_app.store.store import Store

PASSPHRASE = "COORDINATOR_PASSPHRASE"  # noqa: S105 - the name of a variable, not what is in it
"""The environment variable that holds the passphrase of a protected key file where nobody can type it."""


def settings() -> Settings:
    """Return this workstation's settings; raises WrongUse when a settings file is wrong."""
    from coordinator_app.settings import SettingsFaulty, read_settings

    try:
        return read_settings()
    except SettingsFaulty as fault:
        raise WrongUse(str(fault)) from fault


def record_folder(folder: str | None) -> Path:
    """Return the folder that was named, or this workstation's own."""
    return Path(folder) if folder else settings().store_folder


def keys_of(folder: Path) -> KeyPort:
    """Return where the keys of the record in `folder` are, asking for the passphrase of a protected key file.

    Raises StoreFault when they are not there or the passphrase is wrong.
    """
    from coordinator_app.store.faults import MissingKey
    from coordinator_app.store.keys import find_keys

    given = os.environ.get(PASSPHRASE)
    try:
        return find_keys(folder, given)
    except MissingKey:
        if given is not None or not sys.stdin.isatty():
            raise
    return find_keys(folder, click.prompt("Passphrase of the key file", hide_input=True, err=True))


def open_record(folder: str | None) -> Store:
    """Open a record for reading; raises StoreFault with what to do."""
    from coordinator_app.store.store import Store

    where = record_folder(folder)
    return Store.open_for_reading(where, keys=keys_of(where))
