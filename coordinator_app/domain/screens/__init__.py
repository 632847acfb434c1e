"""What a screen shows: frozen records that the bench makes and a window draws.

A record holds codes and values, never sentences: `ui/wording.py` puts a `Say` into the reader's language. It holds
identifiers and values, never rows or positions, so that no screen can show one person's data under another's name.
During an identity check the banner is neutral by construction: `NeutralBanner` has no place for a name.
"""

from __future__ import annotations

# ruff: noqa: F403
from coordinator_app.domain.screens.answer import *
from coordinator_app.domain.screens.frame import *
from coordinator_app.domain.screens.pages import *
from coordinator_app.domain.screens.parts import *
