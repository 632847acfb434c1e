"""The present instant in the site's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from coordinator_app.procedures.workplace import Workplace


def local_now(work: Workplace) -> datetime:
    """Return the present instant in the site's zone."""
    return work.now().astimezone(ZoneInfo(work.site.zone))
