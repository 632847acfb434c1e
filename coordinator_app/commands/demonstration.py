"""`coordinator demo` and `coordinator tour`: the demonstration site in the program, and walks through it by nobody."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from coordinator_app.coming_up import held_while_coming_up, resume_collecting
from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, say
from coordinator_app.commands.bench_on_record import BenchOnRecord
from coordinator_app.commands.desktop import import_before_windows
from coordinator_app.commands.machine import machine_of
from coordinator_app.commands.record import settings


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
    import_before_windows("coordinator_app.demo.site")
    from coordinator_app.app import run

    def make_bench() -> BenchOnRecord:
        from coordinator_app.demo.site import DemonstrationClock, open_demo

        return BenchOnRecord(open_demo(where, DemonstrationClock()))

    return run(make_bench, machine_of(set_to, where), tray=_tray(codes), quit_after=quit_after)


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
