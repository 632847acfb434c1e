"""The suspend-aware clock of this machine and the identity of its present boot (`reference/reliability.md` §3.1)."""

from __future__ import annotations

import ctypes
import hashlib
import sys
import time
from pathlib import Path


class NoBootIdentity(OSError):
    """The system does not say which boot this is; intervals could not be trusted across a restart."""


if sys.platform == "win32":
    import winreg

    # GetTickCount64 counts sleep and hibernation; Python's monotonic clock does so only before 3.13.
    _ticks = ctypes.WinDLL("kernel32").GetTickCount64
    _ticks.restype = ctypes.c_uint64

    _BOOT_KEY = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"

    def boot_nanoseconds() -> int:
        """Return nanoseconds since this boot, sleep included (resolution about 16 ms)."""
        return int(_ticks()) * 1_000_000

    def boot_identity() -> str:
        """Return 32 hex digits that name this boot; raises NoBootIdentity when the system does not tell."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _BOOT_KEY) as key:
                number, _ = winreg.QueryValueEx(key, "BootId")
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                machine, _ = winreg.QueryValueEx(key, "MachineGuid")
        except OSError as fault:
            raise NoBootIdentity("Windows does not tell its boot number; ask the administrator of this PC.") from fault
        return hashlib.sha256(f"{machine}|{number}".encode()).hexdigest()[:32]

elif sys.platform == "darwin":

    def boot_nanoseconds() -> int:
        """Return nanoseconds since this boot, sleep included (mach_continuous_time)."""
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)

    def boot_identity() -> str:
        """Return 32 hex digits that name this boot; raises NoBootIdentity when the system does not tell."""
        library = ctypes.CDLL(None)
        answer = ctypes.create_string_buffer(64)
        size = ctypes.c_size_t(len(answer))
        if library.sysctlbyname(b"kern.bootsessionuuid", answer, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
            raise NoBootIdentity("macOS does not tell its boot session; ask the administrator of this Mac.")
        return hashlib.sha256(answer.value).hexdigest()[:32]

else:
    _BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

    def boot_nanoseconds() -> int:
        """Return nanoseconds since this boot, sleep included (CLOCK_BOOTTIME)."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def boot_identity() -> str:
        """Return 32 hex digits that name this boot; raises NoBootIdentity when the system does not tell."""
        try:
            text = _BOOT_ID.read_bytes().strip()
        except OSError as fault:
            raise NoBootIdentity(f"{_BOOT_ID} cannot be read; ask the administrator of this computer.") from fault
        return hashlib.sha256(text).hexdigest()[:32]


STRETCH_NS = 90 * 24 * 3600 * 10**9
"""An event holds integers up to 2^53−1 (`formats.md` §1.1), which nanoseconds pass after 104 days without a restart."""


def stretch_of(boot: str, boot_ns: int) -> tuple[str, int]:
    """Return the boot and its nanoseconds as events hold them: every 90 days a machine left on counts as started anew.

    The clocks then tell elapsed time across it as across a restart: wider, never generous.
    """
    number, since = divmod(boot_ns, STRETCH_NS)
    return (boot if number == 0 else hashlib.sha256(f"{boot}#{number}".encode()).hexdigest()[:32]), since


def stretch_nanoseconds() -> int:
    """Return the nanoseconds of `boot_nanoseconds` as events hold them."""
    return boot_nanoseconds() % STRETCH_NS
