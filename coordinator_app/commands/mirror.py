"""`coordinator mirror`: where the second copy of a record stands, moving it, and a record made anew from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coordinator_app.commands.answers import YES, WrongUse, print_json, print_line, say
from coordinator_app.commands.progress import ProgressLine
from coordinator_app.commands.record import keys_of, record_folder, settings

if TYPE_CHECKING:
    from coordinator_app.store.keys import KeyPort
    from coordinator_app.store.mirror_move import MirrorMove

STORE = click.option("--store", "folder", metavar="DIR", help="The folder of the record; default: this workstation's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
SLICE_S = 0.2


@click.group()
def mirror() -> None:
    """Look after the second copy of a record."""


@mirror.command()
@STORE
@JSON
def where(folder: str | None, as_json: bool) -> int:
    """Say where the second copy stands, and whether it can be reached."""
    from coordinator_app.store.mirror_place import is_beside, mirror_of
    from coordinator_app.store.store_keys import read_marker

    here = record_folder(folder)
    read_marker(here)
    place = mirror_of(here)
    if as_json:
        print_json({"mirror": str(place), "beside": is_beside(here, place), "reached": place.exists()})
    else:
        told = "beside the record" if is_beside(here, place) else "on another disk"
        print_line(f"The second copy stands {told}, {place}." + ("" if place.exists() else " It cannot be reached."))
    return YES


@mirror.command()
@STORE
@click.option("--to", "chosen", metavar="DIR", help="A folder on another disk built into this computer.")
@click.option("--beside", is_flag=True, help="Keep it beside the record.")
@JSON
def move(folder: str | None, chosen: str | None, beside: bool, as_json: bool) -> int:
    """Keep the second copy elsewhere from now on: written anew from the record, compared, then named."""
    from coordinator_app.store.mirror_place import mirror_of

    if (chosen is None) == (not beside):
        raise WrongUse("Say where the second copy goes: --to a folder on another disk, or --beside the record.")
    here, target = record_folder(folder), None if chosen is None else Path(chosen)
    keys = keys_of(here)
    reached = mirror_of(here).parent.is_dir()
    if reached:
        events = _move_open(here, keys, target)
    else:
        # Its disk is gone: the record opens for reading only, and what the old copy alone held stays there.
        events = _move_without(here, keys, target)
        say("The old second copy could not be reached. Keep its disk until the next start found the record whole.")
    if as_json:
        print_json({"mirror": str(mirror_of(here)), "events": events, "old_reached": reached})
    else:
        print_line(f"The second copy stands in {mirror_of(here).parent} now, with all {events} events.")
    return YES


def _move_open(here: Path, keys: KeyPort, target: Path | None) -> int:
    from coordinator_app import __version__
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.store import Store

    with Store.open(here, keys=keys, clock=MachineClock(settings().zone_name), program=__version__) as store:
        return _carried_out(store.begin_mirror_move(target))


def _move_without(here: Path, keys: KeyPort, target: Path | None) -> int:
    from coordinator_app.store.founding import open_grounds
    from coordinator_app.store.mirror_move import MirrorMove
    from coordinator_app.store.mirror_place import place_for

    grounds = open_grounds(here, keys, reading=True)
    try:
        return _carried_out(MirrorMove(grounds.connection, here, grounds.keys, place_for(here, target)))
    finally:
        grounds.close()


def _carried_out(move: MirrorMove) -> int:
    tell = ProgressLine("steps")
    try:
        while not move.over:
            move.go_on(SLICE_S)
            tell(move.written + move.compared, 2 * move.total)
    except KeyboardInterrupt:
        move.give_up()
        raise
    return move.compared


@mirror.command()
@STORE
@click.option(
    "--mirror", "path", metavar="FILE", help="The file of the second copy; default: the one the record names."
)
@JSON
def recover(folder: str | None, path: str | None, as_json: bool) -> int:
    """Make a destroyed record anew from its second copy; what is left of the old file is kept beside it."""
    from coordinator_app.store.recover import recover as make_anew

    here = record_folder(folder)
    events = make_anew(here, keys=keys_of(here), mirror=None if path is None else Path(path))
    if as_json:
        print_json({"recovered": True, "events": events})
    else:
        print_line(f"Made anew from the second copy: {events} events, verified. Have the whole record verified next.")
    return YES
