"""A qualification with the demonstration site built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coordinator_app.qualification.runner import Qualification


@pytest.fixture(scope="session")
def qualification() -> Iterator[Qualification]:
    """Return a qualification whose scratch sites are thrown away."""
    with Qualification() as made:
        yield made
