"""Sites for the tests of the procedures."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from demonstration_by_hand import built, site
from site_from_empty import Draw, SiteFromEmpty

__all__ = ["built", "site"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SiteFromEmpty]:
    """A workstation on which nothing has been recorded yet."""
    made = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)))
    yield made
    made.closes()


@pytest.fixture
def ready(empty: SiteFromEmpty) -> SiteFromEmpty:
    """A site with its people and one approved profile."""
    empty.is_set_up()
    return empty
