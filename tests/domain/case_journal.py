"""The events of one case as they would be recorded, for tests of what a case is told to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, read_case
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.recorded import Recorded

CASE, UNIT, PATIENT = "case:1", "unit:1", "patient:1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Journal:
    """Events of one case as they would be recorded, a minute apart."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []

    def records(
        self,
        body: Body,
        *,
        refs: tuple[str, ...] = (),
        at: datetime | None = None,
        epoch: str = "a",
        actor: str = "nurse",
    ) -> str:
        seq = sum(event.epoch == epoch for event in self.events)
        made = Recorded(
            id=f"{epoch}{seq}", epoch=epoch, seq=seq, type=type(body).__name__, type_v=1, must=False, subject=CASE,
            actor=actor, role="nurse", device="cart", at=at or NOON + timedelta(minutes=len(self.events)), zone="UTC",
            boot="b", boot_ns=0, clock="anchored", body=body, refs=refs,
        )  # fmt: skip
        self.events.append(made)
        return made.id

    def enrols(self) -> None:
        self.records(e.PatientEnrolled(case=CASE, patient=PATIENT, family="Grübel", given="Ute", born="1961-04-09"))
        self.records(e.WristbandIssued(case=CASE, patient=PATIENT, codes=("gsrn:1",)))
        self.registers(UNIT, 1)

    def registers(self, unit: str, number: int, *, name: str = "product", collected: bool = False) -> None:
        self.records(
            e.UnitRegistered(
                case=CASE, unit=unit, kind="bag", name=name, number=number, origin="sponsor-file", collected=collected
            )
        )

    def opens(self, profile: str = "AUTO-CART-CRYO") -> None:
        """Record that the case was opened in a trial; the profile is known by the SHA-256 `sha`."""
        self.records(
            e.CaseOpened(case=CASE, patient=PATIENT, profile=profile, profile_version=1, profile_sha256="sha",
                         wall_name="HERON")
        )  # fmt: skip

    @property
    def case(self) -> CaseRecord:
        return read_case(CASE, self.events)
