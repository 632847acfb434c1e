"""The source text of our windows is not read when they are imported, nor kept in memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import linecache, sys
from coordinator_app.ui.unread_sources import leave_sources_unread
{switch}
import coordinator_app.ui.main_window
kept = [name for name in linecache.cache if "coordinator_app" in name and "unread_sources" not in name]
print("many" if len(kept) > 50 else len(kept), "kept")
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("still spelled as Qt spells")
print(label.text(), label.windowTitle() == "")
"""


@pytest.mark.parametrize(
    ("switch", "said"),
    [("assert leave_sources_unread()", "0 kept"), ("", "many kept")],
    ids=["as the program does", "without it"],
)
def test_sources_of_our_windows_are_neither_read_nor_kept(switch: str, said: str) -> None:
    # In a process of its own: here everything was imported long ago.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(switch=switch)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said)
    assert "still spelled as Qt spells True" in done.stdout
