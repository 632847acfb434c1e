"""A program that dies in the middle loses nothing that it said was recorded."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from record_ward import Ward

from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.verify import verify

RECORD_FOR_EVER = """
import sys
from pathlib import Path
from coordinator_app.domain import events as e
from coordinator_app.store import store as room
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
room.CHECKPOINT_AFTER = 7
folder = Path(sys.argv[1])
store = room.Store.open(folder, keys=FileKeys(folder), clock=MachineClock("UTC"), program="0")
number = 0
while True:
    number += 1
    with store.writing() as writing:
        if number % 10 == 0:
            writing.new_key(f"key:{store.epoch}{number}")
            body = e.PatientRenamed(case="case:1", patient="patient:1", family="Falk")
            recorded = writing.append(body, subject="case:1", key=f"key:{store.epoch}{number}")
        else:
            recorded = writing.append(e.FactRecorded(case="case:1", fact=f"fact-{number}"), subject="case:1")
    print(recorded.id, flush=True)
"""


def test_what_was_said_to_be_recorded_is_there_after_every_kill(ward: Ward) -> None:
    chance = random.Random(20260302)  # noqa: S311 - a test wants it repeatable
    ward.store.close()
    said: list[str] = []
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", RECORD_FOR_EVER, str(ward.folder)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        # After so many recorded events, and then at no particular moment of the next one.
        said += [process.stdout.readline().strip() for _ in range(chance.randint(1, 20))]
        time.sleep(chance.uniform(0.0, 0.01))
        process.kill()
        rest, _ = process.communicate()
        # The last line may have been cut by the kill; a line of 64 digits was said in full.
        said += [line for line in rest.splitlines() if len(line) == 64]
    ward.store = ward.open()
    there = {each.id: each for each in ward.store.events_of_case("case:1")}
    assert len(said) >= 40
    assert [id for id in said if id not in there] == []
    assert all(each.opened for each in there.values())
    found = verify(ward.store, all_signatures=True)
    assert found.first_bad is None
    assert found.epochs == 10
    assert rebuild(ward.store, check=True) == ()
