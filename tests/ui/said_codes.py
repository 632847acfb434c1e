"""Finds every code that the program can say: an AST walk over the source, with the lists that fill its patterns.

A pattern (`Say(f"scan.{object}")`) is filled from the enumeration or list it stands for; a pattern, or a name in the
place of a code, that is not listed here fails, so that nobody adds a code without words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import coordinator_app
from coordinator_app.domain import deviation
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route
from coordinator_app.domain.vocabulary import ClockState, ObjectKind, ProcedureKind, Role, Stated
from coordinator_app.procedures import (
    alarms,
    delegation,
    enrol,
    erase,
    factory_arrival,
    found_site,
    keep,
    label_bag,
    late_entry,
    prepare,
    progress_said,
    receive,
    record_changes,
    record_kit,
)

HOUSE = Path(coordinator_app.__file__).parent
DEVIATION_STATES = ("open", "closed", "proposed", "rejected")
PROFILE_PARTS = ("general", "identifiers", "units", "steps", "clocks", "gates", "labels")
LABEL_STATES = ("drafted", "sent", "fed", "verified", "applied", "voided", "destroyed", "returned")
SCANNER_FAULTS = ("separator-lost", "characters-lost", "prefix-unclear", "prefix-missing")
SCANNER_MODES = ("keyboard", "exact", "serial")
REFUSALS = tuple(each.value for each in Refusal)
PROCEDURES = tuple(str(each) for each in ProcedureKind)
OBJECTS = tuple(str(each) for each in ObjectKind)
TASKS = tuple(f"task.{each}" for each in (*PROCEDURES, "administer.running"))
GATE_OBJECTS = ("wristband", "order", "certificate", "cassette", "unit", "shipment")
BOTH_PARTS = ("recipient", "donor")


@lru_cache
def source_trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Return every module that makes codes; the gallery and its samples show finished sentences and are left out."""
    paths = [path for room in ("procedures", "ui", "workers") for path in sorted((HOUSE / room).rglob("*.py"))]
    kept = [path for path in paths if not path.name.startswith(("gallery", "sample"))]
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in kept)


@lru_cache
def _every_call() -> dict[str, list[tuple[Path, ast.Call]]]:
    found: dict[str, list[tuple[Path, ast.Call]]] = {}
    for path, tree in source_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                found.setdefault(name, []).append((path, node))
    return found


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Return every call of a function, a class or a method of this name."""
    return _every_call().get(name, [])


def literals(name: str, place: int, keyword: str = "") -> set[str]:
    """Return the literal texts given to a call at one place, or by keyword."""
    found = set()
    for _, call in calls(name):
        given = [each.value for each in call.keywords if each.arg == keyword]
        given += call.args[place : place + 1]
        found |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def _pattern(node: ast.JoinedStr) -> str:
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            parts.append("{}")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def _shapes(node: ast.expr) -> list[str]:
    """Return the ways in which a code is written: a literal, a pattern, or the name that holds it."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return [_pattern(node)]
    if isinstance(node, ast.IfExp):
        return [*_shapes(node.body), *_shapes(node.orelse)]
    return [f"<{ast.unparse(node)}>"]


def said_shapes(*makers: str) -> dict[str, str]:
    """Return every shape in which a code is given to one of these calls, with the file it stands in."""
    found: dict[str, str] = {}
    for maker in makers:
        for path, call in calls(maker):
            given = call.args[0] if call.args else next(each.value for each in call.keywords if each.arg == "id")
            for shape in _shapes(given):
                found.setdefault(shape, path.name)
    return found


def said_with() -> Iterator[tuple[str, set[str], str]]:
    """Yield each code with the names of the values it is said with, where both are written out, and the file."""
    known = patterns()
    for path, call in calls("Say"):
        values = next((each.value for each in call.keywords if each.arg == "values"), None)
        values = call.args[1] if len(call.args) > 1 else values
        if values is not None and not (isinstance(values, ast.Dict) and all(values.keys)):
            continue
        names = {str(ast.literal_eval(key)) for key in values.keys if key} if isinstance(values, ast.Dict) else set()
        for shape in _shapes(call.args[0]):
            for code in sorted(known.get(shape, {shape})):
                yield code, names, path.name


def form_names() -> set[str]:
    """Return the name of every form that a procedure asks for."""
    return literals("fill_in", 0)


def list_pages() -> set[str]:
    """Return the name of every list."""
    return literals("list_page", 0)


def list_columns() -> set[str]:
    """Return every column of every list."""
    found = set()
    for _, call in calls("list_page"):
        found |= {str(each.value) for each in ast.walk(call.args[1]) if isinstance(each, ast.Constant)}
    return found


def deviation_kinds() -> set[str]:
    """Return every kind of deviation that a person can choose or the program proposes."""
    return {
        *deviation.KINDS,
        "late",
        *literals("DeviationReported", 99, "kind"),
        *literals("propose", 1),
        *literals("_propose", 1),
        *literals("_propose", 2),
    }


def help_keys() -> tuple[str, ...]:
    """Return the keys that the help page explains."""
    for path, tree in source_trees():
        for node in ast.walk(tree):
            if path.name == "lists.py" and isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "keys":
                return tuple(ast.literal_eval(node.value))
    raise AssertionError("the help page lists no keys")


def _of(prefix: str, words: tuple[str, ...] | set[str], suffix: str = "") -> set[str]:
    return {f"{prefix}{word}{suffix}" for word in words}


def patterns() -> dict[str, set[str]]:
    """Return what each pattern and each name in the place of a code can become."""
    instructions = literals("_scan_label", 2)
    stated = {str(each) for each in Stated}
    facts = {*(str(each) for each in record_changes.FACTS), record_changes.CONDITIONING}
    return {
        "<code>": set(TASKS),
        "{}.note": {f"{task}.note" for task in TASKS},
        "<instruction>": instructions,
        "{}.hint": {f"{each}.hint" for each in instructions},
        "refusal.{}": _of("refusal.", REFUSALS),
        "refused.title.{}": _of("refused.title.", REFUSALS),
        "next.{}": _of("next.", REFUSALS),
        "step.{}": _of("step.", PROCEDURES),
        "after.{}": _of("after.", PROCEDURES),
        "journey.{}": _of("journey.", PROCEDURES),
        "next.title.{}": _of("next.title.", PROCEDURES),
        "next.detail.{}": _of("next.detail.", PROCEDURES),
        "scan.{}": _of("scan.", OBJECTS),
        "scan.{}.hint": _of("scan.", OBJECTS, ".hint"),
        "read.{}": _of("read.", (*OBJECTS, "stated")),
        "mark.{}": _of("mark.", (*GATE_OBJECTS, "stated")),
        "ask.stated.{}": _of("ask.stated.", stated),
        "ask.stated.{}.hint": _of("ask.stated.", stated, ".hint"),
        "event.{}": _of("event.", set(EVENT_TYPES)),
        "progress.{}": _of("progress.", progress_said.LONG),
        "progress.{}.soon": _of("progress.", progress_said.LONG, ".soon"),
        "progress.{}.begun": _of("progress.", progress_said.LONG, ".begun"),
        "role.{}": _of("role.", {str(each) for each in Role}),
        "sex.{}": _of("sex.", enrol.SEXES),
        "form.{}": _of("form.", form_names()),
        "form.{}.intro": _of("form.", form_names(), ".intro"),
        "field.wristband.{}": _of("field.wristband.", BOTH_PARTS),
        "part.{}": _of("part.", BOTH_PARTS),
        "fact.{}": _of("fact.", facts),
        "change.{}": _of("change.", set(record_changes.CHANGES)),
        "site_kind.{}": _of("site_kind.", found_site.KINDS),
        "condition.{}": _of("condition.", receive.CONDITIONS),
        "quarantine.{}": _of("quarantine.", keep.QUARANTINE_REASONS),
        "kit.{}": _of("kit.", record_kit.KINDS),
        "rest.{}": _of("rest.", prepare.RESTS),
        "reprint.{}": _of("reprint.", label_bag.REASONS),
        "deviation.{}": _of("deviation.", {*deviation_kinds(), *DEVIATION_STATES}),
        "delegate.{}": _of("delegate.", delegation.WHAT),
        "photo.{}": _of("photo.", {"too_large", "no_photo", "unreadable"}),
        "class.{}": _of("class.", (*deviation.CLASSES, "none")),
        "label.state.{}": _of("label.state.", LABEL_STATES),
        "alarm.{}": _of("alarm.", set(alarms.LEVELS.values())),
        "<_said(body.level, clock)>": {"alarm.uncertain", *_of("alarm.", set(alarms.LEVELS.values()))},
        "clock.state.{}": _of("clock.state.", {str(each) for each in ClockState}),
        "late_reason.{}": _of("late_reason.", (*late_entry.REASONS, factory_arrival.REASON)),
        "meaning.{}": {"meaning.late_entry", "meaning.move_profile"},
        "scanner.fault.{}": _of("scanner.fault.", SCANNER_FAULTS),
        "scanner.mode.{}": _of("scanner.mode.", SCANNER_MODES),
        "route.{}": _of("route.", {str(each) for each in Route}),
        "profile.part.{}": _of("profile.part.", PROFILE_PARTS),
        "list.{}": _of("list.", list_pages()),
        "list.{}.intro": _of("list.", list_pages(), ".intro"),
        "list.{}.empty": _of("list.", list_pages(), ".empty"),
        "column.{}": _of("column.", list_columns()),
        "erase.{}": _of("erase.", erase.REASONS),
        "help.{}": _of("help.", help_keys()),
    }


def all_codes() -> set[str]:
    """Return every code that can be said; raises AssertionError naming a shape that nobody has listed."""
    known = patterns()
    found: set[str] = set()
    for shape, file in said_shapes("Say", "read_already", "advance").items():
        if shape in known:
            found |= known[shape]
        else:
            assert not set("{<") & set(shape), f"{file}: list in tests/ui/said_codes.py what {shape} can be"
            found.add(shape)
    return found


def all_actions() -> set[str]:
    """Return the id of every action, `begin:STEP` and the like by their verb."""
    verbs = {shape.partition(":{")[0] for shape in said_shapes("ActionShown")}
    unknown = {verb for verb in verbs if set("{<") & set(verb)}
    assert not unknown, f"list in tests/ui/said_codes.py what {unknown} can be"
    return verbs
