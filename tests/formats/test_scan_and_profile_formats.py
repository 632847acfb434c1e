"""The frozen answers of `coordinator scan` and `coordinator profile check`: what others read may never change quietly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coordinator_app.cli import main

HERE = Path(__file__).parent
SCANS = json.loads((HERE / "scan" / "worked.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("worked", SCANS, ids=[scan["hex"][:24] or "empty" for scan in SCANS])
def test_a_scan_gets_the_answer_it_always_got(worked: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scan", "--json", "--hex", str(worked["hex"])])
    assert code == worked["exit"]
    assert json.loads(capsys.readouterr().out) == worked["answer"]


def test_a_faulty_profile_names_line_key_and_remedy_of_every_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["profile", "check", str(HERE / "profile" / "faulty.toml"), "--json"])
    assert code == 1
    answer = json.loads(capsys.readouterr().out)
    frozen = json.loads((HERE / "profile" / "faulty.answer.json").read_text(encoding="utf-8"))
    assert answer["faults"] == frozen["faults"]
