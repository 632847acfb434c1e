"""A small site with a real encrypted record, for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.schema import JOURNAL
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import read_marker

WORKSTATION = "workstation:" + "a" * 32
SITE = "site:" + "b" * 32
CASE = "case:" + "c" * 32
OTHER_CASE = "case:" + "d" * 32
PATIENT = "patient:" + "e" * 32
KEY = "key:" + "f" * 32
UNIT = "unit:" + "1" * 32
NURSE = "person:" + "2" * 32
BEGIN = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


class Ward:
    """One workstation's record in a folder, its clock and its keys; everything behind it is the real thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = ScriptedClock(BEGIN)
        self.keys = FileKeys(folder, "")
        self.nurse_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.store = Store.create(
            folder, keys=self.keys, clock=self.clock, workstation=WORKSTATION, site=SITE, program="0.1.0"
        )

    def record(self, body: Body, subject: str = CASE, **rest: object) -> Recorded:
        """Record one event in a transaction of its own, one second after the one before."""
        self.clock.advance(timedelta(seconds=1))
        with self.store.writing() as writing:
            return writing.append(body, subject=subject, **rest)  # type: ignore[arg-type]

    def restart(self) -> None:
        """Close the record and open it again."""
        self.store.close()
        self.store = self.open()

    def open(self) -> Store:
        return Store.open(self.folder, keys=FileKeys(self.folder), clock=self.clock, program="0.1.0")

    def found_site(self) -> None:
        """Record the site, its workstation and one nurse."""
        self.record(e.SiteFounded(name="Example Hospital", zone="Europe/Berlin"), SITE)
        public = self.store.public_key.hex()
        self.record(e.WorkstationAdmitted(workstation=WORKSTATION, place="Ward 4B", public_key=public), WORKSTATION)
        nurse = self.nurse_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self.record(
            e.PersonAdded(
                person=NURSE, roles=("nurse",), public_key=nurse, family="Grübel", given="Ute", badges=("badge:77A",)
            ),
            NURSE,
            key="site",
        )

    def enrol(self) -> None:
        """Record one patient with a wristband and one bag."""
        with self.store.writing() as writing:
            writing.new_key(KEY)
        self.record(
            e.PatientEnrolled(
                case=CASE,
                patient=PATIENT,
                family="Żółkiewska",
                given="Ágnes",
                born="1961-04-09",
                record_number="MRN-88172",
            ),
            key=KEY,
        )
        self.record(e.WristbandIssued(case=CASE, patient=PATIENT, codes=("gsrn:9506000111115",)), PATIENT, key=KEY)
        self.record(
            e.UnitRegistered(
                case=CASE, unit=UNIT, kind="bag", name="product", number=1, origin="sponsor-file",
                codes=("din:A9999260000017",), container_codes=("gs1:21:CASS-7",), lot="LOT-55310",
                expires_at=datetime(2026, 9, 1, tzinfo=UTC),
            ),
            UNIT,
        )  # fmt: skip

    def thaw(self, step: str = "thaw", unit: str = UNIT) -> Recorded:
        """Record an identity check with its evidence, and the beginning of a thaw that cites it."""
        mac = self.mac(b"GSRN 9506000111115")
        reading = Evidence("wristband", 1, "scanned", "]C1", "scanner-1", 18, 5, mac=mac)
        checked = e.IdentityConfirmed(case=CASE, check="check:" + "3" * 32, step="thaw", people=(NURSE,), unit=UNIT)
        confirmed = self.record(checked, UNIT, actor=NURSE, role="nurse", evidence=(reading,), key=KEY)
        return self.record(e.ThawStarted(case=CASE, step=step, unit=unit), unit, actor=NURSE, refs=(confirmed.id,))

    def mac(self, raw: bytes) -> str:
        with self.store.writing() as writing:
            return writing.mac(KEY, raw)

    @contextmanager
    def behind_our_back(self) -> Iterator[sqlcipher3.Connection]:
        """Open the closed file as somebody would who has its key, with the triggers out of the way."""
        connection = sqlcipher3.connect(str(self.folder / STORE_FILE), isolation_level=None)
        secret = FileKeys(self.folder).get(f"{read_marker(self.folder)}.store")
        assert secret is not None
        connection.execute(f"PRAGMA key = \"x'{secret.hex()}'\"")
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("DROP TRIGGER journal_no_delete")
        try:
            yield connection
            for name in ("journal_no_update", "journal_no_delete"):
                connection.execute(JOURNAL[name])
        finally:
            connection.close()
