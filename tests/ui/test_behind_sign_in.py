"""Screens that nobody sees before signing in are imported behind the sign-in screen, all of them."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

from coordinator_app.ui.screens import made

SCRIPT = """
import sys
import coordinator_app.app
early = [name for name in ("case", "guided", "form", "listing", "exchange", "verdict")
         if f"coordinator_app.ui.screens.{name}" in sys.modules]
from coordinator_app.ui.screens.made import BEHIND_SIGN_IN, import_behind_sign_in
steps = sum(1 for _ in import_behind_sign_in())
late = [name for name in BEHIND_SIGN_IN if f"coordinator_app.ui.screens.{name}" not in sys.modules]
print(early, steps == len(BEHIND_SIGN_IN), late)
"""


def test_the_program_begins_without_the_other_screens_and_has_them_all_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stdout == "[] True []\n", done.stderr


def test_every_screen_that_a_page_is_drawn_by_is_imported_behind_the_first() -> None:
    function = ast.parse(inspect.getsource(made.made_screen))
    imported = {each.module for each in ast.walk(function) if isinstance(each, ast.ImportFrom)}
    assert imported == {f"coordinator_app.ui.screens.{name}" for name in made.BEHIND_SIGN_IN}
