"""`coordinator keys`: where the keys of a record are, a new passphrase, the recovery key and the way back with it."""

from __future__ import annotations

from pathlib import Path

import click

from coordinator_app.commands.answers import YES, WrongUse, print_json, print_line
from coordinator_app.commands.keeping import asked_recovery_key, new_passphrase, place_for_keys
from coordinator_app.commands.record import keys_of, record_folder

STORE = click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group()
def keys() -> None:
    """Look after the keys of a record."""


@keys.command()
@STORE
@JSON
def where(folder: str | None, as_json: bool) -> int:
    """Say where the keys are, and whether a recovery key was made."""
    from coordinator_app.store.recovery_key import fingerprint_of, known_recovery
    from coordinator_app.store.store_keys import StoreKeys, read_marker

    here = record_folder(folder)
    port = keys_of(here)
    store_id = read_marker(here)
    StoreKeys(store_id, port)
    public = known_recovery(port, store_id)
    fingerprint = fingerprint_of(public) if public is not None else ""
    if as_json:
        print_json({"keys": port.where, "recovery_key": fingerprint})
    else:
        told = f"Recovery key {fingerprint} is in the safe." if fingerprint else "No recovery key was made yet."
        print_line(f"The keys are {port.where}. {told}")
    return YES


@keys.command()
@STORE
@JSON
def passphrase(folder: str | None, as_json: bool) -> int:
    """Protect the key file by another passphrase; the present one is asked for first."""
    from coordinator_app.store.faults import FolderUnusable
    from coordinator_app.store.keys import FileKeys

    port = keys_of(record_folder(folder))
    if not isinstance(port, FileKeys):
        raise WrongUse("The keys are in the key ring of this computer; there is no passphrase of ours to change.")
    try:
        port.change_passphrase(new_passphrase())
    except OSError as fault:
        raise FolderUnusable("The key file cannot be written; free space on the disk and try again.") from fault
    if as_json:
        print_json({"changed": True})
    else:
        print_line("The key file is protected by the new passphrase.")
    return YES


@keys.command()
@STORE
@click.option("--recovery-key", "source", metavar="FILE", default="-", help="The sheet as a file; - asks for it.")
@JSON
def recover(folder: str | None, source: str, as_json: bool) -> int:
    """Put the keys of a record back with the sheet from the safe; a key file that does not open is kept aside."""
    from coordinator_app.store.recovery_key import open_recovery

    here = record_folder(folder)
    opened = open_recovery(here, asked_recovery_key(source))
    aside = _put_aside(here)
    port = place_for_keys(here)
    for name, secret in opened.items():
        port.put(name, secret)
    if as_json:
        print_json({"recovered": True, "keys": port.where, "kept_aside": aside})
    else:
        print_line(f"The keys are back, {port.where}. Make a new recovery key now: Record, Keeping.")
    return YES


def _put_aside(here: Path) -> str:
    from coordinator_app.store.keys import KEY_FILE

    old = here / KEY_FILE
    if not old.exists():
        return ""
    number = 1
    while (here / f"{KEY_FILE}.before-recovery-{number}").exists():
        number += 1
    return old.rename(here / f"{KEY_FILE}.before-recovery-{number}").name
