"""Reads and writes canonical bytes fast; the form belongs to the domain, for workstations and hubs must agree on it."""

from __future__ import annotations

from coordinator_app.domain.fast_form import read_event, write_event

__all__ = ["read_event", "write_event"]
