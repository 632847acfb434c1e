"""What may stand under the keys of an event; the table itself belongs to the domain: hubs check the same one."""

from __future__ import annotations

from coordinator_app.domain.envelope import Envelope, envelope_fault

__all__ = ["Envelope", "envelope_fault"]
