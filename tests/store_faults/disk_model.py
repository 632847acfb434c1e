"""A disk that keeps what was synced and, after a power cut, some of the rest: read from the log of the shim.

Written bytes are durable after a sync of their file; names (made, renamed, removed) after a sync of their folder.
Everything else may be there or not, each write torn at 512 bytes. A sync that failed makes nothing durable, nor does the
next one: a system may have thrown the pages away (`reference/reliability.md` §5).
"""

from __future__ import annotations

import json
import os
import random
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

_HEAD = struct.Struct("<cQQII")
_SECTOR = 512

Image = dict[str, bytes]
"""Files by their names below the root, with their bytes."""


class Entry(NamedTuple):
    """One call in the log."""

    kind: str
    inode: int
    offset: int
    one: str
    two: bytes


def read_log(path: Path) -> list[Entry]:
    """Return every call in the order in which it was made."""
    content, place, entries = path.read_bytes(), 0, []
    while place < len(content):
        kind, inode, offset, one, two = _HEAD.unpack_from(content, place)
        middle = place + _HEAD.size + one
        entries.append(
            Entry(kind.decode(), inode, offset, content[middle - one : middle].decode(), content[middle : middle + two])
        )
        place = middle + two
    return entries


def said(entry: Entry) -> dict[str, Any]:
    """Return what a note of the program says."""
    found: dict[str, Any] = json.loads(entry.two)
    return found


@dataclass
class _Waiting:
    """A write (`bytes`) or a cut (None) that is not durable yet; `sure` once it is but stands behind one that is not."""

    offset: int
    bytes: bytes | None
    sure: bool = False
    doomed: bool = False


@dataclass
class _File:
    durable: bytearray = field(default_factory=bytearray)
    waiting: list[_Waiting] = field(default_factory=list)
    frozen: bytes | None = None
    """The durable bytes, as long as nothing changes them."""

    def synced(self) -> None:
        if any(each.doomed for each in self.waiting):
            for each in self.waiting:
                each.sure = each.sure or not each.doomed
            return
        for each in self.waiting:
            _apply(self.durable, each.offset, each.bytes)
        self.frozen = None if self.waiting else self.frozen
        self.waiting.clear()

    def content(self) -> bytes:
        if self.frozen is None:
            self.frozen = bytes(self.durable)
        return self.frozen


class _Name(NamedTuple):
    """A change of names that is not durable yet: `m` made (or a folder made), `r` renamed, `g` a folder
    renamed, `u` removed."""

    kind: str
    name: str
    old: str
    inode: int


class Cut(NamedTuple):
    """What a power cut left, how it came about, and how much of it was chance."""

    files: Image
    classes: tuple[str, ...]


class Disk:
    """The files below one folder, as far as they are durable, and what is still on its way."""

    def __init__(self, before: Image | None = None) -> None:
        """Begin with these files, all durable."""
        self._files: dict[int, _File] = {}
        self._durable: dict[str, int] = {}
        self._names: list[_Name] = []
        self._live: dict[str, int] = {}
        self._folders: set[str] = {""}
        for at, (name, content) in enumerate((before or {}).items(), start=1):
            self._files[-at] = _File(bytearray(content))
            self._durable[name] = self._live[name] = -at
            self._folders.update(str(above) for above in Path(name).parents if str(above) != ".")

    def follow(self, entry: Entry) -> None:
        """Do what one entry of the log says."""
        kind = entry.kind
        if kind == "C":
            self._files[entry.inode] = _File()
            self._live[entry.one] = entry.inode
            self._names.append(_Name("m", entry.one, "", entry.inode))
        elif kind in "WT":
            self._files[entry.inode].waiting.append(_Waiting(entry.offset, entry.two if kind == "W" else None))
        elif kind == "S":
            self._files[entry.inode].synced()
        elif kind == "F":
            for each in self._files[entry.inode].waiting:
                each.doomed = each.doomed or not each.sure
        elif kind == "D":
            self._sync_names(entry.one)
        elif kind == "R" and entry.one not in self._live:
            new = entry.two.decode()
            _move_folder(self._live, set(), entry.one, new)
            self._names.append(_Name("g", new, entry.one, 0))
        elif kind == "R":
            inode = self._live.pop(entry.one)
            new = entry.two.decode()
            self._live[new] = inode
            self._names.append(_Name("r", new, entry.one, inode))
        elif kind == "U":
            self._live.pop(entry.one, None)
            self._names.append(_Name("u", entry.one, "", 0))
        elif kind == "M":
            self._names.append(_Name("f", entry.one, "", 0))

    def undecided(self) -> int:
        """Return how many writes, cuts and names a power cut could lose now."""
        return len(self._names) + sum(
            1 for inode in set(self._live.values()) for each in self._files[inode].waiting if not each.sure
        )

    def lost(self) -> Cut:
        """Return the files after a power cut that lost everything it could."""
        return self._cut("everything unsynced lost", lambda: False, lambda: 0, None)

    def kept(self) -> Cut:
        """Return the files after a cut that lost nothing, as when only the process died."""
        return self._cut("everything unsynced kept", lambda: True, lambda: 2, None)

    def some(self, chance: random.Random) -> Cut:
        """Return the files after a power cut that kept a part: names in order or not, writes whole, torn or not at all."""
        share, torn = chance.choice((0.1, 0.5, 0.9)), chance.choice((0.0, 0.3, 0.8))
        in_order = chance.random() < 0.5
        upto = chance.randrange(len(self._names) + 1)
        numbers = iter(range(len(self._names)))

        def name() -> bool:
            return next(numbers) < upto if in_order else chance.random() < share

        def write() -> int:
            return 1 if chance.random() < torn else 2 * (chance.random() < share)

        return self._cut("a part of the unsynced kept", name, write, chance)

    def _cut(self, kind: str, name: Any, write: Any, chance: random.Random | None) -> Cut:
        classes: Counter[str] = Counter({kind: 1})
        names, folders = dict(self._durable), set(self._folders)
        for each in self._names:
            if not name():
                classes[_LOST[each.kind]] += 1
            else:
                _settle(each, names, folders)
        files = {}
        for path, inode in names.items():
            if _folder_of(path) in folders:
                files[path] = _content(self._files[inode], write, chance, classes)
        return Cut(files, tuple(classes))

    def _sync_names(self, folder: str) -> None:
        rest = []
        for each in self._names:
            moves_away = each.kind == "r" and _folder_of(each.old) == folder
            if _folder_of(each.name) != folder:
                if moves_away and self._durable.get(each.old) == each.inode:
                    self._durable.pop(each.old)
                rest.append(each._replace(kind="m", old="") if moves_away else each)
            else:
                _settle(each, self._durable, self._folders)
        self._names = rest


_LOST = {
    "m": "new name lost", "f": "new folder lost", "r": "renaming undone", "g": "renaming undone", "u": "removal undone",
}  # fmt: skip


def _settle(change: _Name, names: dict[str, int], folders: set[str]) -> None:
    """Let a change of names take place."""
    if change.kind == "f":
        folders.add(change.name)
    elif change.kind == "u":
        names.pop(change.name, None)
    elif change.kind == "g":
        _move_folder(names, folders, change.old, change.name)
    else:
        names[change.name] = change.inode
        if change.kind == "r":
            names.pop(change.old, None)


def _move_folder(names: dict[str, int], folders: set[str], old: str, new: str) -> None:
    for name in [name for name in names if name.startswith(old + "/")]:
        names[new + name[len(old) :]] = names.pop(name)
    for folder in [folder for folder in folders if folder == old or folder.startswith(old + "/")]:
        folders.discard(folder)
        folders.add(new + folder[len(old) :])


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def _content(file: _File, write: Any, chance: random.Random | None, classes: Counter[str]) -> bytes:
    if not file.waiting:
        return file.content()
    content = bytearray(file.durable)
    for each in file.waiting:
        choice = 2 if each.sure else write()
        if choice == 0:
            classes["write lost" if each.bytes is not None else "cut lost"] += 1
        elif choice == 2 or each.bytes is None:
            _apply(content, each.offset, each.bytes)
            if not each.sure:
                classes["write kept" if each.bytes is not None else "cut kept"] += 1
        elif chance is not None:
            pieces = list(_sectors(each.offset, each.bytes))
            left = [piece for piece in pieces if chance.random() < 0.5]
            for offset, piece in left:
                _apply(content, offset, piece)
            classes["write torn" if 0 < len(left) < len(pieces) else "write kept" if left else "write lost"] += 1
    return bytes(content)


def _apply(content: bytearray, offset: int, written: bytes | None) -> None:
    if written is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(written)] = written


def _sectors(offset: int, written: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(written):
        size = _SECTOR - (offset + place) % _SECTOR
        yield offset + place, written[place : place + size]
        place += size


def write_image(files: Image, root: Path) -> None:
    """Put these files, and no others, below `root`, private to this account."""
    for name, content in files.items():
        path = root / name
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True)
        with open(path, "wb", opener=_private) as out:
            out.write(content)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
