"""What a countdown shows at this moment: a deadline minus now, never a counter that runs down (design §2, rule 9)."""

from __future__ import annotations

from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.ui import formats


def remaining_ms(clock: ClockShown, now_ns: int) -> int | None:
    """Return the milliseconds left at `now_ns` of the suspend-aware clock, negative when over, None when not known."""
    if clock.remaining_ms is None:
        return None
    gone_ns = now_ns - clock.read_at_ns
    # The part of a millisecond that has begun counts against us: gone for a deadline, not yet gone for a wait.
    gone_ms = gone_ns // 1_000_000 if is_wait(clock) else -(-gone_ns // 1_000_000)
    return clock.remaining_ms - gone_ms


def is_wait(clock: ClockShown) -> bool:
    """Say whether the clock counts towards an opening instead of a deadline."""
    return clock.state == "early"


def shown_tone(clock: ClockShown, now_ns: int) -> Tone:
    """Return the tone to paint: a deadline that passed since the record was made is painted as passed at once."""
    left = remaining_ms(clock, now_ns)
    if left is not None and left < 0 and not is_wait(clock) and clock.tone in (Tone.IN_TIME, Tone.DUE):
        return Tone.OVERDUE
    return clock.tone


def remaining_text(clock: ClockShown, now_ns: int) -> str:
    """Return the figures of a countdown: `28:41`; `?` where time is not known, `–` where nothing is counting."""
    left = remaining_ms(clock, now_ns)
    if left is None:
        return "?" if clock.tone is Tone.UNKNOWN else "–"
    return formats.remaining(left, waiting=is_wait(clock))
