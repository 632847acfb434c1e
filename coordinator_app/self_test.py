"""The self-test of a workstation: every part it stands on, what was found, what to do about it; without a display."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

from coordinator_app import __version__
from coordinator_app.domain.loudness import Loudness
from coordinator_app.settings import Settings

OK, ATTENTION, FAILED = "ok", "attention", "failed"
SCARCE = 2 * 1024**3
"""Free bytes below which the disk needs attention: some years of events, with room for backups."""
FULL = 200 * 1024**2
"""Free bytes below which the disk is as good as full: new procedures would be refused."""
_PACKAGES = ("PySide6", "sqlcipher3", "sqlite-utils", "cryptography", "argon2-cffi", "msgspec", "keyring", "biip",
             "zxing-cpp", "reportlab", "python-barcode", "tzdata")  # fmt: skip


class Checked(Struct, frozen=True):
    """One part: `state` is ok, attention (works, with a drawback) or failed; `next_step` what to do then."""

    part: str
    state: str
    found: str
    next_step: str = ""


def self_test(settings: Settings, folder: Path, keys_where: Callable[[], str]) -> tuple[Checked, ...]:
    """Look at every part of this workstation; `folder` is that of its record, `keys_where` tells where its keys are."""
    return (
        _tried("engine", _engine),
        _tried("keys", lambda: _keys(keys_where())),
        _tried("disk", lambda: _disk(folder)),
        _tried("second copy", lambda: _second_copy(folder)),
        _tried("backups", lambda: _backups(settings, folder)),
        _tried("fonts", _fonts),
        _tried("symbols", _symbols),
        _tried("clock", lambda: _clock(settings.zone_name)),
        _tried("power", _power),
        _tried("sound", _sound),
        _tried("printers", lambda: _printers(settings)),
        _tried("scanners", lambda: _scanners(settings)),
        Checked("versions", OK, ", ".join(f"{name} {number}" for name, number in versions().items())),
    )


def versions() -> dict[str, str]:
    """Return the versions of the program and of what it is made of."""
    found = {"coordinator_app": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a bundle does not carry the papers of every package
            continue
    return found


def _tried(part: str, check: Callable[[], Checked]) -> Checked:
    try:
        return check()
    except Exception as fault:  # noqa: BLE001 - one part that is broken must not hide the others
        return Checked(part, FAILED, f"{type(fault).__name__}: {fault}", "Install the program again, or ask IT.")


def _engine() -> Checked:
    import sqlcipher3

    from coordinator_app.store.connection import engine_refusal

    refusal = engine_refusal(sqlcipher3.sqlite_version)
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlcipher3.connect(str(Path(folder) / "tried.db"))
        try:
            connection.execute("PRAGMA key = \"x'" + "5a" * 32 + "'\"")
            connection.execute("CREATE TABLE tried (word TEXT)")
            connection.execute("INSERT INTO tried VALUES ('readable')")
            connection.commit()
            cipher = connection.execute("PRAGMA cipher_version").fetchone()
        finally:
            connection.close()
        encrypted = b"readable" not in (Path(folder) / "tried.db").read_bytes()
    found = f"SQLite {sqlcipher3.sqlite_version}, SQLCipher {cipher[0] if cipher else 'missing'}"
    if refusal or not cipher or not encrypted:
        return Checked("engine", FAILED, f"{found}; {refusal or 'it does not encrypt.'}", "Install the program again.")
    return Checked("engine", OK, f"{found}; it encrypts.")


def _keys(where: str) -> Checked:
    if "without a passphrase" in where:
        return Checked("keys", ATTENTION, f"The keys are {where}.", "Set up a key ring on this computer.")
    return Checked("keys", OK, f"The keys are {where}.")


def _disk(folder: Path) -> Checked:
    from coordinator_app.store.ground import can_be_pulled_out, lies_far_away

    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / 1024**3:.1f} GiB free where {folder} is."
    if lies_far_away(there):
        return Checked("disk", FAILED, f"{folder} lies on a network drive.", "Choose a folder on this computer's disk.")
    if can_be_pulled_out(there):
        return Checked("disk", FAILED, f"{folder} lies on a disk that can be pulled out.", "Choose a built-in disk.")
    if not os.access(there, os.W_OK):
        return Checked("disk", FAILED, f"{there} cannot be written.", "Ask the administrator of this computer.")
    if free < FULL:
        return Checked("disk", FAILED, found, "Free space on the disk before the next procedure.")
    return Checked("disk", ATTENTION if free < SCARCE else OK, found, "Free space soon." if free < SCARCE else "")


def _second_copy(folder: Path) -> Checked:
    from coordinator_app.store.mirror_place import is_beside, mirror_of
    from coordinator_app.store.store_keys import MARKER_FILE

    if not (folder / MARKER_FILE).exists():
        return Checked("second copy", OK, "There is no record yet.")
    place = mirror_of(folder)
    if not place.exists():
        return Checked("second copy", FAILED, f"{place} cannot be reached.", "Connect its disk, or set another place.")
    if is_beside(folder, place):
        return Checked("second copy", OK, "It stands beside the record, on the same disk.")
    free = shutil.disk_usage(place.parent).free
    found = f"It stands in {place.parent}, {free / 1024**3:.1f} GiB free."
    return Checked("second copy", FAILED if free < FULL else OK, found, "Free space there." if free < FULL else "")


def _backups(settings: Settings, folder: Path) -> Checked:
    from coordinator_app.store.backup import backups_in
    from coordinator_app.store.backup_manifest import read_manifest
    from coordinator_app.store.faults import StoreFault
    from coordinator_app.store.store_keys import MARKER_FILE, read_marker

    where, every = settings.backup.place, settings.backup.every_h
    if where is None:
        return Checked("backups", ATTENTION, "No folder for backups is set.", "Name one under [backup].")
    if not (folder / MARKER_FILE).exists():
        return Checked("backups", OK, f"Backups go to {where} every {every} h; there is no record to back up yet.")
    made = backups_in(where, read_marker(folder))
    if not made:
        return Checked("backups", ATTENTION, f"There is no backup of this record in {where} yet.", "Make one now.")
    try:
        newest = read_manifest(made[-1])
    except StoreFault as fault:
        return Checked("backups", FAILED, fault.sentence, "Make a new backup.")
    age = datetime.now(UTC) - newest.made
    hours = age.total_seconds() / 3600
    found = f"The newest of {len(made)} in {where} is {hours:.0f} h old and holds {newest.events} events."
    old = age > timedelta(hours=2 * every)
    return Checked("backups", ATTENTION if old else OK, found, "Have the backup folder looked at." if old else "")


def _fonts() -> Checked:
    from coordinator_app.labels.typefaces import runs_of

    faces = {face for bold in (False, True) for face, _ in runs_of("Ångström, Łukasz, Đặng: 21-Nov-2026", bold=bold)}
    return Checked("fonts", OK, f"Labels and papers are set in {', '.join(sorted(faces))}.")


def _symbols() -> Checked:
    from coordinator_app.codes.symbols import Symbol, matrix

    size = len(matrix("&/CHA999926ABC001", Symbol.DATA_MATRIX))
    return Checked("symbols", OK, f"A DataMatrix of {size} × {size} modules was drawn and read back.")


def _clock(zone: str) -> Checked:
    from coordinator_app.store.moment import MachineClock

    clock = MachineClock(zone)
    first, second = clock.moment(), clock.moment()
    if second.boot_ns < first.boot_ns or not first.boot:
        return Checked("clock", FAILED, "The suspend-aware clock does not run forward.", "Ask IT about this computer.")
    found = f"{first.at:%Y-%m-%dT%H:%M:%SZ}, zone {zone}, boot {first.boot[:8]}…; the wall clock is {first.clock}."
    if first.clock != "anchored":
        return Checked("clock", ATTENTION, found, "Compare the wall clock with a trusted one: nobody vouches for it.")
    return Checked("clock", OK, found)


def _power() -> Checked:
    from coordinator_app.workers.battery import read_charge

    charge = read_charge()
    if charge is None:
        return Checked("power", OK, "No battery is reported: the workstation runs on mains.")
    found = f"Battery {charge.percent} %, {'on mains' if charge.on_mains else 'not on mains'}."
    low = not charge.on_mains and charge.percent < 30
    return Checked("power", ATTENTION if low else OK, found, "Plug in the mains." if low else "")


def _sound() -> Checked:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication, qInstallMessageHandler

    # Qt tells which of its own parts it could not load; that is no finding about this workstation.
    earlier = qInstallMessageHandler(lambda _kind, _context, _message: None)
    try:
        from coordinator_app.ui.sounds import has_output
        from coordinator_app.workers.loudness import read_loudness

        application = QCoreApplication.instance() or QCoreApplication(["self-test"])
        sounds = has_output()
        application.processEvents()
    finally:
        qInstallMessageHandler(earlier)
    if sounds:
        return _loudness(read_loudness())
    return Checked("sound", ATTENTION, "There is no sound device: alarms are seen and not heard.", "Connect one.")


def _loudness(said: Loudness) -> Checked:
    unheard = "alarms are seen and not heard."
    told = {
        Loudness.HEARD: Checked("sound", OK, "There is a sound device, and its volume is up."),
        Loudness.MUTED: Checked("sound", ATTENTION, f"The sound is muted: {unheard}", "Switch it on."),
        Loudness.ZERO: Checked("sound", ATTENTION, f"The volume is at zero: {unheard}", "Turn it up."),
    }
    return told.get(said) or Checked(
        "sound", ATTENTION, "There is a sound device; this system does not tell whether its volume is up.",
        "Let the test sounds be heard under Help, Scanners.",
    )  # fmt: skip


def _printers(settings: Settings) -> Checked:
    if not settings.printer:
        return Checked("printers", ATTENTION, "No printer is set: labels go to a folder.", "Name one in the settings.")
    missing = [each.name for each in settings.printer if each.kind == "folder" and not os.access(each.where, os.W_OK)]
    if missing:
        return Checked("printers", FAILED, f"The folder of {', '.join(missing)} cannot be written.", "Check its name.")
    return Checked("printers", OK, ", ".join(f"{each.name} ({each.kind})" for each in settings.printer))


def _scanners(settings: Settings) -> Checked:
    from PySide6.QtSerialPort import QSerialPortInfo

    ports = {port.portName() for port in QSerialPortInfo.availablePorts()}
    set_to = [each.port.removeprefix("/dev/") for each in settings.serial]
    missing = [port for port in set_to if not port.startswith("usb:") and port not in ports]
    found = (
        f"Keyboard scanner {settings.wedge.scanner} ({settings.wedge.layout}); serial: {', '.join(set_to) or 'none'}."
    )
    if missing:
        return Checked("scanners", FAILED, f"{found} {', '.join(missing)} is not there.", "Plug the scanner in.")
    return Checked("scanners", OK, found)
