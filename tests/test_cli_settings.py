"""Settings: three files with the same keys, of which the house's policy wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator_app.settings import SettingsFaulty, read_settings


def files(tmp_path: Path, *texts: str) -> tuple[Path, ...]:
    paths = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def test_without_any_file_everything_has_a_value(tmp_path: Path) -> None:
    settings = read_settings((tmp_path / "none.toml",))
    assert settings.idle_s == 300
    assert settings.store_folder.name == "record"
    assert settings.demo_folder != settings.store_folder
    assert settings.zone_name


def test_what_the_house_decides_wins_over_the_machine_and_the_person(tmp_path: Path) -> None:
    read = files(tmp_path, 'idle_s = 3600\nzone = "Europe/Oslo"\n', "idle_s = 600\n", "idle_s = 120\n")
    settings = read_settings(read)
    assert (settings.idle_s, settings.zone_name) == (120, "Europe/Oslo")


def test_printers_and_scanners_are_read(tmp_path: Path) -> None:
    text = '[[printer]]\nname = "labels"\nkind = "network"\nwhere = "10.0.0.9:9100"\n'
    text += '[wedge]\nlayout = "us"\n[[serial]]\nport = "ttyACM0"\n'
    settings = read_settings(files(tmp_path, text))
    assert settings.printer[0].where == "10.0.0.9:9100"
    assert settings.wedge.layout == "us"
    assert settings.serial[0].port == "ttyACM0"


@pytest.mark.parametrize(
    "text", ["idel_s = 3\n", "idle_s = 'soon'\n", "= 3\n", "[[printer]]\nkind = 'fax'\nname = 'x'\n"]
)
def test_a_settings_file_with_a_mistake_is_refused_with_its_name(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsFaulty, match=r"0\.toml cannot be used: .*; correct the file\."):
        read_settings(files(tmp_path, text))


def test_an_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsFaulty, match="Mars/Olympus"):
        read_settings(files(tmp_path, 'zone = "Mars/Olympus"\n'))
