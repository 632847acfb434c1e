"""Real records, real hubs, real processes for the tests of the exchange."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub.serving_hub import ServingHub

PASS = {"COORDINATOR_PASSPHRASE": ""}


def coordinator(*arguments: str, code: int | None = 0) -> str:
    """Run the command line in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "coordinator_app", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **PASS},
        check=False,
    )
    assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def exchanged(folder: Path, code: int | None = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(coordinator("exchange", "--once", "--store", str(folder), "--json", code=code))
    return found


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServingHub]:
    made = ServingHub(tmp_path / "hub")
    yield made
    if made.process.poll() is None:
        assert made.stop() == 0
