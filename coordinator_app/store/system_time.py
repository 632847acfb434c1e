"""What the operating system says of its own wall clock: whether a time service keeps it, and how well."""

from __future__ import annotations

import ctypes
import sys

_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of `<sys/timex.h>`: nobody keeps the clock."""
_TIME_ERROR = 5
"""What adjtimex answers when the clock is not synchronised."""


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`; what follows is only kept free for the kernel to write."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def system_error_ms() -> int | None:
    """Return the most by which the wall clock errs in ms, or None where the system does not vouch for it.

    Linux: the kernel's own bound, kept by the time service (`adjtimex(2)`, maxerror). Other systems do not tell.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        ask = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    told = _Timex()
    state = ask(ctypes.byref(told))
    if state < 0 or state == _TIME_ERROR or told.status & _UNSYNCHRONISED:
        return None
    return -(-int(told.maxerror) // 1000)
