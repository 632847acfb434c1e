"""Reads a qualification script from its TOML text; every unknown key, word and path is refused with step and remedy."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from coordinator_app.qualification import words
from coordinator_app.qualification.placeholders import Filled, PlaceholderFaulty, fill
from coordinator_app.qualification.values import nearest, wrong_value

_KEYS = ("title", "risk", "requirement", "start", "step")
_MOST_STEPS = 5000


class ScriptFault(Struct, frozen=True):
    """One thing wrong in a script: the file, the step (None: the head), the key, and what to do about it."""

    script: str
    step: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"step {self.step}, " if self.step is not None else ""
        return f"{self.script}: {place}{self.key} {self.message}."


class Expectation(Struct, frozen=True):
    """What must have come of a step; what is not named is not looked at."""

    verdict: str = ""
    reason: str = ""
    clock: str = ""
    scope: dict[str, str] | None = None
    state: str = ""
    event: str = ""
    count: int | None = None
    screen: str = ""

    def __str__(self) -> str:
        said = [f"{key} {value}" for key, value in (("verdict", self.verdict), ("reason", self.reason)) if value]
        if self.clock:
            scope = "".join(f" {key} {value}" for key, value in (self.scope or {}).items())
            said.append(f"clock {self.clock}{scope} {self.state}")
        if self.event:
            said.append(f"event {self.event}" + (f" ×{self.count}" if self.count is not None else " at least once"))
        if self.screen:
            said.append(f"screen {self.screen}")
        return ", ".join(said)


class Step(Struct, frozen=True):
    """One step: what is done, with which fields, what is expected; `shown` is how the report names it, without PIN."""

    number: int
    do: str
    fields: dict[str, Filled]
    expect: Expectation | None
    shown: str


class Script(Struct, frozen=True):
    """One script, ready to run. `sha256` is that of its bytes."""

    name: str
    title: str
    risk: str
    requirement: tuple[str, ...]
    start: str
    steps: tuple[Step, ...]
    sha256: str


def read_script(
    name: str, content: bytes, listing: Mapping[str, Any], clocks: Sequence[str] = ()
) -> Script | tuple[ScriptFault, ...]:
    """Return the script, or everything that is wrong with it; `clocks` are those a demonstration site has."""
    faults = _Faults(name)
    try:
        document = tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        faults.add(None, "the text", f"cannot be read: {fault}; correct it there")
        return tuple(faults.found)
    for key in document:
        if key not in _KEYS:
            faults.add(None, key, f"is not a part of a script; {nearest(key, _KEYS)}")
    title = _text(document, "title", faults) or name
    risk = _word(document, "risk", words.RISKS, faults)
    start = _word(document, "start", words.STARTS, faults) or "demo"
    reader = _StepReader(faults, listing, clocks if start == "demo" else ())
    rows = document.get("step", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        faults.add(None, "step", "must be a list with at least one step; write [[step]] above each")
        rows = []
    if len(rows) > _MOST_STEPS:
        faults.add(None, "step", f"is there {len(rows)} times; write at most {_MOST_STEPS}")
    steps = tuple(reader.step(number, row) for number, row in enumerate(rows, start=1))
    requirement = _requirement(document, faults)
    if faults.found:
        return tuple(faults.found)
    return Script(name, title, risk, requirement, start, steps, hashlib.sha256(content).hexdigest())


class _Faults:
    def __init__(self, script: str) -> None:
        self._script = script
        self.found: list[ScriptFault] = []

    def add(self, step: int | None, key: str, message: str) -> None:
        self.found.append(ScriptFault(self._script, step, key, message))


def _text(table: Mapping[str, Any], key: str, faults: _Faults) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        faults.add(None, key, "must be a text; write it in quotes")
        return ""
    return value


def _word(table: Mapping[str, Any], key: str, known: Sequence[str], faults: _Faults) -> str:
    value = _text(table, key, faults)
    if value and value not in known:
        faults.add(None, key, f"is '{value}', which is not known; {nearest(value, known)}")
        return ""
    return value


def _requirement(table: Mapping[str, Any], faults: _Faults) -> tuple[str, ...]:
    value = table.get("requirement", [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        faults.add(None, "requirement", 'must be a list of texts; write ["P11-10f"]')
        return ()
    return tuple(listed)


class _StepReader:
    """Reads the steps of one script."""

    def __init__(self, faults: _Faults, listing: Mapping[str, Any], clocks: Sequence[str]) -> None:
        self._faults = faults
        self._listing = listing
        self._clocks = clocks

    def step(self, number: int, row: dict[str, Any]) -> Step:
        do = row.get("do", "expect" if "expect" in row else None)
        if not isinstance(do, str) or do not in words.DO:
            said = "is missing" if do is None else f"is '{do}', which cannot be done"
            self._faults.add(number, "do", f"{said}; {nearest(str(do), tuple(words.DO))}")
            return Step(number, "", {}, None, "")
        known = words.DO[do].all
        inline = words.EXPECT if do == "expect" else ()
        for key in row:
            if key not in (*known, *inline, "do", "expect"):
                self._faults.add(number, key, f"is no field of '{do}'; {nearest(key, (*known, *inline, 'expect'))}")
        fields = {key: self._filled(number, key, row[key]) for key in known if key in row}
        self._check_present(number, do, fields)
        self._check_values(number, do, fields)
        expect = self._expect(number, do, row)
        shown = " ".join([do, *(f"{key} {_plain(row[key])}" for key in known if key in row and key != "pin")])
        return Step(number, do, fields, expect, shown)

    def _filled(self, number: int, key: str, value: Any) -> Filled:
        if not isinstance(value, str):
            self._faults.add(number, key, "must be a text; write it in quotes")
            return Filled(("",))
        try:
            return fill(value, self._listing)
        except PlaceholderFaulty as fault:
            self._faults.add(number, key, str(fault))
            # Stands for what the placeholder would have given, so that it is not complained of twice.
            return Filled((1,))

    def _check_present(self, number: int, do: str, fields: Mapping[str, Filled]) -> None:
        wanted = words.DO[do]
        for key in wanted.needed:
            if key not in fields:
                self._faults.add(number, key, f"is missing; '{do}' needs it")
        given = [key for key in wanted.one_of if key in fields]
        if wanted.one_of and len(given) != 1:
            said = "is missing" if not given else f"stands beside {' and '.join(given[1:])}"
            self._faults.add(
                number, given[0] if given else wanted.one_of[0], f"{said}; give one of {', '.join(wanted.one_of)}"
            )
        if do == "begin" and "case" in fields and "step" not in fields:
            self._faults.add(number, "step", "is missing; 'begin' with a case needs the step's name")

    def _check_values(self, number: int, do: str, fields: Mapping[str, Filled]) -> None:
        for key, field in fields.items():
            value = field.known
            if value is None:
                continue
            message = wrong_value(do, key, value)
            if message:
                self._faults.add(number, key, message)

    # What is expected ---------------------------------------------------------------------------------------------

    def _expect(self, number: int, do: str, row: Mapping[str, Any]) -> Expectation | None:
        table = row.get("expect", {})
        if not isinstance(table, dict):
            self._faults.add(number, "expect", 'must be a table; write { verdict = "refused" }')
            return None
        if do == "expect":
            table = {**{key: row[key] for key in words.EXPECT if key in row}, **table}
            if not table:
                self._faults.add(number, "expect", f"expects nothing; {nearest('', words.EXPECT)}")
        if not table:
            return None
        for key in table:
            if key not in words.EXPECT:
                self._faults.add(number, f"expect.{key}", f"cannot be expected; {nearest(key, words.EXPECT)}")
        count = table.get("count")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            self._faults.add(number, "expect.count", "must be a whole number from 0")
            count = None
        self._check_together(number, table)
        return Expectation(
            verdict=self._expected(number, table, "verdict", words.VERDICTS),
            reason=self._expected(number, table, "reason", words.REASONS),
            clock=self._expected(number, table, "clock", self._clocks),
            scope=self._scope(number, table),
            state=self._expected(number, table, "state", words.STATES),
            event=self._expected(number, table, "event", words.EVENTS),
            count=count,
            screen=self._expected(number, table, "screen", words.SCREENS),
        )

    def _check_together(self, number: int, table: Mapping[str, Any]) -> None:
        for key, other in (("scope", "clock"), ("state", "clock"), ("clock", "state"), ("count", "event")):
            if key in table and other not in table:
                self._faults.add(number, f"expect.{other}", f"is missing; '{key}' needs it")

    def _expected(self, number: int, table: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
        if key not in table:
            return ""
        value = self._filled(number, f"expect.{key}", table[key]).known
        if value is not None and known and value not in known:
            self._faults.add(number, f"expect.{key}", f"is '{value}', which is not known; {nearest(value, known)}")
        return value or ""

    def _scope(self, number: int, table: Mapping[str, Any]) -> dict[str, str] | None:
        if "scope" not in table:
            return None
        scope = table["scope"]
        if not isinstance(scope, dict):
            self._faults.add(number, "expect.scope", 'must be a table; write { bag = "1" }')
            return None
        found: dict[str, str] = {}
        for key, value in scope.items():
            if key not in words.SCOPES:
                self._faults.add(number, f"expect.scope.{key}", f"is not known; {nearest(key, words.SCOPES)}")
            text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
            found[key] = self._filled(number, f"expect.scope.{key}", text).known or ""
        return found


def _plain(value: Any) -> str:
    shown = str(value).replace("\x1d", "<GS>")
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
