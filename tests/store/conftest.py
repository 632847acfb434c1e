"""Wards for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_ward import Ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """A new record, closed at the end."""
    made = Ward(tmp_path / "record")
    yield made
    made.store.close()
