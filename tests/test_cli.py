"""The command line: exit codes, one plain sentence for wrong use, and answers that other programs read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from coordinator_app.cli import BROKEN, coordinator, main
from coordinator_app.codes.symbols import Symbol, matrix, raster

WRISTBAND = "]d28018950600013430000016"
ROOT = Path(__file__).parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command line and returns exit code, output and errors."""

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["scan"],
        ["scan", "--nonsense"],
        ["scan", "x", "--hex", "00"],
        ["scan", "--hex", "0"],
        ["scan", "x", "--profile", "no-such-file.toml"],
        ["scan", "--image", "no-such-file.png"],
        ["clocks", "a"],
        ["journal"],
        ["journal", "verify", "--store", "no-such-folder"],
        ["profile", "check", "no-such-file.toml"],
        ["qualify"],
        ["qualify", "no-such-file.toml"],
        ["report", "identity"],
        ["report", "everything", "--case", "x", "--out", "y"],
        ["label", "render", "--template", "no-such-template", "--data", "-", "--out", "x"],
        ["demo", "--json"],
        ["--store", "x", "scan", "y"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_plain_sentence_and_exit_code_2(arguments: list[str], run: Run) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.rstrip().endswith(".")


def test_help_and_version_are_a_yes(run: Run) -> None:
    assert run("--help")[0] == 0
    assert run("--version")[0] == 0
    for name in coordinator.commands:
        assert run(name, "--help")[0] == 0


def test_a_fault_of_the_program_is_told_by_its_place_and_never_by_its_text(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("HARGREAVES, Miriam")

    monkeypatch.setattr("coordinator_app.codes.dispatch.read", break_down)
    code, _, err = run("scan", WRISTBAND)
    assert code == BROKEN
    assert "HARGREAVES" not in err
    assert "RuntimeError at test_cli.py" in err


# scan -------------------------------------------------------------------------------------------------------------


def test_a_known_form_of_code_is_accepted_and_read_into_fields(run: Run) -> None:
    code, out, _ = run("scan", "--json", WRISTBAND)
    answer = json.loads(out)
    assert code == 0
    assert set(answer) == {"accepted", "route", "symbology", "fields", "warnings", "refusal", "message"}
    assert (answer["accepted"], answer["route"], answer["symbology"]) == (True, "gs1", "]d2")
    assert answer["fields"][0]["id"] == "gs1:8018"


def test_text_hex_and_standard_input_are_the_same_scan(run: Run) -> None:
    text = "]d20109506000134352\x1d21A1"
    by_hex = run("scan", "--json", "--hex", text.encode().hex())
    assert run("scan", "--json", text) == by_hex
    piped = subprocess.run(
        [sys.executable, "-m", "coordinator_app", "scan", "--json", "-"], input=text.encode() + b"\r\n",
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (piped.returncode, piped.stdout.decode()) == by_hex[:2]


def test_a_refused_scan_is_exit_code_1_with_the_code_of_the_reason(run: Run) -> None:
    code, out, _ = run("scan", "--json", "]d28018950600013430000017")
    answer = json.loads(out)
    assert code == 1
    assert (answer["accepted"], answer["refusal"]) == (False, "CHECK_CHARACTER_WRONG")
    assert answer["message"].endswith(".")


def test_an_empty_scan_is_refused_and_not_wrong_use(run: Run) -> None:
    code, out, _ = run("scan", "--json", "--hex", "")
    assert code == 1
    assert json.loads(out)["refusal"] == "CODE_EMPTY"


def test_the_trials_own_identifiers_are_read_with_its_profile(run: Run) -> None:
    profile = ROOT / "resources/profiles/auto-cart-cryo.toml"
    assert run("scan", "S-104-0041")[0] == 1
    code, out, _ = run("scan", "--json", "--profile", profile, "S-104-0041")
    assert code == 0
    assert json.loads(out)["fields"][0]["id"] == "trial:subject"


def test_a_code_is_read_from_a_picture_and_two_codes_are_no_answer(run: Run, tmp_path: Path) -> None:
    one = raster(matrix("&/CHA999926HRN001", Symbol.DATA_MATRIX), dots=6)
    other = raster(matrix("&/CHA999926HRN002", Symbol.DATA_MATRIX), dots=6)
    both = Image.new("L", (one.width * 2 + 80, one.height + 80), 255)
    both.paste(one, (20, 40))
    both.paste(other, (one.width + 60, 40))
    blank = Image.new("L", (200, 200), 255)
    for name, picture in {"one": one, "both": both, "blank": blank}.items():
        picture.save(tmp_path / f"{name}.png")
    code, out, _ = run("scan", "--json", "--image", tmp_path / "one.png")
    assert (code, json.loads(out)["fields"][0]["coi"]) == (0, "CHA999926HRN001")
    code, out, _ = run("scan", "--json", "--image", tmp_path / "both.png")
    assert (code, json.loads(out)["refusal"]) == (1, "CODE_AMBIGUOUS")
    code, out, _ = run("scan", "--json", "--image", tmp_path / "blank.png")
    assert (code, json.loads(out)["refusal"]) == (1, "CODE_NOT_RECOGNISED")
    (tmp_path / "text.png").write_text("not a picture", encoding="utf-8")
    assert run("scan", "--image", tmp_path / "text.png")[0] == 2


@pytest.mark.parametrize("arguments", [["scan", "--json", WRISTBAND], ["profile", "list"], ["--help"]], ids=" ".join)
def test_reading_codes_and_profiles_loads_neither_windows_nor_the_record(arguments: list[str]) -> None:
    told = (
        f"import sys; from coordinator_app.cli import main; main({arguments!r});"
        "print(*sorted({'PySide6', 'sqlcipher3', 'reportlab', 'argon2'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "no-such-platform"}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, check=False, timeout=60, env=environment
    )  # fmt: skip
    assert done.stderr.decode().split() == []


# clocks and profiles ----------------------------------------------------------------------------------------------


def test_the_worked_clocks_are_answered_by_the_command(run: Run) -> None:
    worked = ROOT / "tests/formats/clocks"
    code, out, _ = run("clocks", worked / "profile.toml", worked / "history.json", "--json")
    assert code == 0
    expected = json.loads((worked / "answer.json").read_text(encoding="utf-8"))["answer"]
    answered = json.loads(out)
    assert [row["clock"] for row in answered] == [row["clock"] for row in expected]
    assert [row["state"] for row in answered] == [row["state"] for row in expected]
    assert run("clocks", worked / "profile.toml", worked / "history.json", "--at", "yesterday")[0] == 2


def test_a_profile_with_a_mistake_fails_with_line_key_and_remedy(run: Run, tmp_path: Path) -> None:
    good = ROOT / "resources/profiles/auto-cart-cryo.toml"
    assert run("profile", "check", good)[0] == 0
    bad = tmp_path / "bad.toml"
    bad.write_text(good.read_text(encoding="utf-8").replace('check = "blind"', 'check = "blnd"', 1), encoding="utf-8")
    code, out, _ = run("profile", "check", bad, "--json")
    answer = json.loads(out)
    assert code == 1
    assert not answer["ok"]
    assert set(answer["faults"][0]) == {"line", "key", "message", "remedy"}
    assert run("scan", WRISTBAND, "--profile", bad)[0] == 2


def test_every_shipped_profile_is_listed_as_an_example(run: Run) -> None:
    code, out, _ = run("profile", "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) >= 8
    assert all(row["example"] and row["faults"] == [] for row in rows)


# labels -----------------------------------------------------------------------------------------------------------


def test_a_label_is_rendered_and_a_finished_one_is_read_back(run: Run, tmp_path: Path) -> None:
    text = {
        "trial": "HERON",
        "coi": "CHA999926HRN001",
        "coi_check": "K",
        "unit": "bag 1",
        "serial": "AB12",
        "copy": "copy 1",
    }
    own = {"kind": "datamatrix", "text": "99" + "1" * 40}
    symbols = {"coi": {"kind": "datamatrix", "text": "&/CHA999926HRN001"}, "own": own}
    content = tmp_path / "label.json"
    content.write_text(json.dumps({"values": text, "symbols": symbols}), encoding="utf-8")
    common = ("--template", "coi-50x25", "--data", content)
    for form in ("pdf", "png", "zpl"):
        assert run("label", "render", *common, "--format", form, "--out", tmp_path / f"label.{form}")[::2] == (0, "")
    assert run("label", "verify", *common, tmp_path / "label.pdf")[0] == 0
    assert run("label", "verify", *common, tmp_path / "label.zpl")[0] == 0
    symbols["coi"]["text"] = "&/CHA999926HRN002"
    content.write_text(json.dumps({"values": text, "symbols": symbols}), encoding="utf-8")
    assert run("label", "verify", *common, tmp_path / "label.pdf")[0] == 1
    content.write_text("{", encoding="utf-8")
    assert run("label", "verify", *common, tmp_path / "label.pdf")[0] == 2


def test_every_shipped_label_template_is_one(run: Run, tmp_path: Path) -> None:
    assert run("label", "check")[0] == 0
    (tmp_path / "torn.toml").write_text("id = 5", encoding="utf-8")
    assert run("label", "check", tmp_path / "torn.toml")[0] == 1
