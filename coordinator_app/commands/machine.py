"""From the settings of a workstation to what is connected to it: printers, scanners, sounds, the hub beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coordinator_app.commands.answers import WrongUse

if TYPE_CHECKING:
    from coordinator_app.app import Machine
    from coordinator_app.labels.printers import Printer
    from coordinator_app.settings import HubSet, PrinterSet, Settings
    from coordinator_app.workers.hub_beside import HubPlan


def machine_of(set_to: Settings, folder: Path) -> Machine:
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
