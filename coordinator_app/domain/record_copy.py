"""Copies a record deep enough that following one more event in the copy leaves the first as it was."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

_S = TypeVar("_S", bound=Struct)
_Copies = Callable[[Any], Any]


def copied(record: _S, fields: frozenset[str] | None = None) -> _S:
    """Return the record with its own sets, dicts and changeable parts; what cannot change is shared.

    What stands in a list is shared too: a record adds to its lists and changes nothing in them. With `fields` all
    others are shared, for whoever changes nothing else.
    """
    made = copy(record)
    for name, copies in _plan(type(record)):
        if fields is None or name in fields:
            setattr(made, name, copies(getattr(record, name)))
    return made


@cache
def _plan(kind: type[Struct]) -> tuple[tuple[str, _Copies], ...]:
    """Return how each field of a kind of record is copied that can change; found once, from its types."""
    hints = get_type_hints(kind)
    found = ((name, _copies_of(hints[name])) for name in kind.__struct_fields__)
    return tuple((name, copies) for name, copies in found if copies is not None)


def _copies_of(hint: Any) -> _Copies | None:
    origin = get_origin(hint)
    if origin in (UnionType, Union):
        part = next((each for each in get_args(hint) if each is not type(None)), None)
        inner = _copies_of(part) if len(get_args(hint)) == 2 else None
        return None if inner is None else partial(_if_any, inner)
    if origin is dict:
        inner = _copies_of(get_args(hint)[1])
        return dict if inner is None else partial(_each, inner)
    if origin in (set, list):
        return set if origin is set else list
    if isinstance(hint, type) and issubclass(hint, Struct) and not hint.__struct_config__.frozen:
        return copied if _plan(hint) else copy
    return None


def _if_any(inner: _Copies, value: Any) -> Any:
    return None if value is None else inner(value)


def _each(inner: _Copies, value: dict[Any, Any]) -> dict[Any, Any]:
    return {key: inner(each) for key, each in value.items()}
