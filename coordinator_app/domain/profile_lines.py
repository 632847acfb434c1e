"""Finds on which line of a TOML text each table and key stands, because `tomllib` does not say."""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z0-9_-]+")

Table = tuple[str, int]
"""A table's name and its number among those of the same name, from 0."""


class KeyLines:
    """The lines of one text: where each table begins, and from which line to which each key reaches (from 1)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._tables: dict[Table, int] = {}
        self._keys: dict[tuple[Table, str], tuple[int, int]] = {}
        self._is_read = False

    def table(self, table: Table) -> int:
        """Return the line of the table's heading; 1 when it has none."""
        self._have_read()
        return self._tables.get(table, 1)

    def key(self, table: Table, key: str, value: str | None = None) -> int:
        """Return the line of a key, or of the word `value` inside it; the table's own line when the key is absent."""
        self._have_read()
        first, last = self._keys.get((table, key), (0, 0))
        if not first:
            return self.table(table)
        if value is not None:
            for number in range(first, last + 1):
                if f'"{value}"' in self._lines[number - 1] or f"'{value}'" in self._lines[number - 1]:
                    return number
        return first

    def _have_read(self) -> None:
        # Only faults have lines to be told, and nearly every profile that is read has none.
        if not self._is_read:
            self._is_read = True
            self._read(self._text)

    def _read(self, text: str) -> None:
        counts: dict[str, int] = {}
        table: Table = ("", 0)
        position, line = 0, 1
        while position < len(text):
            end = _statement_end(text, position)
            statement = text[position:end]
            blank = len(statement) - len(statement.lstrip(" \t\r\n"))
            first = line + statement[:blank].count("\n")
            body = statement.strip()
            if body.startswith("["):
                name = ".".join(_BARE.findall(body.split("]")[0]))
                repeated = body.startswith("[[")
                table = (name, counts.get(name, 0) if repeated else 0)
                counts[name] = table[1] + 1
                self._tables.setdefault(table, first)
            elif body and not body.startswith("#"):
                key = _first_key(body)
                self._keys.setdefault((table, key), (first, line + statement.rstrip().count("\n")))
                if table == ("", 0):
                    self._tables.setdefault((key, 0), first)
            line += text.count("\n", position, end)
            position = end


def _first_key(body: str) -> str:
    if body[0] in "\"'":
        return body[1:].split(body[0])[0]
    found = _BARE.match(body)
    return found[0] if found else body.split("=")[0].strip()


def _statement_end(text: str, start: int) -> int:
    """Return the position after the newline that ends the statement; strings and brackets may span lines."""
    depth, position = 0, start
    while position < len(text):
        sign = text[position]
        if sign == "#":
            position = _or_end(text, text.find("\n", position))
            continue
        if sign in "\"'":
            position = _string_end(text, position)
            continue
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "\n" and depth <= 0:
            return position + 1
        position += 1
    return position


def _string_end(text: str, start: int) -> int:
    quote = text[start]
    mark = quote * 3 if text.startswith(quote * 3, start) else quote
    position = start + len(mark)
    while position < len(text):
        if quote == '"' and text[position] == "\\":
            position += 2
            continue
        if text.startswith(mark, position):
            return position + len(mark)
        if len(mark) == 1 and text[position] == "\n":
            return position
        position += 1
    return position


def _or_end(text: str, found: int) -> int:
    return len(text) if found < 0 else found
