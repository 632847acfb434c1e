"""`coordinator`, `coordinator demo` and `coordinator tour`: the parts of the command line that open windows."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.coming_up import held_while_coming_up, resume_collecting
from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, say
from coordinator_app.commands.record import PASSPHRASE, keys_of, record_folder, settings

if TYPE_CHECKING:
    from coordinator_app.app import Machine
    from coordinator_app.domain.inputs import Input
    from coordinator_app.domain.screens import Answer, PaperMade
    from coordinator_app.labels.printers import Printer
    from coordinator_app.procedures.backups import BackupPlan, Errand
    from coordinator_app.procedures.bench import Bench
    from coordinator_app.procedures.exchange_live import LiveExchange
    from coordinator_app.settings import HubSet, PrinterSet, Settings
    from coordinator_app.store.keys import KeyPort
    from coordinator_app.workers.hub_beside import HubPlan


class BenchOnRecord:
    """A bench together with the record it stands on: both close when the program is left."""

    def __init__(self, bench: Bench) -> None:
        """Take a bench whose record nobody else closes."""
        self._bench = bench

    def plan_backups(self, plan: BackupPlan) -> None:
        """Make backups as the settings say."""
        self._bench.backups.plan = plan

    def print_papers_at(self, printers: tuple[str, ...]) -> None:
        """Know the printers for paper of this workstation: the first prints what must not lie in a folder."""
        self._bench.work.paper_printers = printers

    def keep_reserve(self, size: int) -> None:
        """Keep so many bytes of the disk back, so that what has begun can be finished when it is full."""
        self._bench.disk.room.keep_reserve(size)

    def first(self) -> Answer:
        """Return the first screen."""
        return self._bench.first()

    def take(self, input: Input) -> Answer:
        """Take one input."""
        return self._bench.take(input)

    def paper(self) -> PaperMade:
        """Return the paper sheet of the running case."""
        return self._bench.paper()

    def errand(self) -> Errand | None:
        """Return the backup that is due now, or None."""
        return self._bench.errand()

    @property
    def live(self) -> LiveExchange:
        """The exchange with the hub while the program is open."""
        return self._bench.live

    def look_back(self) -> bool:
        """Verify a little more of the earlier record behind the work; tells whether some is left."""
        return self._bench.look_back()

    def close(self) -> None:
        """Put down everything, then close the record."""
        try:
            self._bench.close()
        finally:
            self._bench.work.store.close()


@held_while_coming_up()
def open_program(folder: str | None, quit_after: float | None) -> int:
    """Open the program on this workstation's record, founding an empty one the first time."""
    _import_before_windows("coordinator_app.procedures.bench")
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
    return run(lambda: _bench(where, keys, set_to, plan, reserve), _machine(set_to, where), quit_after=quit_after)


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


def _import_before_windows(bench: str) -> None:
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


@click.command()
@click.option("--fresh", is_flag=True, help="Throw the practice site away and build it anew.")
@click.option("--list", "listing", is_flag=True, help="Print every person, patient and code instead of opening it.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.option("--quit-after", metavar="S", type=float, help="Close the program by itself after so many seconds.")
@click.option("--store", "folder", metavar="DIR", help="The folder of the demonstration site.")
@held_while_coming_up()
def demo(fresh: bool, listing: bool, as_json: bool, quit_after: float | None, folder: str | None) -> int:
    """Open the program on the demonstration site, with a tray of codes to scan."""
    from coordinator_app.demo.site import demo_listing

    if as_json and not listing:
        raise WrongUse("--json belongs to --list; give both.")
    set_to = settings()
    where = Path(folder) if folder else set_to.demo_folder
    _have_demo(where, fresh)
    codes = demo_listing(where)
    if listing:
        print_json(codes) if as_json else _print_listing(codes)
        return YES
    _import_before_windows("coordinator_app.demo.site")
    from coordinator_app.app import run

    def make_bench() -> BenchOnRecord:
        from coordinator_app.demo.site import DemonstrationClock, open_demo

        return BenchOnRecord(open_demo(where, DemonstrationClock()))

    return run(make_bench, _machine(set_to, where), tray=_tray(codes), quit_after=quit_after)


def _have_demo(where: Path, fresh: bool) -> None:
    """Build the demonstration site where there is none; a folder with something else in it is left alone."""
    from coordinator_app.demo.site import LISTING, build_demo, fresh_demo

    if (where / LISTING).exists():
        if fresh:
            resume_collecting()
            say("Building the demonstration site anew …")
            fresh_demo(where)
        return
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise WrongUse(f"{where} is not a demonstration site; name an empty folder or another one.")
    resume_collecting()
    say("Building the demonstration site, once …")
    build_demo(where)


def _print_listing(codes: dict[str, Any]) -> None:
    for group, things in codes.items():
        print_line(group)
        for name, thing in things.items():
            row = thing if isinstance(thing, dict) else {"code": thing}
            shown = "  ".join(f"{key}={_visible(value)}" for key, value in row.items())
            print_line(f"  {name:<20} {shown}")


def _visible(value: Any) -> str:
    return str(value).replace("\x1d", "<GS>")


def _tray(codes: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """Return the codes of the tray: group, name, bytes as a scanner sends them; a badge says its PIN."""
    wanted = {"people": ("badge",), "patients": ("wristband",), "units": ("code",),
              "cases": ("order", "certificate"), "shipments": ("code", "seal", "logger", "courier")}  # fmt: skip
    tray = []
    for group, keys in wanted.items():
        for name, thing in codes.get(group, {}).items():
            tray += [(group, _named(group, name, key, thing), thing[key].encode()) for key in keys if key in thing]
    tray += [("spare", name.replace("_", " "), code.encode()) for name, code in codes.get("spare", {}).items()]
    return tray


def _named(group: str, name: str, key: str, thing: dict[str, Any]) -> str:
    if group == "people":
        return f"{name.replace('_', ' ')} · PIN {thing['pin']}"
    if group == "patients":
        return f"{name} · {thing['family'].upper()}, {thing['given']}"
    return f"{name} · case {thing['case']}" if group == "units" else f"{name} · {key}"


@click.command()
@click.option("--out", metavar="DIR", required=True, help="Where pictures, documents and summary.json go.")
@click.option("--gallery", is_flag=True, help="Also take a picture of every screen in every state.")
@click.option("--four-hours", is_flag=True, help="Play four hours of a ward instead, with everything that goes wrong.")
def tour(out: str, gallery: bool, four_hours: bool) -> int:
    """Walk the real windows through whole pathways with nobody at the keyboard."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        # Nobody looks on: the windows are drawn without a screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from coordinator_app.demo.tour import run_tour

    try:
        Path(out).mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WrongUse(f"The folder {out} cannot be written; name another one.") from fault
    if four_hours:
        from coordinator_app.demo.four_hours import run_four_hours

        return run_four_hours(Path(out))
    came_through = run_tour(Path(out), gallery=gallery) if gallery else run_tour(Path(out))
    return came_through if isinstance(came_through, int) else YES if came_through is not False else FAILED


# From settings to the machine ---------------------------------------------------------------------------------------


def _machine(set_to: Settings, folder: Path) -> Machine:
    from coordinator_app.app import Machine
    from coordinator_app.labels.printers import FolderPrinter
    from coordinator_app.ui.keyboard_layouts import Wedge
    from coordinator_app.workers.serial_scanner import SerialLine

    known = set_to.wedge
    return Machine(
        printers={"folder": FolderPrinter(_made(folder / "printed"))}
        | {each.name: _printer(each) for each in set_to.printer},
        wedge=Wedge(
            scanner=known.scanner, layout=known.layout, caps=known.caps, gs_text=known.gs_text,
            gs_position=known.gs_position, prefix=known.prefix, prefix_needed=known.prefix_needed,
        ),
        serial_lines=tuple(SerialLine(each.port, each.scanner, each.baud) for each in set_to.serial),
        log_folder=str(set_to.log_folder), sounds=set_to.sounds, idle_s=set_to.idle_s or None,
        hub=_hub(set_to.hub),
    )  # fmt: skip


def _hub(set_to: HubSet) -> HubPlan | None:
    """Return how the hub of the site is served beside the program, or None where it is not set to."""
    import platformdirs

    from coordinator_app.workers.hub_beside import HubPlan

    if not set_to.serve:
        return None
    folder = set_to.folder or str(platformdirs.user_data_path("coordinator_app", appauthor=False) / "hub")
    return HubPlan(
        folder, set_to.host, set_to.port, set_to.certificate, set_to.certificate_key, set_to.url, set_to.authority
    )


def _made(folder: Path) -> str:
    # Printing into a folder that is not there is refused; that of the record itself is ours to make.
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise WrongUse(f"The folder {folder} cannot be written; name another one.") from fault
    return str(folder)


def _printer(each: PrinterSet) -> Printer:
    from coordinator_app.labels.printers import FolderPrinter, SystemPrinter, Tcp9100Printer

    if each.kind == "folder" and each.where:
        return FolderPrinter(_made(Path(each.where)))
    if each.kind == "system":
        return SystemPrinter(each.where or each.name)
    host, _, port = each.where.partition(":")
    if each.kind == "network" and host and (not port or port.isdigit()):
        return Tcp9100Printer(host, int(port or 9100), each.language)
    raise WrongUse(
        f"The printer {each.name} of the settings is not understood; its kind is folder, system or network, "
        "and where says which one."
    )
