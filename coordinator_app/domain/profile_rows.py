"""Reads each kind of table in a profile: identifier, unit, step, clock, gate, label."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from coordinator_app.domain.durations import CalendarDays, Duration
from coordinator_app.domain.profile_parts import (
    ClockRule,
    FormatKind,
    GateRule,
    IdentifierFormat,
    IdentifierRule,
    LabelRule,
    Narrowed,
    StepRule,
    UnitRule,
)
from coordinator_app.domain.profile_tables import NAME, TableReader, nearest
from coordinator_app.domain.vocabulary import (
    Check,
    ClockKind,
    EventName,
    Fact,
    ObjectKind,
    ProcedureKind,
    Role,
    Scope,
    UnitKind,
    UnitOrder,
)

_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ISBT = re.compile(r"[0-9]{3}")
_GS1 = re.compile(r"[0-9]{2,4}(\+[0-9]{2,4})*")
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_UNIT_SCOPES = frozenset({Scope.DOSE, Scope.BAG, Scope.VIAL, Scope.SYRINGE, Scope.FRACTION})
_NOTHING = Narrowed(EventName.RECEIVED)


def read_identifier(reader: TableReader) -> IdentifierRule:
    """Read one `[[identifier]]`."""
    return IdentifierRule(
        name=reader.name(),
        issuer=reader.text("issuer"),
        format=_identifier_format(reader),
        required_by=reader.text("required_by", required=False) or None,
    )


def _identifier_format(reader: TableReader) -> IdentifierFormat:
    text = reader.text("format")
    nothing = IdentifierFormat(FormatKind.PATTERN, "")
    if not text:
        return nothing
    kind, _, rest = text.partition(":")
    if kind not in FormatKind.__members__.values() or not rest:
        reader.fault("format", f'"{text}" is not a known format.', 'Write "isbt128:NNN", "gs1:AI" or "pattern:REGEX".')
        return nothing
    found = IdentifierFormat(FormatKind(kind), rest)
    if found.kind is FormatKind.ISBT128 and not _ISBT.fullmatch(rest):
        reader.fault("format", f'"{rest}" is not a data structure number.', 'Write three digits, as "isbt128:040".')
    elif found.kind is FormatKind.GS1 and not _GS1.fullmatch(rest):
        reader.fault("format", f'"{rest}" is not an application identifier.', 'Write digits, as "gs1:01+21".')
    elif found.kind is FormatKind.PATTERN:
        try:
            re.compile(rest)
        except (re.error, OverflowError, RecursionError) as refused:
            reader.fault("format", f"the pattern cannot be read: {refused}.", "Correct the regular expression.")
    return found


def read_unit(reader: TableReader) -> UnitRule:
    """Read one `[[unit]]`."""
    kind = reader.word("kind", UnitKind)
    least, most = _count(reader)
    parts = reader.texts("parts")
    for part in parts:
        if not NAME.fullmatch(part) or part == "previous":
            reader.fault("parts", f'"{part}" cannot name a part.', "Use letters, digits, - and _.", part)
    return UnitRule(
        kind=kind or UnitKind.BAG,
        name=reader.name(),
        least=least,
        most=most,
        order=reader.word("order", UnitOrder, default=UnitOrder.ANY) or UnitOrder.ANY,
        parts=parts,
        volume_ml=_volume(reader),
        partial=reader.yes("partial", default=False),
        container=reader.text("container", required=False, pattern=NAME, rule='Write one word, as "cassette".') or None,
    )


def _count(reader: TableReader) -> tuple[int, int]:
    pair = reader.values("count", required=True)
    if pair is None:
        return 1, 1
    if len(pair) != 2 or any(not isinstance(number, int) or isinstance(number, bool) for number in pair):
        reader.fault("count", "the count is not a pair of whole numbers.", "Write [least, most], as [1, 3].")
        return 1, 1
    least, most = pair
    if not 1 <= least <= most <= 99:
        reader.fault("count", f"[{least}, {most}] is no range.", "Write [least, most] from 1 to 99, least first.")
        return 1, 1
    return least, most


def _volume(reader: TableReader) -> tuple[Decimal, Decimal] | None:
    pair = reader.values("volume_ml", required=False)
    if pair is None:
        return None
    if len(pair) != 2 or not all(isinstance(amount, str) and _AMOUNT.fullmatch(amount) for amount in pair):
        reader.fault("volume_ml", "the volume is not a pair of amounts.", 'Write two texts, as ["10", "50"].')
        return None
    least, most = Decimal(pair[0]), Decimal(pair[1])
    if least > most:
        reader.fault("volume_ml", f"{least} is more than {most}.", "Write the smaller volume first.")
        return None
    return least, most


def read_step(reader: TableReader) -> StepRule:
    """Read one `[[step]]`; a blind check without `witness_roles` takes its second person from `roles`."""
    procedure = reader.word("procedure", ProcedureKind)
    check = reader.word("check", Check)
    roles = reader.words("roles", Role, required=True)
    witnesses = reader.words("witness_roles", Role)
    if check is Check.BLIND and not witnesses:
        if reader.has("witness_roles"):
            reader.fault("witness_roles", "a blind check needs a second person.", "Name at least one role.")
        witnesses = roles
    return StepRule(
        name=reader.name(),
        procedure=procedure or ProcedureKind.ENROL,
        check=check or Check.NONE,
        roles=roles,
        witness_roles=witnesses,
        needs=reader.words("needs", ObjectKind),
        stale_after=reader.span("stale_after") or timedelta(seconds=120),
        check_valid=reader.span("check_valid") or timedelta(minutes=15),
        training=reader.texts("training"),
        after=reader.texts("after"),
    )


def read_clock(reader: TableReader) -> ClockRule:
    """Read one `[[clock]]`; the figures it takes depend on its kind."""
    kind = reader.word("kind", ClockKind)
    scope = reader.word("scope", Scope)
    starts = read_narrowed(reader, "starts", scope) or _NOTHING
    # A minimum wait may end by itself; every other clock needs the event that ends it.
    ends = None
    if kind is not ClockKind.AT_LEAST or reader.has("ends"):
        ends = read_narrowed(reader, "ends", scope)
    limit, earliest, latest, deadline = _figures(reader, kind)
    if ends is not None and ends == starts:
        reader.fault("ends", "the clock ends with the event that starts it.", "Name another event.")
    return ClockRule(
        name=reader.name(),
        title=reader.text("title"),
        kind=kind or ClockKind.AT_MOST,
        starts=starts,
        ends=ends,
        scope=scope or Scope.CASE,
        source=reader.text("source"),
        limit=limit,
        earliest=earliest,
        latest=latest,
        deadline=deadline,
        counts_pauses=reader.yes("counts_pauses", default=True),
        warn=reader.spans("warn"),
        blocks=reader.texts("blocks"),
    )


def _figures(
    reader: TableReader, kind: ClockKind | None
) -> tuple[Duration | None, Duration | None, Duration | None, str | None]:
    wanted = {
        ClockKind.AT_MOST: ("limit",),
        ClockKind.AT_LEAST: ("limit",),
        ClockKind.BETWEEN: ("earliest", "latest"),
        ClockKind.UNTIL: ("deadline",),
        None: ("limit", "earliest", "latest", "deadline"),
    }[kind]
    known = kind is not None
    limit = reader.duration("limit", required=known) if "limit" in wanted else None
    earliest = reader.duration("earliest", required=known) if "earliest" in wanted else None
    latest = reader.duration("latest", required=known) if "latest" in wanted else None
    deadline = None
    if "deadline" in wanted:
        rule = 'Name an attribute of the start event, as "expires_at".'
        deadline = reader.text("deadline", required=known, pattern=_ATTRIBUTE, rule=rule) or None
    if earliest is not None and latest is not None and not _shorter(earliest, latest):
        reader.fault("latest", "the window closes before it opens.", "Write both in one unit, the earlier first.")
    return limit, earliest, latest, deadline


def _shorter(earliest: Duration, latest: Duration) -> bool:
    if isinstance(earliest, CalendarDays) and isinstance(latest, CalendarDays):
        return earliest.count <= latest.count
    if isinstance(earliest, timedelta) and isinstance(latest, timedelta):
        return earliest <= latest
    return False


def read_gate(reader: TableReader) -> GateRule:
    """Read one `[[gate]]`."""
    scope = reader.word("scope", Scope)
    text = reader.text("requires")
    requires: Fact | Narrowed = Fact.ORDER_PRESENT
    if text in Fact.__members__.values():
        requires = Fact(text)
    elif text:
        requires = _narrowed(reader, "requires", text, scope, [fact.value for fact in Fact]) or Fact.ORDER_PRESENT
    return GateRule(
        before=reader.text("before"), requires=requires, scope=scope or Scope.CASE, source=reader.text("source")
    )


def read_label(reader: TableReader) -> LabelRule:
    """Read one `[[label]]`."""
    return LabelRule(at=reader.text("at"), template=reader.name("template"), copies=reader.number("copies"))


def read_narrowed(reader: TableReader, key: str, scope: Scope | None) -> Narrowed | None:
    """Return the event that `key` names, narrowed by part or to the unit before."""
    text = reader.text(key)
    return _narrowed(reader, key, text, scope, []) if text else None


def _narrowed(reader: TableReader, key: str, text: str, scope: Scope | None, facts: list[str]) -> Narrowed | None:
    narrowing, dot, name = text.rpartition(".")
    if name not in EventName.__members__.values():
        known = [event.value for event in EventName]
        remedy = nearest(name if dot and not facts else text, known + facts)
        reader.fault(key, f'"{text}" is not an event or fact known here.', remedy, text)
        return None
    if narrowing != "previous":
        return Narrowed(EventName(name), part=narrowing or None)
    if scope is not None and scope not in _UNIT_SCOPES:
        reader.fault(key, f'"{text}" asks for the unit before, but the scope is "{scope}".', 'Use scope "bag", "vial", '
                     '"syringe", "fraction" or "dose".', text)  # fmt: skip
        return None
    return Narrowed(EventName(name), previous=True)
