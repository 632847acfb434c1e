"""Reads a trial's profile from its TOML text; every unknown key, word and name is refused with line and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from coordinator_app.domain.profile_lines import KeyLines
from coordinator_app.domain.profile_names import find_unknown_templates, find_unresolved
from coordinator_app.domain.profile_parts import Fault, Profile
from coordinator_app.domain.profile_rows import (
    read_clock,
    read_gate,
    read_identifier,
    read_label,
    read_step,
    read_unit,
)
from coordinator_app.domain.profile_tables import FaultList, TableReader, nearest
from coordinator_app.domain.vocabulary import Modality, Stated

_ID = re.compile(r"[A-Z0-9-]{3,40}")
_TOML_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_TABLES = ("profile", "identifier", "unit", "step", "clock", "gate", "label")
_LONGEST = 256 * 1024
Row = TypeVar("Row")


def read_profile(text: str, templates: Iterable[str] | None = None) -> Profile | tuple[Fault, ...]:
    """Return the profile that `text` writes, or everything that is wrong with it in the order of the lines.

    `templates` are the label templates that can be printed for a unit; None leaves the labels' templates unchecked, as
    for a text that was approved long ago.
    """
    if len(text) > _LONGEST:
        return (Fault(1, "profile", "The file is longer than 256 KiB.", "A profile is a short text; check the file."),)
    lines = KeyLines(text)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as refused:
        return (_toml_fault(text, str(refused)),)
    except RecursionError:
        return (Fault(1, "TOML", "The brackets are nested too deeply.", "Write plain lists."),)
    faults = FaultList(lines)
    profile = _read_document(document, faults)
    if profile is not None:
        find_unresolved(profile, faults)
        if templates is not None:
            find_unknown_templates(profile, faults, templates)
    if faults.found or profile is None:
        return tuple(sorted(faults.found, key=lambda fault: fault.line))
    return profile


def _toml_fault(text: str, message: str) -> Fault:
    found = _TOML_LINE.search(message)
    line = int(found[1]) if found and found[1] else max(1, text.rstrip().count("\n") + 1)
    plain = _TOML_LINE.sub("", message).rstrip(".")
    return Fault(line, "TOML", f"The text cannot be read: {plain}.", "Check quotes, brackets and repeated keys there.")


def _read_document(document: dict[str, Any], faults: FaultList) -> Profile | None:
    for key in document:
        if key not in _TABLES:
            line = faults.lines.table((key, 0))
            faults.add(line, key, f"[{key}] is not a part of a profile.", nearest(key, _TABLES))
    heading = document.get("profile")
    if not isinstance(heading, dict):
        faults.add(1, "profile", "The table [profile] is missing.", "Begin the file with [profile] and its id.")
        heading = {}
    reader = TableReader(heading, ("profile", 0), "[profile]", faults)
    profile_id = reader.text("id", pattern=_ID, rule="Use 3 to 40 capital letters, digits and hyphens.")
    modality = reader.word("modality", Modality)
    profile = Profile(
        id=profile_id,
        version=reader.number("version"),
        title=reader.text("title"),
        modality=modality or Modality.AUTOLOGOUS,
        source=reader.text("source"),
        example=reader.yes("example", default=False),
        knowledge_max_age=reader.span("knowledge_max_age"),
        stated=reader.word("stated", Stated, default=Stated.SPOKEN) or Stated.SPOKEN,
        identifiers=_rows(document, "identifier", read_identifier, faults),
        units=_rows(document, "unit", read_unit, faults),
        steps=_rows(document, "step", read_step, faults),
        clocks=_rows(document, "clock", read_clock, faults),
        gates=_rows(document, "gate", read_gate, faults),
        labels=_rows(document, "label", read_label, faults),
    )
    reader.refuse_rest()
    return profile


def _rows(
    document: dict[str, Any], name: str, read: Callable[[TableReader], Row], faults: FaultList
) -> tuple[Row, ...]:
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.add(
            faults.lines.table((name, 0)), name, f"[{name}] must be a list of tables.", f"Write [[{name}]] above each."
        )
        return ()
    rows = []
    for number, table in enumerate(tables):
        called = table.get("name", table.get("template"))
        heading = f"[[{name}]] {called}" if isinstance(called, str) else f"[[{name}]] number {number + 1}"
        reader = TableReader(table, (name, number), heading, faults)
        rows.append(read(reader))
        reader.refuse_rest()
    return tuple(rows)
