"""The worked scripts of `formats.md` §5 with their answers, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coordinator_app.cli import main

WORKED = Path(__file__).parent.parent / "formats" / "qualification"
KEPT = ("script", "title", "risk", "requirement", "start", "passed")


def answer_of(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = main(["qualify", str(WORKED / f"{name}.toml"), "--json"])
    answer = json.loads(capsys.readouterr().out)
    script = answer["scripts"][0]
    steps = [{key: step[key] for key in ("number", "expected", "passed", "differs")} for step in script["steps"]]
    return code, {**{key: script[key] for key in KEPT}, "steps": steps}


@pytest.mark.parametrize(("name", "code"), [("wrong-wristband", 0), ("something-differs", 1)])
def test_a_worked_script_gives_its_worked_answer(name: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    expected = json.loads((WORKED / f"{name}.answer.json").read_text(encoding="utf-8"))
    assert answer_of(name, capsys) == (code, expected)


def test_a_script_with_mistakes_is_not_run_and_every_mistake_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(WORKED / f"{name}.toml") for name in ("wrong-wristband", "script-is-wrong")]
    assert main(["qualify", *paths]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (WORKED / "script-is-wrong.answer.txt").read_text(encoding="utf-8")
