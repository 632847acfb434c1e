"""The ground a record stands on: its folder, the disk below it, and the lock that keeps a second process out."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

from coordinator_app.store.faults import FolderUnusable, StoreInUse
from coordinator_app.store.files import sync_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MOUNTS = Path("/proc/self/mountinfo")
BLOCKS = Path("/sys/dev/block")
LOCK_FILE = "lock"

# Other machines' disks: SQLite's write-ahead log needs memory shared between processes, which these do not have.
_FAR = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ceph", "coda", "glusterfs", "lustre", "ocfs2", "gfs2"}
    | {"davfs", "davfs2", "ncpfs", "beegfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs", "fuse.s3fs"}
)


def prepare_folder(folder: Path) -> None:
    """Make the folder, readable by this account only; raises FolderUnusable."""
    try:
        # Down to the first folder that was there before: a power cut must not take the folder with the record in it.
        above = next(each for each in folder.absolute().parents if each.exists())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)
        for each in folder.absolute().parents:
            with suppress(PermissionError):  # a folder that we may not read is somebody else's, and older than we are
                sync_folder(each)
            if each == above:
                break
    except OSError as fault:
        raise _not_writable(folder) from fault
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Raise FolderUnusable unless the folder is on a disk of this machine and can be written."""
    if lies_far_away(folder):
        raise FolderUnusable(
            f"The folder {folder} lies on a network drive, where a record can be lost; "
            "choose a folder on the disk of this computer."
        )
    if can_be_pulled_out(folder):
        raise FolderUnusable(
            f"The folder {folder} lies on a disk that can be pulled out, and the record with it; "
            "choose a folder on a disk that is built into this computer."
        )
    probe = folder / ".written"
    try:
        with probe.open("wb") as out:
            out.write(b"written")
        probe.unlink()
    except OSError as fault:
        raise _not_writable(folder) from fault


def lies_far_away(folder: Path) -> bool:
    """Say whether the folder is on another machine's disk."""
    if sys.platform == "win32":
        drive = folder.resolve().drive
        return drive.startswith("\\\\") or ctypes.WinDLL("kernel32").GetDriveTypeW(drive + "\\") == 4
    if sys.platform == "darwin":
        return not _is_local_on_mac(folder)
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False  # a system without the list has no mounts to be afraid of
    return filesystem_of(folder.resolve(), mounts) in _FAR


def can_be_pulled_out(folder: Path) -> bool:
    """Say whether the folder is on a removable disk, such as a USB stick or a card; False where nobody can tell.

    A built-in disk behind USB counts as removable only when the system says so.
    """
    if sys.platform == "win32":
        return bool(ctypes.WinDLL("kernel32").GetDriveTypeW(folder.resolve().drive + "\\") == 2)
    if sys.platform == "darwin":
        return _is_removable_on_mac(folder)
    try:
        number = folder.stat().st_dev
        block = (BLOCKS / f"{os.major(number)}:{os.minor(number)}").resolve()
        # A partition's own folder has no such file; that of its disk is the one above.
        flag = next(each / "removable" for each in (block, block.parent) if (each / "removable").exists())
        return flag.read_bytes().strip() == b"1"
    except (OSError, StopIteration):
        return False  # memory, containers and layered file systems have no disk of their own


def filesystem_of(folder: Path, mounts: str) -> str:
    """Return the file system type below `folder`, from the text of /proc/self/mountinfo; empty when not listed."""
    best, found = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = Path(fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        depth = len(point.parts)
        if folder.is_relative_to(point) and depth >= best:  # the later of two mounts at one point hides the earlier
            best, found = depth, right.split(" ")[0]
    return found


def _is_local_on_mac(folder: Path) -> bool:
    answer = ctypes.create_string_buffer(4096)
    if ctypes.CDLL(None, use_errno=True).statfs(os.fsencode(folder), answer) != 0:
        return True  # the write probe that follows tells what is wrong
    # struct statfs of 64-bit macOS: f_flags stands at byte 64; MNT_LOCAL is 0x1000.
    return bool(ctypes.c_uint32.from_buffer(answer, 64).value & 0x1000)


def _is_removable_on_mac(folder: Path) -> bool:
    # Volumes that people mount stand here; MNT_REMOVABLE (0x200) of f_flags, at byte 64, says that one can be ejected.
    answer = ctypes.create_string_buffer(4096)
    if ctypes.CDLL(None, use_errno=True).statfs(os.fsencode(folder), answer) != 0:
        return False
    return bool(ctypes.c_uint32.from_buffer(answer, 64).value & 0x200)


def _not_writable(folder: Path) -> FolderUnusable:
    return FolderUnusable(
        f"The folder {folder} cannot be written; choose another one, or ask the administrator of this computer."
    )


class FolderLock:
    """Holds the lock file of one record's folder as long as it is open; the system lets go of it when we die."""

    def __init__(self, folder: Path) -> None:
        """Take the lock; raises StoreInUse when another process, or another part of this one, holds it."""
        try:
            self._handle: int | None = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise _not_writable(folder) from fault
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(self._handle)
            self._handle = None
            raise StoreInUse(
                f"The record in {folder} is already open in another window or program; close that one and start again."
            ) from fault

    def release(self) -> None:
        """Let go of the lock; the file stays, for a lock file that vanishes can be held twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
