"""Makes the file that a release keeps here: `python tests/old_files/make.py VERSION`, once, when it is released.

A small record with every kind of row: two patients, one of them erased, sealed and readable events, a photo, a second
epoch. Its keys lie beside it; nobody in it exists. A file that stands here is never made again: that it was written by
the release itself is what makes it worth keeping.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def make(version: str) -> Path:
    """Make the folder of one release; raises FileExistsError where it stands already."""
    sys.path.insert(0, str(HERE.parent / "store"))
    from record_ward import CASE, KEY, NURSE, OTHER_CASE, PATIENT, Ward

    from coordinator_app.domain import events as e

    folder = HERE / version
    folder.mkdir()
    ward = Ward(folder)
    ward.found_site()
    ward.enrol()
    ward.thaw()
    other = "key:" + "8" * 32
    with ward.store.writing() as writing:
        writing.new_key(other)
    ward.record(
        e.PatientEnrolled(case=OTHER_CASE, patient="patient:2", family="Oberhuber", given="Ida", born="1970-01-02"),
        OTHER_CASE, key=other,
    )  # fmt: skip
    ward.store.attachments.keep(b"a photo", "site")
    ward.restart()
    ward.record(e.HoldPlaced(case=CASE, reason="for the example"), key=KEY)
    ward.record(
        e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="retention_over", people=(NURSE, "person:2")), CASE
    )
    ward.store.close()
    for each in ("lock", "journal.db-wal", "journal.db-shm"):
        (folder / each).unlink(missing_ok=True)
    if sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) > 300_000:
        shutil.rmtree(folder)
        raise ValueError("The example is larger than 300 KB; take something out of it.")
    return folder


if __name__ == "__main__":
    make(sys.argv[1])
