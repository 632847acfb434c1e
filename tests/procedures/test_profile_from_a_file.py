"""A profile that is brought in from a file is the file that `profile check` was shown: same bytes, same faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.cli import main
from coordinator_app.domain.screens import FormPage, Verdict
from coordinator_app.resource_files import resource_path

TEXT = (resource_path("profiles") / "auto-til.toml").read_text(encoding="utf-8").replace('"AUTO-TIL"', '"AUTO-TIL-2"')


def brings_in(site: Demonstration, path: Path) -> None:
    site.signs_in("pharmacist_a")
    site.opens("profiles")
    site.presses("bring_in_profile")
    site.tries_fill(path=str(path))


def test_the_approval_pins_the_hash_of_the_very_bytes_whatever_their_line_ends(
    site: Demonstration, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trial.toml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert main(["profile", "check", str(path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["sha256"]
    brings_in(site, path)
    assert site.answer.verdict is Verdict.ACCEPTED
    assert shown in site.bench.work.site.profiles
    assert site.bench.work.profile_of(shown).id == "AUTO-TIL-2"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(TEXT.replace("travel-slip-100x50", "travel-slip-100x60"), "travel-slip-100x50"), (TEXT + "\n#\udcff", "UTF-8")],
    ids=["template", "encoding"],
)
def test_what_profile_check_refuses_is_not_brought_in_and_says_the_line(
    site: Demonstration, tmp_path: Path, wrong: str, said: str
) -> None:
    known = set(site.bench.work.site.profiles)
    path = tmp_path / "trial.toml"
    path.write_bytes(wrong.encode("utf-8", "surrogateescape"))
    brings_in(site, path)
    assert site.answer.verdict is Verdict.REFUSED
    page = site.answer.page
    assert isinstance(page, FormPage)
    assert page.note is not None
    assert page.note.values["sentence"].startswith("line ")
    assert said in page.note.values["sentence"]
    assert set(site.bench.work.site.profiles) == known
