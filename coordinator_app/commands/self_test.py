"""`coordinator self-test`: every part this workstation stands on, and what to do about what is wrong."""

from __future__ import annotations

import click

from coordinator_app.commands.answers import FAILED, YES, print_json, print_line
from coordinator_app.commands.record import keys_of, record_folder, settings


@click.command(name="self-test")
@click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def self_test(folder: str | None, as_json: bool) -> int:
    """Look at engine, keys, disks, backups, fonts, symbols, clock, power, sound, printers, scanners and versions."""
    from coordinator_app import self_test as parts

    where = record_folder(folder)
    found = parts.self_test(settings(), where, lambda: keys_of(where).where)
    sound = all(each.state != parts.FAILED for each in found)
    if as_json:
        rows = [
            {"part": each.part, "state": each.state, "found": each.found, "next_step": each.next_step} for each in found
        ]
        print_json({"passed": sound, "parts": rows, "versions": parts.versions()})
    for each in () if as_json else found:
        print_line(f"{each.state:<10} {each.part:<12} {each.found}{' ' + each.next_step if each.next_step else ''}")
    return YES if sound else FAILED
