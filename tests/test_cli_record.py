"""The command line on a record: verify, count, export, rebuild, report, and the demonstration site's list."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from coordinator_app.cli import main
from coordinator_app.store.connection import STORE_FILE


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demonstration site that the command line built, never to be changed."""
    folder = tmp_path_factory.mktemp("built") / "demo"
    assert main(["demo", "--list", "--json", "--store", str(folder)]) == 0
    return folder


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the demonstration site."""
    shutil.copytree(built, tmp_path / "demo")
    return tmp_path / "demo"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*(str(each) for each in arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_demonstration_site_lists_everybody_and_every_code(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, listing = answer(capsys, "demo", "--list", "--store", demo)
    assert code == 0
    assert set(listing) == {"people", "patients", "cases", "units", "shipments", "spare"}
    assert {"nurse_a", "nurse_untrained", "monitor_a"} <= set(listing["people"])
    assert set(listing["cases"]) == {f"c{number}" for number in range(1, 7)}


def test_a_folder_with_something_else_in_it_is_never_made_a_demonstration_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    for arguments in (["demo", "--list"], ["demo", "--list", "--fresh"], ["qualify", "--shipped"]):
        assert main([*arguments, "--store", str(tmp_path)]) == 2
        assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_a_sound_journal_verifies_and_a_changed_one_fails_with_the_first_bad_event(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = answer(capsys, "journal", "verify", "--store", demo, "--all-signatures")
    assert code == 0
    assert found["sound"]
    assert found["events"] > 400
    assert found["first_bad"] is None
    file = demo / STORE_FILE
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert main(["journal", "verify", "--store", str(demo)]) != 0


def test_counts_and_export_agree(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, counted = answer(capsys, "journal", "stats", "--store", demo)
    assert code == 0
    assert main(["journal", "export", "--store", str(demo), "--out", str(tmp_path / "out.jsonl")]) == 0
    said = capsys.readouterr()
    lines = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert len(lines) == counted["events"] + 1
    assert json.loads(lines[0])["format"] == "coordinator-journal"
    assert said.out == ""
    assert f"{counted['events']} events" in said.err


def test_an_export_without_a_file_goes_to_standard_output(
    demo: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["journal", "export", "--store", str(demo)]) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert len(lines) > 400
    assert set(json.loads(lines[1])) <= {"event", "id", "sig", "psig"}


def test_an_export_that_cannot_be_written_leaves_nothing(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = demo / "no-such-folder" / "out.jsonl"
    assert main(["journal", "export", "--store", str(demo), "--out", str(target)]) == 2
    assert not target.parent.exists()


def test_what_screens_read_can_be_made_anew(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "journal", "rebuild", "--check", "--store", demo) == (0, {"rebuilt": False, "differed": []})
    assert answer(capsys, "journal", "rebuild", "--store", demo) == (0, {"rebuilt": True, "differed": []})


@pytest.mark.parametrize(
    ("name", "content"), [(STORE_FILE, b"x" * 8192), ("keys.json", b"{}"), ("store.json", b"")], ids=lambda each: str(each)[:10]
)  # fmt: skip
def test_a_record_that_cannot_be_opened_says_so_in_one_sentence(
    name: str, content: bytes, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (demo / name).write_bytes(content)
    capsys.readouterr()
    assert main(["journal", "verify", "--store", str(demo)]) in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_a_case_is_written_down_for_inspectors(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, listing = answer(capsys, "demo", "--list", "--store", demo)
    case = listing["cases"]["c1"]["id"]
    out = tmp_path / "case.pdf"
    for kind, said in {
        "identity": "Chain of identity",
        "custody": "Chain of custody",
        "inspection": "Case record",
    }.items():
        assert main(["report", kind, "--case", case, "--store", str(demo), "--out", str(out)]) == 0
        document = pypdfium2.PdfDocument(out)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        assert said in text
        assert "HARGREAVES" in text
        assert "every seal as it must be" in text
    assert main(["report", "identity", "--case", "case:nobody", "--store", str(demo), "--out", str(out)]) == 2


def test_a_scratch_site_that_was_kept_can_be_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept"
    script = Path(__file__).parent / "formats" / "qualification" / "wrong-wristband.toml"
    report = tmp_path / "report.pdf"
    assert main(["qualify", str(script), "--store", str(kept), "--report", str(report)]) == 0
    assert report.read_bytes().startswith(b"%PDF")
    code, found = answer(capsys, "journal", "verify", "--store", kept, "--all-signatures")
    assert (code, found["sound"]) == (0, True)
    assert main(["qualify", str(script), "--store", str(kept)]) == 2


def test_the_actions_are_listed_with_what_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, listed = answer(capsys, "qualify", "--actions")
    assert code == 0
    assert {"action": "go_on", "does": "Go on after a verdict."} in listed


# The application is there before: the self-test makes a smaller one where there is none, and no window test could
# follow it in the same process.
@pytest.mark.usefixtures("qapp")
def test_the_self_test_names_every_part_and_needs_no_display(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = answer(capsys, "self-test", "--store", tmp_path)
    assert code == 0
    assert [part["part"] for part in found["parts"]] == [
        "engine", "keys", "disk", "second copy", "backups", "fonts", "symbols", "clock", "power", "sound", "printers", "scanners", "versions",
    ]  # fmt: skip
    assert all(part["state"] == "ok" or part["next_step"] for part in found["parts"])
