"""A sentence on a screen asks for the height that its lines need, at every width that a layout may try."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from coordinator_app.ui.parts.text import Run, Sentence

PIECES: dict[str, list[Run]] = {
    "nothing": [],
    "a word": [("HERON", True)],
    "a line": [("Infuse by ", False), ("14:32", True), (" today", False)],
    "several lines": [("Hold the label of the bag before the reader, ", False), ("as it hangs", True)] * 6,
    "a long word": [("CHA999826HRN001" * 5, False)],
    "a break of its own": [("First line\u2028and the second, which is longer", False)],
    "from right to left": [("תווית השקית", False)],
}


@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES.keys())
@pytest.mark.parametrize("centred", [False, True], ids=["left", "centred"])
@pytest.mark.parametrize("size", [17.0, 50.0])
def test_the_height_at_a_width_is_that_of_the_lines_laid_out_there(
    qtbot: QtBot, pieces: list[Run], centred: bool, size: float
) -> None:
    sentence = Sentence(size, "#000000", centred=centred)
    qtbot.addWidget(sentence)
    sentence.say(pieces)
    tried = [*range(1, 400), *range(400, 2500, 7)]
    asked = [sentence.heightForWidth(width) for width in tried]
    assert asked == [sentence._lay_out(width)[1] for width in tried]
    assert asked == sorted(asked, reverse=True)
    hint = sentence.sizeHint()
    assert sentence._lay_out(hint.width())[1] == hint.height()
