"""Who the patient is stands nowhere outside the encrypted file: not plain, hex, base64, UTF-16 or decimal."""

from __future__ import annotations

import base64
from pathlib import Path

from record_ward import CASE, KEY, PATIENT, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.export import export
from coordinator_app.store.rebuild import rebuild

SEEDED = (
    "Quetzalcoatlus",
    "Xanthippe-Philomena",
    "1937-11-23",
    "MRN-77120394",
    "gsrn:888777666555444333",
    "XYLOPHONEBADGE",
)


def _disguises(text: str) -> set[bytes]:
    plain = text.encode()
    found = {
        plain,
        plain.hex().encode(),
        plain.hex().upper().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
    }
    found.add(",".join(str(byte) for byte in plain).encode())
    found.add(" ".join(str(byte) for byte in plain).encode())
    # Base64 of a text inside another depends on where it begins: three alignments, without the ends that vary.
    for shift in range(3):
        coded = base64.b64encode(b"\x00" * shift + plain)
        found.add(coded[4:-4] if shift else coded[:-4])
    return found


def _exposed(content: bytes) -> list[str]:
    return [text for text in SEEDED if any(disguise in content for disguise in _disguises(text))]


def _record_seeded(ward: Ward) -> None:
    ward.enrol()
    family, given, born, number, wristband, badge = SEEDED
    ward.record(
        e.PatientEnrolled(case=CASE, patient=PATIENT, family=family, given=given, born=born, record_number=number),
        key=KEY,
    )
    ward.record(e.WristbandIssued(case=CASE, patient=PATIENT, codes=(wristband,)), key=KEY)
    ward.record(
        e.PersonAdded(person="person:9", roles=("nurse",), public_key="00" * 32, family=family, badges=(badge,)),
        key="site",
    )
    ward.record(
        e.ScanRefused(case=CASE, step="bedside", reason="WRONG_PATIENT", raw=wristband.encode().hex(), read=family),
        key=KEY,
    )
    ward.store.set_note("draft", family + given + born)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_file_of_the_record_shows_who_a_patient_or_a_nurse_is(ward: Ward, tmp_path: Path) -> None:
    _record_seeded(ward)
    assert ward.store.search("quetzal")
    assert ward.store.note("draft")
    files = _files(tmp_path)
    assert {"journal.db", "journal.db-wal"} <= {Path(name).name for name in files}
    for name, content in files.items():
        assert _exposed(content) == [], name
        assert not any(text.casefold() in name.casefold() for text in SEEDED)
    ward.restart()
    rebuild(ward.store)
    for name, content in _files(tmp_path).items():
        assert _exposed(content) == [], name


def test_the_export_shows_nobody(ward: Ward) -> None:
    _record_seeded(ward)
    assert _exposed(b"".join(export(ward.store))) == []


def test_the_search_for_names_would_find_one(tmp_path: Path) -> None:
    """The proof above means nothing unless it can fail."""
    for disguise in _disguises("Quetzalcoatlus"):
        assert _exposed(b"before " + disguise + b" after") == ["Quetzalcoatlus"]
