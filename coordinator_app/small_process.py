"""Binds this process to little: what it takes of memory and time, and that it writes no file.

For reading what strangers made. Linux enforces all of it. macOS enforces time and files, and memory not reliably;
Windows memory and that no other process is started, by a job object. Whoever started the process also ends it in time.
"""

from __future__ import annotations

import ctypes
import sys

if sys.platform != "win32":
    import resource

_SECONDS = 3600
"""Processor time at most; the one who waits for the process gives up long before."""


def bind_this_process(more_memory: int) -> None:
    """Let this process take so many bytes beyond what it has now; raises OSError where the system refuses."""
    if sys.platform == "win32":
        _bind_by_job(more_memory)
        return
    for limit, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard < 0 else min(most, hard), hard))
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm") as told:
            now = int(told.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (now + more_memory, hard))


def _bind_by_job(memory: int) -> None:
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetInformationJobObject.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32]
        kernel.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        limits = _JobLimits()
        limits.flags = 0x0100 | 0x0008  # JOB_OBJECT_LIMIT_PROCESS_MEMORY and _ACTIVE_PROCESS
        limits.active_processes = 1
        limits.process_memory = memory + 512 * 1024**2  # counted from nothing, unlike on the other systems
        job = kernel.CreateJobObjectW(None, None)
        extended = 9  # JobObjectExtendedLimitInformation
        bound = job and kernel.SetInformationJobObject(job, extended, ctypes.byref(limits), ctypes.sizeof(limits))
        if not bound or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()):
            raise ctypes.WinError(ctypes.get_last_error())


class _JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_set", ctypes.c_size_t),
        ("most_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    ]
