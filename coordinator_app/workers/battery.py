"""How this workstation is powered, read from the system: carts run on batteries."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

_SUPPLIES = Path("/sys/class/power_supply")


class Charge(Struct, frozen=True):
    """The fullest battery's charge in percent, and whether the mains is plugged in."""

    percent: int
    on_mains: bool


def read_charge(supplies: Path = _SUPPLIES) -> Charge | None:
    """Return the charge as Linux tells it, or None where there is no battery or the system does not tell."""
    percents: list[int] = []
    on_mains = False
    for supply in sorted(supplies.glob("*")):
        kind = _read(supply / "type")
        if kind == "Mains" or kind == "USB":
            on_mains = on_mains or _read(supply / "online") == "1"
        # A scanner's or mouse's own battery says "Device": it does not keep the workstation alive.
        elif kind == "Battery" and _read(supply / "scope") != "Device":
            level = _read(supply / "capacity")
            if level.isdigit():
                percents.append(int(level))
                on_mains = on_mains or _read(supply / "status") in ("Charging", "Full")
    return Charge(max(percents), on_mains) if percents else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
