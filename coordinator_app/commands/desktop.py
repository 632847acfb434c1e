"""`coordinator`: opens the program on this workstation's record."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coordinator_app.coming_up import held_while_coming_up
from coordinator_app.commands.answers import YES, say
from coordinator_app.commands.bench_on_record import BenchOnRecord
from coordinator_app.commands.machine import machine_of
from coordinator_app.commands.record import PASSPHRASE, keys_of, record_folder, settings

if TYPE_CHECKING:
    from coordinator_app.procedures.backups import BackupPlan
    from coordinator_app.settings import PrinterSet, Settings
    from coordinator_app.store.keys import KeyPort


@held_while_coming_up()
def open_program(folder: str | None, quit_after: float | None) -> int:
    """Open the program on this workstation's record, founding an empty one the first time."""
    import_before_windows("coordinator_app.procedures.bench")
    from coordinator_app.app import run
    from coordinator_app.process_guard import forbid_dumps, keep_crash_log

    forbid_dumps()
    set_to = settings()
    keep_crash_log(set_to.log_folder)
    where = record_folder(folder)
    keys = _keys_at_a_screen(where)
    if keys is None:
        return YES
    if "without a passphrase" in keys.where:
        say(
            "This computer has no key ring, and the key of the record lies in a file that only this account can read; "
            "protect it by a passphrase on the page that keeps the record."
        )
    plan = _plan(set_to)
    reserve = max(0, set_to.reserve_mib) * 1024 * 1024
    return run(lambda: _bench(where, keys, set_to, plan, reserve), machine_of(set_to, where), quit_after=quit_after)


def _keys_at_a_screen(where: Path) -> KeyPort | None:
    """Return where the keys are, asking in a window for the passphrase of their file, or for one for a new file.

    None when the person closed that window. Raises StoreFault as `keys_of` does.
    """
    from coordinator_app.store.faults import KeyFileDamaged, MissingKey
    from coordinator_app.store.keys import SHORTEST_PASSPHRASE, find_keys, needs_passphrase
    from coordinator_app.store.store_keys import MARKER_FILE

    opened: list[KeyPort] = []

    def opens(passphrase: str) -> str:
        try:
            opened[:] = [find_keys(where, passphrase)]
        except KeyFileDamaged as fault:
            return fault.sentence
        return ""

    told = os.environ.get(PASSPHRASE) is not None
    if not told and not (where / MARKER_FILE).exists() and needs_passphrase(where):
        from coordinator_app.ui.passphrase_window import ask_new_passphrase

        return opened[0] if ask_new_passphrase(SHORTEST_PASSPHRASE, opens) else None
    try:
        return keys_of(where)
    except MissingKey:
        if told:
            raise
    from coordinator_app.ui.passphrase_window import ask_passphrase

    return opened[0] if ask_passphrase(opens) else None


def import_before_windows(bench: str) -> None:
    """Import what works without windows ahead of them.

    Once Qt is there, it reads the source text of every module that is imported for the first time and keeps it: on
    everything the bench needs that took a tenth of a second of each start and 24 MB for as long as the program ran.
    The windows themselves come after it and have to ask it not to.
    """
    import_module(bench)
    from coordinator_app.ui.unread_sources import leave_sources_unread

    leave_sources_unread()


def _plan(set_to: Settings) -> BackupPlan:
    from datetime import timedelta

    from coordinator_app.procedures.backups import BackupPlan
    from coordinator_app.self_test import versions

    chosen = set_to.backup
    return BackupPlan(chosen.place, timedelta(hours=max(1, chosen.every_h)), chosen.keep, versions())


def _bench(where: Path, keys: KeyPort, set_to: Settings, plan: BackupPlan, reserve: int) -> BenchOnRecord:
    from coordinator_app import __version__
    from coordinator_app.procedures.bench import Bench
    from coordinator_app.procedures.exchange_joining import begin_anew
    from coordinator_app.procedures.workplace import Workplace, new_id
    from coordinator_app.store.mirror_place import place_for
    from coordinator_app.store.moment import MachineClock
    from coordinator_app.store.store import Store
    from coordinator_app.store.store_keys import MARKER_FILE

    clock = MachineClock(set_to.zone_name)
    elsewhere = place_for(where, Path(set_to.mirror)) if set_to.mirror else None
    store = begin_anew(where, keys, clock, __version__, elsewhere)
    if store is None and (where / MARKER_FILE).exists():
        store = Store.open(where, keys=keys, clock=clock, program=__version__)
    elif store is None:
        store = Store.create(
            where, keys=keys, clock=clock, workstation=new_id("workstation"), site=new_id("site"), program=__version__,
            mirror=elsewhere,
        )  # fmt: skip
    made = _on_record(store, clock, Workplace, Bench)
    made.plan_backups(plan)
    made.keep_reserve(reserve)
    made.print_papers_at(tuple(each.name for each in set_to.printer if _takes_paper(each)))
    return made


def _takes_paper(printer: PrinterSet) -> bool:
    return printer.kind == "system" or (printer.kind == "network" and printer.language == "pdf")


def _on_record(store: Any, clock: Any, make_workplace: Any, make_bench: Any) -> BenchOnRecord:
    try:
        return BenchOnRecord(make_bench(make_workplace(store, clock)))
    except BaseException:
        store.close()
        raise
