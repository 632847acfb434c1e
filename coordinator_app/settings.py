"""Policy, machine and user settings, read once into a frozen record; what hospital IT decides wins.

Three TOML files with the same keys, each optional: the person's `settings.toml` in their configuration folder, then the
machine's `machine.toml` and at last the house's `policy.toml` in the system's configuration folder. Later ones win.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

import msgspec
import platformdirs
from msgspec import Struct

APPLICATION = "coordinator_app"


class SettingsFaulty(ValueError):
    """A settings file cannot be used; the text is one plain sentence that names file, key and remedy."""


class PrinterSet(Struct, frozen=True, forbid_unknown_fields=True):
    """One printer by the name labels are sent to: a folder, a queue of the system, or one on the network.

    `where` is the folder's path, the queue's name, or host or host:port; `language` is what a network printer takes.
    """

    name: str
    kind: Literal["folder", "system", "network"] = "folder"
    where: str = ""
    language: Literal["zpl", "pdf"] = "zpl"


class WedgeSet(Struct, frozen=True, forbid_unknown_fields=True):
    """How the keyboard scanner types, as its calibration card taught it (`ui/keyboard_layouts.py`)."""

    scanner: str = "scanner-1"
    layout: str = "host"
    caps: str = "host-inverts"
    gs_text: str = ""
    gs_position: int | None = None
    prefix: str = ""
    prefix_needed: bool = False


class SerialSet(Struct, frozen=True, forbid_unknown_fields=True):
    """One scanner on a serial line: device name or `usb:VVVV:PPPP`."""

    port: str
    scanner: str = "serial-1"
    baud: int = 9600


class BackupSet(Struct, frozen=True, forbid_unknown_fields=True):
    """Where backups go, best on another disk, every how many hours, how many are kept; no folder: none are made."""

    folder: str = ""
    every_h: int = 24
    keep: int = 14

    @property
    def place(self) -> Path | None:
        """The folder for backups, or None where none is set."""
        return Path(self.folder) if self.folder else None


class HubSet(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub of the site on this workstation, started and ended with the program; `serve` on one of them only.

    Without a certificate only this computer reaches it. `url` is the address by which the other workstations reach it,
    `authority` the PEM file of the authority that issued its certificate; an empty folder means this account's own.
    """

    serve: bool = False
    folder: str = ""
    host: str = "127.0.0.1"
    port: int = 8470
    certificate: str = ""
    certificate_key: str = ""
    url: str = ""
    authority: str = ""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What this workstation is set to. An empty folder or zone means the one of the system; `idle_s` 0 never locks.

    `mirror` is the folder for the second copy of a record that is founded, on another disk; an existing record's is
    moved from the page about the record, or by `coordinator mirror move`.
    """

    store: str = ""
    demo: str = ""
    logs: str = ""
    tables: str = ""
    zone: str = ""
    idle_s: int = 300
    sounds: bool = True
    printer: tuple[PrinterSet, ...] = ()
    wedge: WedgeSet = WedgeSet()
    serial: tuple[SerialSet, ...] = ()
    backup: BackupSet = BackupSet()
    hub: HubSet = HubSet()
    reserve_mib: int = 64
    mirror: str = ""

    @property
    def store_folder(self) -> Path:
        """The folder of this workstation's record."""
        return Path(self.store) if self.store else platformdirs.user_data_path(APPLICATION, appauthor=False) / "record"

    @property
    def demo_folder(self) -> Path:
        """The folder of the demonstration site."""
        return Path(self.demo) if self.demo else platformdirs.user_data_path(APPLICATION, appauthor=False) / "demo"

    @property
    def log_folder(self) -> Path:
        """The folder of the program's log, which never holds a name or a scan."""
        return Path(self.logs) if self.logs else platformdirs.user_log_path(APPLICATION, appauthor=False)

    @property
    def tables_folder(self) -> Path:
        """Where a licensed site lays its own ISBT 128 tables: `products.csv` and `facilities.csv`, two columns each."""
        if self.tables:
            return Path(self.tables)
        return platformdirs.site_data_path(APPLICATION, appauthor=False) / "tables"

    @property
    def zone_name(self) -> str:
        """The IANA name of the time zone to show times in."""
        return self.zone or system_zone()


def settings_files() -> tuple[Path, ...]:
    """Return where settings are looked for, the weakest first."""
    user = platformdirs.user_config_path(APPLICATION, appauthor=False)
    site = platformdirs.site_config_path(APPLICATION, appauthor=False)
    return user / "settings.toml", site / "machine.toml", site / "policy.toml"


def read_settings(files: tuple[Path, ...] | None = None) -> Settings:
    """Return the settings of this workstation; raises SettingsFaulty for a file that cannot be read or understood."""
    found: dict[str, Any] = {}
    for path in settings_files() if files is None else files:
        found.update(_read(path))
    settings = msgspec.convert(found, Settings)
    if settings.zone and settings.zone not in available_timezones():
        raise SettingsFaulty(
            f'The time zone "{settings.zone}" of the settings is not known; write one as Europe/Berlin.'
        )
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
        msgspec.convert(read, Settings)
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise SettingsFaulty(f"The settings {path} cannot be read; ask whoever looks after this computer.") from fault
    except (msgspec.DecodeError, ValueError) as fault:
        raise SettingsFaulty(f"The settings {path} cannot be used: {fault}; correct the file.") from fault
    return read


def system_zone() -> str:
    """Return the IANA name of this computer's time zone, `Etc/UTC` where the system does not tell it."""
    zones = available_timezones()
    for name in (os.environ.get("TZ", "").lstrip(":"), _zone_of_link(), _zone_of_file()):
        if name in zones:
            return name
    return "Etc/UTC"


def _zone_of_link() -> str:
    # Linux and macOS: /etc/localtime leads to …/zoneinfo/Europe/Berlin.
    if sys.platform == "win32":
        return ""
    found = re.search(r"zoneinfo(?:\.default)?/(?:posix/|right/)?(.+)$", os.path.realpath("/etc/localtime"))
    return found[1] if found else ""


def _zone_of_file() -> str:
    try:
        return Path("/etc/timezone").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
