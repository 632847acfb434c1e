"""Wards for the tests of the store."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 16 MiB, in memory."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk on Linux")
    there = tmp_path / "disk"
    there.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(there)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this system does not let a disk be mounted")
    yield there
    subprocess.run(["umount", "-l", str(there)], check=False, capture_output=True)
