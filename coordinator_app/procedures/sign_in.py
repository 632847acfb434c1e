"""Signing in at the bench: badge, then PIN; and unlocking after a break in presence."""

from __future__ import annotations

from coordinator_app.domain.inputs import Input, PinTyped, Scanned, Submitted, Typed
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, ClockShown, Say, SignInPage
from coordinator_app.domain.site_record import StaffRecord
from coordinator_app.procedures.people import Present, by_badge, unlock
from coordinator_app.procedures.reading import read_code
from coordinator_app.procedures.refusals import record_unused_scan
from coordinator_app.procedures.sitting import Sitting

NO_BADGE = ActionShown("no_badge", key="F2")
"""Two colleagues vouch for somebody without badge, PIN or account (design §4.4)."""

SCANNER_SETUP = ActionShown("open:scanners", key="F10")
"""A scanner that is set up wrongly cannot read the badge: its set-up is reached without one."""


class SignIn:
    """Who is signing in: nobody yet, or a person whose PIN is awaited."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.staff: StaffRecord | None = None
        self.purpose = "sign_in"

    def begin(self, purpose: str, staff: StaffRecord | None = None) -> None:
        """Begin again for a purpose: sign_in or unlock."""
        self.purpose, self.staff = purpose, staff

    def page(self, clocks: tuple[ClockShown, ...], refusal: Say | None) -> SignInPage:
        """Return the sign-in screen; the clocks stay visible by wall name."""
        return SignInPage(
            purpose=self.purpose, stage="pin" if self.staff is not None else "badge", clocks=clocks,
            name=self.staff.name if self.staff is not None else None, refusal=refusal,
            actions=(ActionShown("other_badge", key="F7"),) if self.staff is not None else (NO_BADGE, SCANNER_SETUP),
        )  # fmt: skip

    def take(self, sitting: Sitting, received: Input) -> Present | None:
        """Take badge or PIN; returns the person once the PIN has opened their key."""
        if isinstance(received, Scanned):
            self._badge(sitting, received)
            return None
        pin = _pin(received)
        if pin is None or self.staff is None:
            sitting.refuse(Refusal.NOT_SIGNED_IN)
            return None
        person = unlock(sitting.work, self.staff, pin, self.purpose)
        if isinstance(person, Refusal):
            sitting.refuse(person)
            if person is Refusal.PIN_LOCKED:
                self.staff = None
            return None
        self.staff = None
        return person

    def _badge(self, sitting: Sitting, scan: Scanned) -> None:
        code = read_code(sitting.work, scan)
        # A badge that no scanner reads is no badge: two colleagues vouch for its owner instead.
        staff = by_badge(sitting.work, code.codes) if scan.how != "typed" else None
        if staff is not None:
            self.staff = staff
            return
        reason = code.reason or Refusal.BADGE_UNKNOWN
        if scan.how == "typed":
            reason = Refusal.TYPED_WITHOUT_SECOND_PERSON
        sitting.refuse(reason)
        record_unused_scan(sitting.work, code, reason, None)


def _pin(received: Input) -> str | None:
    if isinstance(received, PinTyped):
        return received.pin
    if isinstance(received, Submitted):
        return received.values.get("pin")
    if isinstance(received, Typed) and received.into == "pin":
        return received.text
    return None
