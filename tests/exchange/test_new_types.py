"""A type of event that came after the first release is written only where everybody can understand it."""

from __future__ import annotations

import shutil
from pathlib import Path

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.procedures.support import FIRST
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.support import reported_types

FIRST_RELEASE = Path(__file__).parents[1] / "old_files" / "0.1.0"


def test_what_the_first_release_did_not_know_and_must_be_understood_waits_until_all_support_it(tmp_path: Path) -> None:
    """The record that the first release wrote says itself which types it knows."""
    folder = tmp_path / "old"
    shutil.copytree(FIRST_RELEASE, folder)
    (folder / "keys.json").chmod(0o600)
    with Store.open_for_reading(folder, keys=FileKeys(folder)) as store:
        [known] = [types for device, types in reported_types(store.connection).items() if device == store.workstation]
    assert len(known) > 50
    unguarded = {name for name, kind in EVENT_TYPES.items() if kind.MUST and kind.SINCE <= FIRST} - known
    assert not unguarded, f"give {sorted(unguarded)} a SINCE of the generation that first writes it"
    assert "KeptLinesJudged" not in known
