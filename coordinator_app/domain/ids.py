"""Distinct types for the identifiers that must never be taken for one another.

Every one is an opaque text `kind:32 hex digits`, minted once and never reused (`formats.md` §1.1, `subject`).
"""

from __future__ import annotations

from typing import NewType

CaseId = NewType("CaseId", str)
PatientId = NewType("PatientId", str)
UnitId = NewType("UnitId", str)
ShipmentId = NewType("ShipmentId", str)
LabelId = NewType("LabelId", str)
StaffId = NewType("StaffId", str)
SiteId = NewType("SiteId", str)
WorkstationId = NewType("WorkstationId", str)
CheckId = NewType("CheckId", str)
EventId = NewType("EventId", str)
KeyId = NewType("KeyId", str)
CoiId = NewType("CoiId", str)

SITE_KEY = KeyId("site")
"""The key under which staff names and badges are sealed; every admitted workstation has it."""
UNKNOWN_PERSON_KEY = KeyId("unknown-person")
"""The key for raw bytes of a scan whose person is not known (`formats.md` §1.1)."""
