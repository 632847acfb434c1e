"""The demonstration site and its hands for everything that is told in hospital words."""

from __future__ import annotations

import sys
from pathlib import Path

# The hands at the site are shared with the tests of the procedures.
sys.path.insert(0, str(Path(__file__).parent.parent / "procedures"))

from demonstration_by_hand import built, site

__all__ = ["built", "site"]
