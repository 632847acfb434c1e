"""Says in one sentence why a clock stands as it does: the figure, what ends it, and where the figure comes from."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from coordinator_app.domain.durations import CalendarDays, Duration, spoken_duration
from coordinator_app.domain.profile_parts import ClockRule, Narrowed
from coordinator_app.domain.vocabulary import ClockState, EventName

EVENT_WORDS = {
    EventName.COLLECTION_STARTED: "the start of the collection",
    EventName.COLLECTION_ENDED: "the end of the collection",
    EventName.PACKED: "packing",
    EventName.HANDED_OVER: "the handover",
    EventName.SHIPPED: "shipping",
    EventName.SHIPMENT_ARRIVED: "the arrival of the shipment",
    EventName.RECEIVED: "receipt",
    EventName.ACCEPTED: "acceptance",
    EventName.STORED: "storing",
    EventName.RETRIEVED: "removal from storage",
    EventName.THAW_STARTED: "the start of thaw",
    EventName.THAW_COMPLETED: "the end of thaw",
    EventName.PREPARED: "preparation",
    EventName.CONDITIONING_STARTED: "the start of conditioning",
    EventName.ADMINISTRATION_STARTED: "the start of the infusion",
    EventName.ADMINISTRATION_PAUSED: "the pause of the infusion",
    EventName.ADMINISTRATION_RESUMED: "the resumption of the infusion",
    EventName.ADMINISTRATION_COMPLETED: "the end of the infusion",
}
"""Events in the nurses' words; on screens an administration is an infusion."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SETTLES = "A contact with the hub, or two people reading an independent clock, settles it."
"""What turns an uncertain clock into a certain one (design §6)."""


def event_words(event: Narrowed) -> str:
    """Return the event in plain words, with its part or the unit before."""
    words = EVENT_WORDS[event.event]
    if event.previous:
        return f"{words} of the one before"
    return f"{words} of {event.part}" if event.part else words


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people at the site read it: `14:32 CET on 25-Nov-2025`."""
    there = instant.astimezone(zone)
    return f"{there:%H:%M} {there.tzname()} on {there.day:02d}-{_MONTHS[there.month - 1]}-{there.year}"


def limit_words(limit: Duration) -> str:
    """Return a limit in plain words; calendar days as the midnights they are."""
    if isinstance(limit, CalendarDays):
        return "1 local midnight" if limit.count == 1 else f"{limit.count} local midnights"
    return spoken_duration(limit)


def figure_words(rule: ClockRule) -> str:
    """Return the rule of a clock as a phrase: `within 2 h 30 min of the end of thaw`."""
    start = event_words(rule.starts)
    if rule.wait is not None and rule.allowance is not None:
        return f"from {limit_words(rule.wait)} to {limit_words(rule.allowance)} after {start}"
    if rule.wait is not None:
        return f"at least {limit_words(rule.wait)} after {start}"
    if rule.allowance is not None:
        return f"within {limit_words(rule.allowance)} of {start}"
    return f"no later than the instant stated at {start} ({rule.deadline})"


def why(
    rule: ClockRule,
    state: ClockState,
    zone: ZoneInfo,
    *,
    earliest: datetime | None,
    deadline: datetime | None,
    note: str,
) -> str:
    """Return the sentence for one clock, with its source; `note` is appended when there is more to say."""
    figure = f"{figure_words(rule)} ({rule.source})"
    by = f" by {local_time(deadline, zone)}" if deadline else ""
    since = f" from {local_time(earliest, zone)}" if earliest else ""
    sentence = {
        ClockState.WAITING: f"{rule.title}: not started; it starts with {event_words(rule.starts)}.",
        ClockState.EARLY: f"{rule.title}: too early, allowed{since}, {figure}.",
        ClockState.RUNNING: f"{rule.title}{by}, {figure}.",
        ClockState.DUE: f"{rule.title}{by}, {figure}; little time is left.",
        ClockState.OVERDUE: f"{rule.title}: the time ended{by.replace(' by ', ' at ')}, {figure}.",
        ClockState.MET: f"{rule.title}: kept, {figure}.",
        ClockState.MISSED: f"{rule.title}: not kept, {figure}.",
        ClockState.UNCERTAIN: f"{rule.title}: it cannot be told whether the limit has passed, {figure}. {SETTLES}",
    }[state]
    return f"{sentence} {note}".rstrip()
