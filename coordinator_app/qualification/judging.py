"""Holds what came of a step against what was expected, and names every difference in one plain sentence."""

from __future__ import annotations

from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.screens import Answer, ListPage, Page, SignInPage, Verdict, VerdictPage, WallPage
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.guided import Run
from coordinator_app.qualification import words
from coordinator_app.qualification.scratch import Scratch
from coordinator_app.qualification.script import Expectation


def differences(expect: Expectation | None, answer: Answer, scratch: Scratch, case: str) -> tuple[str, ...]:
    """Return what differs; `case` is the one last in view. A step without expectation must not be refused."""
    if expect is None:
        if answer.verdict is Verdict.REFUSED:
            return (f"it was refused ({answer.reason or 'no reason given'}) and nothing was expected",)
        return ()
    found = [
        _verdict(expect, answer),
        _reason(expect, answer),
        _clock(expect, scratch.bench, case),
        _event(expect, scratch),
        _screen(expect, answer.page),
    ]
    return tuple(each for each in found if each)


def case_in_view(bench: Bench) -> str:
    """Return the case whose procedure is in hand or whose page is shown, or nothing."""
    held = bench.in_hand
    if held is not None and isinstance(held.sitting, Run):
        return held.sitting.case_id
    return bench.showing if bench.showing.startswith("case:") else ""


def tags_of(page: Page) -> tuple[str, ...]:
    """Return the words by which a script may name a page: what it is, and its kind or purpose."""
    tag = str(page.__struct_config__.tag)
    if isinstance(page, VerdictPage):
        return tag, page.kind
    if isinstance(page, SignInPage):
        return tag, page.purpose
    if isinstance(page, ListPage):
        return tag, page.page
    return (tag, "clocks") if isinstance(page, WallPage) else (tag,)


def _verdict(expect: Expectation, answer: Answer) -> str:
    if not expect.verdict or expect.verdict == answer.verdict:
        return ""
    why = f" ({answer.reason})" if answer.reason else ""
    return f"the verdict is {answer.verdict}{why} and not {expect.verdict}"


def _reason(expect: Expectation, answer: Answer) -> str:
    if not expect.reason or expect.reason == answer.reason:
        return ""
    return f"the reason is {answer.reason or 'none'} and not {expect.reason}"


def _screen(expect: Expectation, page: Page) -> str:
    tags = tags_of(page)
    if not expect.screen or expect.screen in tags:
        return ""
    return f"the screen is {' '.join(dict.fromkeys(tags))} and not {expect.screen}"


def _event(expect: Expectation, scratch: Scratch) -> str:
    if not expect.event:
        return ""
    types = words.types_meant(expect.event)
    count = sum(each.type in types for each in scratch.recorded)
    if expect.count is None:
        return "" if count else f"no {expect.event} was recorded"
    return "" if count == expect.count else f"{expect.event} was recorded {count} times and not {expect.count}"


def _clock(expect: Expectation, bench: Bench, case: str) -> str:
    if not expect.clock:
        return ""
    rows = _rows(bench, expect.clock, case)
    if expect.scope is not None:
        rows = [row for row in rows if row.scope == expect.scope]
    if any(row.state == expect.state for row in rows):
        return ""
    where = "".join(f" {key} {value}" for key, value in (expect.scope or {}).items())
    if not rows:
        return f"there is no clock {expect.clock}{where}"
    stands = ", ".join(f"{row.state}{_scope(row)}" for row in rows)
    return f"the clock {expect.clock}{where} is {stands} and not {expect.state}"


def _rows(bench: Bench, clock: str, case: str) -> list[ClockReading]:
    """Return the readings of a clock in the case in view; of every case when that one has no such clock."""
    known = {each.case: each for each in bench.work.cases()}
    here = _named(bench, known[case], clock) if case in known else []
    return here or [row for each in known.values() for row in _named(bench, each, clock)]


def _named(bench: Bench, case: CaseRecord, clock: str) -> list[ClockReading]:
    return [row for row in readings_of(bench.work, case) if row.clock == clock]


def _scope(row: ClockReading) -> str:
    shown = " ".join(f"{key} {value}" for key, value in sorted(row.scope.items()))
    return f" ({shown})" if shown else ""
