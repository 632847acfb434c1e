"""Sentences in hospital words, told at the demonstration site."""

from __future__ import annotations

import sys
from pathlib import Path

# The hands that work a site stand with the tests of the procedures.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "procedures"))

from demonstration_by_hand import built, site

__all__ = ["built", "site"]
