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

    `SINCE` is the generation of programs that first wrote the type: a later one that must be understood is written only
    once every workstation of the site said that it knows it. `SEALED` names the fields that identify a person: they go
    into `sealed`, never into the readable body.
    A case's events carry the case in `case` unless the subject itself is the case.
    """

    VERSION: ClassVar[int] = 1
    MUST: ClassVar[bool] = False
    SINCE: ClassVar[int] = 1
    SEALED: ClassVar[frozenset[str]] = frozenset()
    BELONGS: ClassVar[Belongs] = Belongs.CASE
