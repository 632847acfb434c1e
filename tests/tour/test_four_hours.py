"""Four hours of a ward at the real windows: everything goes wrong, and at the end nothing is open."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from coordinator_app.demo import four_hours


def test_the_day_ends_with_labels_reconciled_clocks_settled_and_a_record_on_paper(
    quickly_built: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(four_hours, "fresh_demo", quickly_built)
    assert four_hours.run_four_hours(tmp_path) == 0
    told = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert told["fault"] == ""
    assert told["hours"] >= 4
    assert told["stories"] == [name for name, _ in four_hours.STORIES]
    for case in told["left_open"].values():
        assert case == {"labels_open": [], "clocks_running": [], "deviations_open": [], "blocks": []}
    words = {name.split("-", 1)[1].removesuffix(".png"): word for name, word in told["exchange"].items()}
    assert words["the-hub-is-away"].startswith("Offline since ")
    assert "ask by telephone: Pharmacy 4411" in words["the-wall-while-the-hub-is-away"]
    assert words["what-waited-for-the-hub"].endswith(" waiting")
    assert words["the-hub-is-back"].startswith("Sent "), "a dead hub came back and has everything"
    [site] = told["hub"].values()
    assert site["kept"] == 0
    assert [each["kind"] for each in site["findings"]] in ([], ["clock"]), "compressed time runs ahead of the hub's"
    events = told["events"]
    assert events["AdministrationStopped"] == events["StopExplained"] == 1, "the reaction"
    assert events["ExceptionAuthorised"] == 1, "the physician's decision"
    assert events["LabelEnded"] == 1, "the torn slip"
    assert events["DeviationClosed"] == events["DeviationReported"] >= 2, "nothing stays unjudged"
    text = ""
    for name in told["documents"]:
        document = pypdfium2.PdfDocument(tmp_path / name)
        text += "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
    assert "Journal verified" in text
    assert "NO: " not in text, "labels reconciled, journal sound"
