"""Copies a record deep enough that following one more event in the copy leaves the first as it was."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from msgspec import Struct

_S = TypeVar("_S", bound=Struct)


def copied(record: _S) -> _S:
    """Return the record with its own lists, sets, dicts and changeable parts; what cannot change is shared."""
    made = copy(record)
    for name in record.__struct_fields__:
        value = getattr(record, name)
        own = _own(value)
        if own is not value:
            setattr(made, name, own)
    return made


def _own(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        # Looking at one is enough: the values of one field are of one kind.
        first = next(iter(value.values()), None)
        if _changes(first) or type(first) in (set, list, dict):
            return {key: _own(each) for key, each in value.items()}
        return dict(value)
    if kind is set or kind is list:
        return kind(value)
    return copied(value) if _changes(value) else value


def _changes(value: Any) -> bool:
    return isinstance(value, Struct) and not value.__struct_config__.frozen
