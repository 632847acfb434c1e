"""The one fault that every reader in this room raises when a code cannot be used."""

from __future__ import annotations

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField


class Unreadable(Exception):
    """A code that is refused: the reason, one plain sentence with the next step, and what was read until then.

    It never leaves this room: `dispatch.read` and `typed.verify_typed` turn it into a `ScanRefused`.
    """

    def __init__(self, reason: Refusal, message: str, fields: tuple[ScanField, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.fields = fields
