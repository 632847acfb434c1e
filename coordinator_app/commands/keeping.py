"""What `backup`, `restore`, `drill` and `keys` share: where keys go, how a recovery key is asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator_app.commands.answers import WrongUse, read_file
from coordinator_app.commands.record import PASSPHRASE, keys_of

if TYPE_CHECKING:
    from coordinator_app.store.keys import KeyPort

NEW_PASSPHRASE = "COORDINATOR_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable, not what is in it
"""The environment variable that holds the next passphrase where nobody can type it."""


def asked_recovery_key(source: str) -> bytes:
    """Return the recovery key from a file, or from standard input (`-`), where a terminal is asked line by line.

    Raises WrongUse for a file that is not there, RecoveryKeyWrong for one that is mistyped.
    """
    from coordinator_app.store.recovery_key import LINES, read_recovery_key

    if source == "-" and sys.stdin.isatty():
        lines = [click.prompt(f"Line {number} of the sheet", err=True) for number in range(1, LINES + 1)]
        return read_recovery_key("\n".join(lines))
    text = read_file(source, "recovery key").decode("utf-8", "replace")
    return read_recovery_key(text)


def new_passphrase() -> str:
    """Return the passphrase for a new key file, asked for twice; raises WrongUse where nobody can be asked."""
    given = os.environ.get(NEW_PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise WrongUse(f"Give the new passphrase in {NEW_PASSPHRASE}, or run this at a terminal.")
    asked = "New passphrase of the key file"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt=True, err=True, value_proc=_long_enough))


def _long_enough(text: str) -> str:
    from coordinator_app.store.keys import SHORTEST_PASSPHRASE

    if len(text) < SHORTEST_PASSPHRASE:
        raise click.BadParameter(f"It is shorter than {SHORTEST_PASSPHRASE} characters; type a longer one.")
    return text


def keys_to_begin(folder: Path) -> KeyPort:
    """Return where the keys of a record go that is begun in `folder`: the key ring where it works, else a new file.

    Raises WrongUse where nobody can be asked for its passphrase. COORDINATOR_PASSPHRASE set to nothing leaves the file
    unprotected, as a site for practice may be.
    """
    from coordinator_app.store.keys import needs_passphrase

    if os.environ.get(PASSPHRASE) is not None or not needs_passphrase(folder):
        return keys_of(folder)
    return place_for_keys(folder)


def place_for_keys(folder: Path) -> KeyPort:
    """Return where the keys of a record that is put back go: the key ring where it works, else a new key file."""
    from coordinator_app.store.ground import prepare_folder
    from coordinator_app.store.keys import FileKeys, KeyringKeys

    if KeyringKeys.works():
        return KeyringKeys()
    prepare_folder(folder)
    return FileKeys(folder, os.environ.get(PASSPHRASE) or new_passphrase())
