"""Whatever a proof plants in this process is gone before the next test, which may be anybody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .as_it_was import as_it_was


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    with as_it_was():
        yield
