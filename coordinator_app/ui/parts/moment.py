"""The moment a page is drawn for: both clocks and the site's zone."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Moment(Struct, frozen=True):
    """`now_ns` is the suspend-aware clock of all countdowns; `now` is the wall clock that people compare with."""

    now_ns: int
    now: datetime
    zone: str
