"""The battery of a cart, as Linux tells it."""

from __future__ import annotations

from pathlib import Path

from coordinator_app.workers.battery import Charge, read_charge


def supply(folder: Path, name: str, **values: str) -> None:
    (folder / name).mkdir()
    for key, value in values.items():
        (folder / name / key).write_text(f"{value}\n")


def test_a_cart_on_its_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", capacity="82", status="Discharging")
    supply(tmp_path, "hid-scanner", type="Battery", capacity="97", status="Charging", scope="Device")
    assert read_charge(tmp_path) == Charge(82, on_mains=False)


def test_a_cart_at_the_mains(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "BAT0", type="Battery", capacity="40", status="Charging")
    assert read_charge(tmp_path) == Charge(40, on_mains=True)


def test_a_desktop_computer_has_no_battery_to_speak_of(tmp_path: Path) -> None:
    assert read_charge(tmp_path) is None
    assert read_charge(tmp_path / "nowhere") is None
