"""A folder in which one image after the other is put, without making every file anew each time."""

from __future__ import annotations

import os
from pathlib import Path

from .disk_model import Image

_WRITE = os.O_WRONLY | os.O_CREAT


class ImageFolder:
    """Holds exactly the files of the image that was put last; whatever was done to the one before is gone.

    A file that is there already is written over in place: the pages of a folder in memory are then not made anew. No
    file is ever skipped, for the program that opened the image before may have changed any of them.
    """

    def __init__(self, root: Path) -> None:
        """Take a folder of its own; it is made, private to this account, when the first image is put."""
        self._root = str(root)
        self._above: dict[str, tuple[str, ...]] = {}

    def put(self, files: Image) -> None:
        """Put these files, and no others, below the folder."""
        folders = {""}
        for name in files:
            folders.update(self._folders_above(name))
        self._remove_others("", files, folders)
        for name in sorted(folders):
            path = f"{self._root}/{name}"
            if not os.path.isdir(path):
                os.mkdir(path, 0o700)
        for name, content in files.items():
            handle = os.open(f"{self._root}/{name}", _WRITE, 0o600)
            try:
                written = os.write(handle, content) if content else 0
                os.ftruncate(handle, written)
            finally:
                os.close(handle)
            if written != len(content):
                raise OSError(f"The image does not fit on the disk of {self._root}; make room and start again.")

    def _folders_above(self, name: str) -> tuple[str, ...]:
        if name not in self._above:
            parts = name.split("/")[:-1]
            self._above[name] = tuple("/".join(parts[: count + 1]) for count in range(len(parts)))
        return self._above[name]

    def _remove_others(self, folder: str, files: Image, folders: set[str]) -> None:
        try:
            found = list(os.scandir(f"{self._root}/{folder}"))
        except FileNotFoundError:
            return
        for each in found:
            name = f"{folder}/{each.name}" if folder else each.name
            if each.is_dir(follow_symlinks=False):
                self._remove_others(name, files, folders)
                if name not in folders:
                    os.rmdir(each.path)
            elif name not in files:
                os.unlink(each.path)
