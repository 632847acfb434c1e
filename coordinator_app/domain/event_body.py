"""What every event body has: a version, who must understand it, which fields are sealed, where it belongs."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct


class Belongs(StrEnum):
    """Where an event is folded: into one case, into the site's settings and people, or nowhere (kept and listed)."""

    CASE = "case"
    SITE = "site"
    LOG = "log"


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields of one event type.

    `SEALED` names the fields that identify a person: they go into `sealed`, never into the readable body.
    A case's events carry the case in `case` unless the subject itself is the case.
    """

    VERSION: ClassVar[int] = 1
    MUST: ClassVar[bool] = False
    SEALED: ClassVar[frozenset[str]] = frozenset()
    BELONGS: ClassVar[Belongs] = Belongs.CASE
