"""Label templates: millimetre layouts as data, read strictly from `resources/labels/*.toml`."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from coordinator_app.labels.symbol import SymbolKind
from coordinator_app.labels.typefaces import LEADING, POINTS_PER_MM
from coordinator_app.resource_files import resource_path

MODULE_LEAST_MM = {True: 0.17, False: 0.25}
"""The smallest module: bars 0.17 mm, matrices 0.25 mm (ISBT 128 ST-001 §6)."""
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""Where a value goes into the text of a box."""


class TemplateFaulty(ValueError):
    """A template file cannot be used; the sentence names file, box and remedy."""


class Placed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rectangle on the label, from its upper left corner, in millimetres."""

    name: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


class TextBox(Placed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a text goes. The type shrinks from `size_pt` to `smallest_pt` and no further: text is never cut off.

    `optional` leaves the box out when a value in it is missing; `framed` draws the frame that a check character needs;
    `turned` runs downwards.
    """

    value: str
    size_pt: float
    smallest_pt: float = 0
    bold: bool = False
    align: Literal["left", "centre", "right"] = "left"
    lines: int = 1
    optional: bool = False
    framed: bool = False
    turned: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names of the values that the text needs."""
        return tuple(PLACEHOLDER.findall(self.value))


class SymbolBox(Placed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a symbol goes, its quiet zone included. `module_mm` is aimed at, in whole dots of the printer."""

    kinds: tuple[SymbolKind, ...]
    module_mm: float
    module_least_mm: float = 0
    optional: bool = False
    align: Literal["left", "centre"] = "centre"


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One printed line."""

    x1_mm: float
    y1_mm: float
    x2_mm: float
    y2_mm: float
    thick_mm: float = 0.25


class Sheet(Struct, frozen=True, forbid_unknown_fields=True):
    """A page that holds several labels: its size and the upper left corner of each place, in the order they fill."""

    width_mm: float
    height_mm: float
    places: tuple[tuple[float, float], ...]
    cut_lines: bool = False


class Template(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One label layout. `stock` says on what it must be printed; `cryogenic` stock is shown before printing."""

    id: str
    version: int
    title: str
    width_mm: float
    height_mm: float
    cryogenic: bool = False
    stock: str = ""
    text: tuple[TextBox, ...] = ()
    symbol: tuple[SymbolBox, ...] = ()
    line: tuple[Line, ...] = ()
    sheet: Sheet | None = None
    label: str = ""

    @property
    def values_needed(self) -> frozenset[str]:
        """Names of the values without which the label is refused."""
        return frozenset(name for box in self.text if not box.optional for name in box.placeholders)

    @property
    def values_known(self) -> frozenset[str]:
        """Names of all values that have a place on the label."""
        return frozenset(name for box in self.text for name in box.placeholders)


def template_ids() -> tuple[str, ...]:
    """Return the ids of the templates that the program brings along, sorted."""
    return tuple(sorted(path.stem for path in resource_path("labels").glob("*.toml")))


def load_template(template_id: str) -> Template:
    """Return a template of the program. Raises TemplateFaulty when there is none of this id or it is faulty."""
    if template_id not in template_ids():
        raise TemplateFaulty(f"There is no label template '{template_id}'; choose one of {', '.join(template_ids())}.")
    return read_template(resource_path(f"labels/{template_id}.toml"))


def read_template(path: Path) -> Template:
    """Return the template in a file. Raises TemplateFaulty with one sentence that names the place and the remedy."""
    try:
        template = msgspec.toml.decode(path.read_bytes(), type=Template)
    except (msgspec.DecodeError, ValueError) as fault:
        raise TemplateFaulty(f"The label template {path.name} cannot be read: {fault}; correct the file.") from fault
    if template.label:
        template = _with_boxes_of(template, read_template(path.with_name(f"{template.label}.toml")))
    if template.id != path.stem:
        raise TemplateFaulty(f"The template in {path.name} calls itself '{template.id}'; give both the same name.")
    for complaint in _complaints(template):
        raise TemplateFaulty(f"The label template {path.name}: {complaint}.")
    return template


def _with_boxes_of(sheet: Template, label: Template) -> Template:
    return msgspec.structs.replace(
        sheet,
        width_mm=label.width_mm,
        height_mm=label.height_mm,
        text=label.text,
        symbol=label.symbol,
        line=label.line,
    )


def _complaints(template: Template) -> list[str]:
    boxes: tuple[Placed, ...] = (*template.text, *template.symbol)
    names = [box.name for box in boxes]
    said = [f"two boxes are called '{name}'; rename one" for name in sorted(set(names)) if names.count(name) > 1]
    said += [
        f"box '{box.name}' leaves the label of {template.width_mm:g} × {template.height_mm:g} mm; move it inside"
        for box in boxes
        if box.x_mm < 0
        or box.y_mm < 0
        or box.x_mm + box.width_mm > template.width_mm + 1e-6
        or box.y_mm + box.height_mm > template.height_mm + 1e-6
    ]
    said += [
        f"boxes '{one.name}' and '{other.name}' overlap; move them apart"
        for one, other in combinations(boxes, 2)
        if _overlap(one, other)
    ]
    said += [complaint for box in template.text for complaint in _text_complaints(box)]
    said += [complaint for symbol in template.symbol for complaint in _symbol_complaints(symbol)]
    return said


def _overlap(one: Placed, other: Placed) -> bool:
    slack = 1e-6
    return (
        one.x_mm + one.width_mm > other.x_mm + slack
        and other.x_mm + other.width_mm > one.x_mm + slack
        and one.y_mm + one.height_mm > other.y_mm + slack
        and other.y_mm + other.height_mm > one.y_mm + slack
    )


def _text_complaints(box: TextBox) -> list[str]:
    smallest = box.smallest_pt or box.size_pt
    depth = box.width_mm if box.turned else box.height_mm
    said = []
    if not 5 <= smallest <= box.size_pt:
        said.append(f"box '{box.name}' may shrink to {smallest:g} pt; give 5 pt or more, and no more than its size")
    if smallest * LEADING * box.lines / POINTS_PER_MM > depth + 1e-6:
        said.append(f"box '{box.name}' is not deep enough for {box.lines} line(s) of {smallest:g} pt; enlarge it")
    if re.search(r"[{}]", PLACEHOLDER.sub("", box.value)):
        said.append(f"box '{box.name}' has a brace that names no value; write it as {{name}}")
    return said


def _symbol_complaints(box: SymbolBox) -> list[str]:
    said = []
    if not box.kinds:
        said.append(f"box '{box.name}' names no kind of symbol; list at least one")
    for kind in box.kinds:
        if max(box.module_least_mm, MODULE_LEAST_MM[kind.linear]) > box.module_mm:
            said.append(f"box '{box.name}' aims at modules of {box.module_mm:g} mm, too small for {kind}; enlarge them")
        # ISBT 128 ST-001 §6: bars are 5 mm high at least.
        if kind.linear and box.height_mm < 5:
            said.append(f"box '{box.name}' is {box.height_mm:g} mm high; bars need 5 mm")
    return said
