"""The tour comes through on the real program, and everything it leaves behind is right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from coordinator_app import __version__
from coordinator_app.codes.dispatch import read
from coordinator_app.codes.signed_label import PREFIX, key_list
from coordinator_app.codes.symbols import read_image
from coordinator_app.domain.scan import ScannedLabel

pytestmark = pytest.mark.alone

REFUSALS = {
    "CODE_NOT_RECOGNISED", "WRONG_PATIENT", "WRONG_UNIT", "SAME_PERSON_TWICE", "NOT_TRAINED",
}  # fmt: skip


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one tour by the command line, with no display and nobody at the keyboard."""
    out = tmp_path_factory.mktemp("tour")
    command = [sys.executable, "-m", "coordinator_app", "tour", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def summary(toured: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((toured / "summary.json").read_text(encoding="utf-8"))
    return told


def test_every_story_is_told_to_its_end_and_each_act_came_out_as_it_must(summary: dict[str, Any]) -> None:
    assert summary["came_through"] is True
    assert len(summary["stories"]) >= 4
    verdicts = [each for story in summary["stories"] for each in story["verdicts"]]
    assert {story["fault"] for story in summary["stories"]} == {""}
    assert {each["verdict"] for each in verdicts} == {"accepted", "refused"}
    assert {each["reason"] for each in verdicts if each["verdict"] == "refused"} <= REFUSALS
    assert all(story["acts"] for story in summary["stories"])


def test_the_five_refusals_stand_on_the_record(summary: dict[str, Any]) -> None:
    recorded = summary["events"]
    assert recorded["ScanRefused"] + recorded["ScanNotUsed"] >= 5
    assert recorded["DeviationReported"] >= 3


def test_a_whole_infusion_a_receipt_and_a_collection_stand_on_the_record(summary: dict[str, Any]) -> None:
    recorded = summary["events"]
    for act in (
        "ThawStarted", "ThawCompleted", "AdministrationStarted", "AdministrationPaused", "AdministrationResumed",
        "AdministrationCompleted", "ShipmentArrived", "BagReceived", "LoggerReviewed", "BagAccepted", "BagStored",
        "BagReleased", "BagRetrieved", "CollectionStarted", "CollectionEnded", "LabelVerified", "LabelApplied",
        "BagPacked", "BagShipped", "PaperSheetPrinted",
    ):  # fmt: skip
        assert recorded[act] >= 1, act
    assert recorded["LabelJobClosed"] == recorded["LabelSent"]
    # Every opened check either confirmed, ended with a reason, or is one of the refusals: none is left in the air.
    assert recorded["CheckOpened"] == recorded["IdentityConfirmed"] + recorded["CheckEnded"]


def test_the_versions_it_ran_on_are_named(summary: dict[str, Any]) -> None:
    assert summary["versions"]["coordinator"] == __version__
    assert all(re.match(r"\d+\.\d+", summary["versions"][each]) for each in ("python", "qt", "sqlite"))


def test_the_pictures_are_numbered_without_a_gap_and_show_a_full_window(toured: Path, summary: dict[str, Any]) -> None:
    pictures = sorted(toured.glob("*.png"))
    assert [path.name for path in pictures] == summary["pictures"]
    assert len(pictures) >= 18
    assert [int(path.name[:2]) for path in pictures] == list(range(1, len(pictures) + 1))
    for path in pictures:
        pixels = np.asarray(Image.open(path).convert("RGB"))
        assert pixels.shape == (720, 1280, 3), path.name
        assert is_written_on(pixels), path.name


def is_written_on(pixels: np.ndarray[Any, Any]) -> bool:
    """Tell whether something stands in most parts of a picture: a blank or torn one has parts of a single colour."""
    parts = [part for row in np.array_split(pixels, 3) for part in np.array_split(row, 4, axis=1)]
    varied = sum(len(np.unique(part.reshape(-1, 3), axis=0)) > 8 for part in parts)
    return varied >= 6


def test_only_what_the_second_person_sees_of_a_blind_check_is_pictured_twice(toured: Path) -> None:
    first = [path.read_bytes() for path in sorted(toured.glob("*.png")) if "second-person" not in path.name]
    assert len(set(first)) == len(first)


def test_every_symbol_on_every_printed_label_reads_back_as_a_valid_code(toured: Path, summary: dict[str, Any]) -> None:
    labels = sorted((toured / "printed").glob("label-*.pdf"))
    keys = key_list(bytes.fromhex(each) for each in summary["label_keys"])
    assert len(labels) >= 3
    for label in labels:
        for page in decoded(label):
            assert page, f"no code on {label.name}"
            own = [read_exactly(raw, keys) for raw in page if raw[3:].startswith(PREFIX.encode())]
            assert len(own) == 1, f"{label.name} carries {len(own)} of the program's own symbols"
            serial = own[0].field("label:serial")
            assert serial is not None
            # A slip for a unit without a donation number bears its plain serial beside the signed symbol.
            others = [raw for raw in page if raw != own[0].raw and raw[3:].decode() != serial.value]
            assert all(read_exactly(raw, keys).fields for raw in others)


def decoded(document: Path) -> list[list[bytes]]:
    """Return every code on every page of a PDF, as a scanner would send it."""
    opened = pypdfium2.PdfDocument(document)
    try:
        return [read_image(page.render(scale=300 / 72, grayscale=True).to_pil()) for page in opened]
    finally:
        opened.close()


def read_exactly(raw: bytes, keys: Mapping[str, bytes]) -> ScannedLabel:
    answer = read(raw, label_keys=keys)
    assert isinstance(answer, ScannedLabel), answer
    return answer


def test_the_documents_for_the_file_are_whole_and_name_the_site(toured: Path, summary: dict[str, Any]) -> None:
    assert "case-summary.pdf" in summary["documents"]
    papers = [toured / "case-summary.pdf", *(toured / "printed").glob("paper-sheet-*.pdf")]
    assert len(papers) >= 2
    for paper in papers:
        opened = pypdfium2.PdfDocument(paper)
        text = "".join(page.get_textpage().get_text_range() for page in opened)
        opened.close()
        assert "St Brigid" in text, paper.name
        assert "CHA999826HRN001" in text, paper.name


def test_two_trials_with_different_profiles_are_walked(summary: dict[str, Any]) -> None:
    assert len(summary["trials"]) >= 2
