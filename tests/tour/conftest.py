"""The practice site that the window proofs walk on: built once by the bench, copied for each walk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator_app.demo import tour
from coordinator_app.demo.site import fresh_demo


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration site as `coordinator demo` builds it, closed."""
    folder = tmp_path_factory.mktemp("built") / "site"
    fresh_demo(folder)
    return folder


@pytest.fixture
def quickly_built(built_site: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Let the tour begin on a copy of the built site: what a test breaks, it breaks at the windows only."""

    def copied(folder: Path) -> None:
        shutil.copytree(built_site, folder, dirs_exist_ok=True)

    monkeypatch.setattr(tour, "fresh_demo", copied)
    return copied
