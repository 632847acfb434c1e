"""Words for codes, from tables that the site imports under its own licence; none is shipped."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from msgspec import Struct

from coordinator_app.domain.scan import ScannedLabel


class SiteTables(Struct, frozen=True):
    """What a licensed site has imported: product descriptions by five-character code, facilities by number."""

    products: Mapping[str, str] = {}
    facilities: Mapping[str, str] = {}


class TableFault(ValueError):
    """A table that cannot be used; the message says which line and what to do."""


def read_table(text: str) -> dict[str, str]:
    """Read a table of two columns, code and description, comma-separated with one heading line.

    Raises TableFault for a line of another shape and for a code with two descriptions.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    next(rows, None)
    found: dict[str, str] = {}
    for row in rows:
        if not row:
            continue
        if len(row) != 2 or not row[0].strip():
            raise TableFault(
                f"Line {rows.line_num} is not a code and a description; correct the file and import it again."
            )
        code, description = (part.strip() for part in row)
        if found.setdefault(code, description) != description:
            raise TableFault(
                f"Line {rows.line_num} gives {code} a second description; keep one and import the file again."
            )
    return found


def describe(label: ScannedLabel, tables: SiteTables) -> dict[str, str]:
    """Return words for the codes of a label by field id; a code that no table has is left out and shown raw."""
    words: dict[str, str] = {}
    for field in label.fields:
        product = tables.products.get(field.parts.get("pdc", ""))
        facility = tables.facilities.get(field.parts.get("fin", ""))
        found = ", ".join(word for word in (product, facility) if word)
        if found:
            words[field.id] = found
    return words
