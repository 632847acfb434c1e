"""`coordinator backup`, `restore` and `drill`: a copy of the record, the way back, and the proof that it is one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, say
from coordinator_app.commands.keeping import asked_recovery_key, place_for_keys
from coordinator_app.commands.progress import ProgressLine
from coordinator_app.commands.record import PASSPHRASE, keys_of, record_folder, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coordinator_app.store.keys import KeyPort

STORE = click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.command()
@STORE
@click.option("--to", "where", metavar="DIR", help="Where the backup goes; default: the folder of the settings.")
@JSON
def backup(folder: str | None, where: str | None, as_json: bool) -> int:
    """Copy the record with everything that belongs to it, and try the copy by a drill."""
    from coordinator_app import __version__
    from coordinator_app.procedures.backups import carry_out, errand_now, record_report
    from coordinator_app.self_test import versions
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.store import Store

    set_to = settings()
    target = Path(where) if where else set_to.backup.place
    if target is None:
        raise WrongUse("No folder for backups is set; name one with --to, or set it under [backup] in the settings.")
    here = record_folder(folder)
    clock = MachineClock(set_to.zone_name)
    with Store.open(here, keys=keys_of(here), clock=clock, program=__version__) as store:
        errand = errand_now(store, target, set_to.backup.keep, versions(), clock.moment().at)
        report = carry_out(errand, progress=ProgressLine())
        record_report(store, report)
    if as_json:
        print_json(
            {"made": not report.why, "backup": report.where, "events": report.events, "drilled": report.drilled,
             "why": report.why}
        )  # fmt: skip
    elif report.why:
        say(report.why)
    else:
        print_line(f"Backed up {report.events} events to {report.where}; the drill restored and verified them.")
    return FAILED if report.why else YES


@click.command()
@click.argument("backup", metavar="BACKUP")
@click.option("--store", "folder", metavar="DIR", required=True, help="Where the record is put back.")
@click.option("--replace", is_flag=True, help="Replace the record there; its file is kept beside it.")
@click.option("--recovery-key", metavar="FILE", help="Open the backup with the sheet from the safe; - asks for it.")
@JSON
def restore(backup: str, folder: str, replace: bool, recovery_key: str | None, as_json: bool) -> int:
    """Put the record of a backup back; the program then goes on in a new run, and no number is used twice."""
    from coordinator_app.store.backup_manifest import check_files, read_manifest
    from coordinator_app.store.recovery_key import open_recovery
    from coordinator_app.store.restore import restore as put_back

    source, target = Path(backup), Path(folder)
    check_files(source, read_manifest(source))
    if recovery_key is not None:
        opened = open_recovery(source, asked_recovery_key(recovery_key))
        keys = place_for_keys(target)
        for name, secret in opened.items():
            keys.put(name, secret)
    else:
        keys = _keys_for(source, target)
    restored = put_back(source, target, keys=keys, replace=replace)
    if as_json:
        made_at = restored.made_at.isoformat()
        print_json({"restored": True, "events": restored.events, "made_at": made_at, "missing": restored.missing})
        return YES
    print_line(f"Put back {restored.events} events of {restored.made_at:%d-%b-%Y %H:%M} UTC into {target}.")
    if restored.missing:
        print_line(
            f"{restored.missing} events were recorded after the backup; what its second copy does not bring back at "
            "the next start is shown on a banner. Check every case against its paper sheets."
        )
    return YES


def _keys_for(source: Path, target: Path) -> KeyPort:
    """Return the keys for a record put back: those of its folder, else the protected key file of the backup."""
    from coordinator_app.store.keys import KEY_FILE, FileKeys

    if (target / KEY_FILE).exists() or not (source / KEY_FILE).exists():
        return keys_of(target)
    given = os.environ.get(PASSPHRASE)
    if given is None and sys.stdin.isatty():
        given = click.prompt("Passphrase of the key file in the backup", hide_input=True, err=True)
    secrets = FileKeys(source, given).all()
    keys = place_for_keys(target)
    for name, secret in secrets.items():
        keys.put(name, secret)
    return keys


@click.command()
@click.argument("backup", metavar="BACKUP", required=False)
@STORE
@click.option("--secrets-from-stdin", is_flag=True, hidden=True)
@JSON
def drill(backup: str | None, folder: str | None, secrets_from_stdin: bool, as_json: bool) -> int:
    """Restore a backup (default: the newest) into a scratch folder, verify it, compare counts and heads."""
    from coordinator_app.store.drill import drill as try_out
    from coordinator_app.store.faults import StoreFault

    store_id, secrets = _secrets(folder, secrets_from_stdin)
    source = Path(backup) if backup else _newest(store_id)
    try:
        found = try_out(source, secrets, progress=ProgressLine())
    except StoreFault as fault:
        if as_json:
            print_json({"sound": False, "backup": str(source), "why": fault.sentence})
        else:
            say(fault.sentence)
        return FAILED
    if as_json:
        print_json(
            {"sound": True, "backup": str(source), "events": found.events, "epochs": found.epochs,
             "attachments": found.attachments, "made_at": found.made_at}
        )  # fmt: skip
    else:
        print_line(f"The backup {found.backup} was restored: {found.events} events verified, all as it says.")
    return YES


def _secrets(folder: str | None, from_stdin: bool) -> tuple[str, Mapping[str, bytes]]:
    from coordinator_app.store.store_keys import StoreKeys, read_marker

    if from_stdin:
        plain = json.loads(sys.stdin.read())
        if hasattr(os, "nice"):
            os.nice(15)  # the program runs it beside people at scanners
        return "", {name: bytes.fromhex(text) for name, text in plain.items()}
    where = record_folder(folder)
    store_id = read_marker(where)
    return store_id, StoreKeys(store_id, keys_of(where)).secrets()


def _newest(store_id: str) -> Path:
    from coordinator_app.store.backup import backups_in

    place = settings().backup.place
    found = backups_in(place, store_id) if place is not None else ()
    if not found:
        raise WrongUse("There is no backup to try; name one, or set the folder for backups under [backup].")
    return found[-1]
