"""Sites for the tests of the procedures."""

from __future__ import annotations

from site_by_hand import built, site

__all__ = ["built", "site"]
