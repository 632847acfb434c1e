"""Windows: mute switch and volume of the default output, through the system's own audio interface (no library)."""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Callable
from typing import Any

_CLASS_ENUMERATOR = "BCDE0395-E52F-467C-8E3D-C4579291692E"
_ENUMERATOR = "A95664D2-9614-4F35-A746-DE8DB63617E6"
_ENDPOINT_VOLUME = "5CDF2C82-841E-4546-9722-0CF74078229A"
_ALL_CONTEXTS = 23
_RENDER, _MULTIMEDIA = 0, 1
# Places in the tables of functions, as mmdeviceapi.h and endpointvolume.h of the Windows SDK list them; 0 to 2 are
# QueryInterface, AddRef and Release.
_RELEASE, _GET_DEFAULT_ENDPOINT, _ACTIVATE, _GET_SCALAR, _GET_MUTE = 2, 4, 3, 9, 15


def windows_output() -> tuple[bool | None, float | None]:
    """Return whether the default output is muted and its volume in percent; None where the system does not tell."""
    try:
        ole = ctypes.WinDLL("ole32")  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):
        return None, None
    # Any threading model will do; "changed mode" means that the thread was set up already.
    owned = ole.CoInitializeEx(None, 0) in (0, 1)
    try:
        return _asked(ole)
    finally:
        if owned:
            ole.CoUninitialize()


def _asked(ole: Any) -> tuple[bool | None, float | None]:
    held: list[ctypes.c_void_p] = []
    try:
        enumerator = _made(held, lambda made: ole.CoCreateInstance(
            _guid(_CLASS_ENUMERATOR), None, _ALL_CONTEXTS, _guid(_ENUMERATOR), made))  # fmt: skip
        device = enumerator and _made(held, lambda made: _call(
            enumerator, _GET_DEFAULT_ENDPOINT, ctypes.c_int(_RENDER), ctypes.c_int(_MULTIMEDIA), made))  # fmt: skip
        volume = device and _made(held, lambda made: _call(
            device, _ACTIVATE, _guid(_ENDPOINT_VOLUME), ctypes.c_ulong(_ALL_CONTEXTS), None, made))  # fmt: skip
        if not volume:
            return None, None
        level, muted = ctypes.c_float(), ctypes.c_int()
        told_level = _call(volume, _GET_SCALAR, ctypes.byref(level)) == 0
        told_mute = _call(volume, _GET_MUTE, ctypes.byref(muted)) == 0
        return bool(muted.value) if told_mute else None, level.value * 100 if told_level else None
    finally:
        for each in reversed(held):
            _call(each, _RELEASE)


def _made(held: list[ctypes.c_void_p], make: Callable[[Any], int]) -> ctypes.c_void_p | None:
    made = ctypes.c_void_p()
    if make(ctypes.byref(made)) != 0 or not made.value:
        return None
    held.append(made)
    return made


def _guid(text: str) -> Any:
    return ctypes.byref(ctypes.create_string_buffer(uuid.UUID(text).bytes_le, 16))


def _call(thing: ctypes.c_void_p, place: int, *given: Any) -> int:
    """Call a function of an interface by its place in the table."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    kind = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
    function = kind(ctypes.c_long, ctypes.c_void_p, *(_kind_of(each) for each in given))(table[place])
    return int(function(thing, *given))


def _kind_of(given: Any) -> Any:
    return type(given) if isinstance(given, ctypes.c_int | ctypes.c_ulong) else ctypes.c_void_p
