"""What is read in one go for the tables is read exactly as every single event is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from test_store_event_format import WORKED, KnownKeys

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.seal import canonical
from coordinator_app.store import fast_recorded
from coordinator_app.store.fast_recorded import recorded_fast, recorded_slowly
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import _folded
from coordinator_app.store.store import Store

ID = bytes(range(32))
FIRST_RELEASE = Path(__file__).parents[1] / "old_files" / "0.1.0"
_lines = [json.loads(line) for line in WORKED.read_bytes().splitlines()]
EVENTS: list[dict[str, Any]] = [line["event"] for line in _lines if "event" in line]
PLAIN = next(each for each in EVENTS if "sealed" not in each and each["type"] in EVENT_TYPES)
CHANGES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "a later version of its type": {"type_v": 2},
    "a type nobody knows": {"type": "SomethingNew", "body": {"case": "case:1"}},
    "a field nobody knows": {"weather": "rain"},
    "a field of the body nobody knows": {"body": {**PLAIN["body"], "weather": "rain"}},
    "a body of another type": {"body": {"mood": 7}},
    "a number where a text belongs": {"zone": 7},
    "a truth value where a number belongs": {"seq": True},
    "references that are numbers": {"refs": [1, 2]},
    "evidence with a field nobody knows": {
        "evidence": [
            {"arm": 1, "at_ns": 5, "how": "scanned", "length": 3, "object": "unit:1", "scanner": "s", "symbology": "x",
             "weather": "rain"}
        ]
    },
    "evidence that is none": {"evidence": [{"arm": "first"}]},
    "entered late": {"happened_at": "2026-03-01T09:00:00.000000Z", "late_reason": "the network was away"},
    "an instant that is none": {"at": "yesterday"},
    "an instant of happening that is none": {"happened_at": "yesterday", "late_reason": "x"},
    "another version of the format": {"v": 2},
}  # fmt: skip


def _read(how: Any, written: bytes, psig: bytes | None, keys: PatientKeys) -> Any:
    try:
        return how(ID, written, psig, keys)
    except ValueError as fault:
        return type(fault), str(fault)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("psig", [None, bytes(64)], ids=["unsigned", "signed"])
def test_both_ways_say_the_same_of_every_event_however_strange(change: str, psig: bytes | None, tmp_path: Path) -> None:
    keys = KnownKeys(tmp_path)
    for event in EVENTS if not CHANGES[change] else [PLAIN]:
        written = canonical({**event, **CHANGES[change]})
        assert _read(recorded_fast, written, psig, keys) == _read(recorded_slowly, written, psig, keys), event["type"]


@pytest.mark.parametrize("written", [b"", b"{}", b"[]", b"\xff", b'{"v": 1}', canonical(PLAIN)[:-1]])
def test_what_is_no_event_is_refused_in_the_same_words(written: bytes, tmp_path: Path) -> None:
    keys = KnownKeys(tmp_path)
    try:
        said = recorded_slowly(ID, written, None, keys)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other way says it too
        with pytest.raises(type(fault)):
            recorded_fast(ID, written, None, keys)
    else:
        assert recorded_fast(ID, written, None, keys) == said


def test_the_record_of_the_first_release_is_read_the_same_and_only_what_is_sealed_or_unknown_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def slowly(id: bytes, written: bytes, psig: bytes | None, keys: PatientKeys) -> Any:
        asked.append(id)
        return recorded_slowly(id, written, psig, keys)

    monkeypatch.setattr(fast_recorded, "recorded_slowly", slowly)
    folder = tmp_path / "old"
    shutil.copytree(FIRST_RELEASE, folder)
    (folder / "keys.json").chmod(0o600)
    with Store.open_for_reading(folder, keys=FileKeys(folder)) as store:
        rows = store.connection.execute("SELECT id, bytes, psig FROM journal ORDER BY n").fetchall()
        for row in rows:
            assert recorded_fast(*row, store.patient_keys) == recorded_slowly(*row, store.patient_keys)
    events = [json.loads(written) for _, written, _ in rows]
    slow = sum(1 for event in events if "sealed" in event or event["type"] not in EVENT_TYPES)
    assert len(asked) == slow < len(rows) / 2


@pytest.mark.parametrize("text", ["HARGREAVES", "o'Neil-7", "ÅSE", "Żółć", "straße", "ﬁrm", "İ"])
def test_words_are_folded_the_same_whether_or_not_they_are_plain_letters(text: str) -> None:
    import unicodedata

    slowly = "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.casefold().translate(str.maketrans({"ł": "l"})))
        if not unicodedata.combining(letter)
    )
    assert _folded(text) == slowly.replace("ı", "i")
