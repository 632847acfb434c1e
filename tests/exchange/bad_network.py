"""A TCP proxy that delays, cuts, truncates, doubles and swallows, drawn from a seed."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import threading
import time
from collections import Counter


class BadNetwork:
    """Listens in front of a hub; `trouble` is the chance that a connection is treated badly."""

    def __init__(self, to_port: int, seed: int, trouble: float = 0.4) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - a seed must give the same troubles again
        self._to = to_port
        self._kinds = itertools.cycle(("cut request", "cut reply", "truncate", "double", "blackhole", "delay"))
        self.trouble = trouble
        self.happened: Counter[str] = Counter()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.2)
        self.port: int = self._door.getsockname()[1]
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)
        self._door.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                here, _ = self._door.accept()
            except TimeoutError:
                continue
            kind = "good"
            if self._draw.random() < self.trouble:
                kind = next(self._kinds)
            self.happened[kind] += 1
            limit = self._draw.randrange(1, 2000)
            thread = threading.Thread(target=self._carry, args=(here, kind, limit))
            thread.start()
            self._threads.append(thread)

    def _carry(self, here: socket.socket, kind: str, limit: int) -> None:
        there = socket.create_connection(("127.0.0.1", self._to))
        with here, there, contextlib.suppress(OSError):
            here.settimeout(0.05)
            there.settimeout(0.05)
            sent = back = 0
            while not self._stopping.is_set():
                asked = _read(here)
                if asked == b"":
                    return
                if asked:
                    if kind == "delay":
                        time.sleep(0.15)
                    if kind == "cut request" and sent + len(asked) > limit:
                        return
                    sent += len(asked)
                    there.sendall(asked)
                    if kind == "double":
                        self._again(asked)
                told = _read(there)
                if told == b"":
                    return
                if told and kind != "blackhole":
                    if kind == "cut reply":
                        return
                    if kind == "truncate" and back + len(told) > limit:
                        here.sendall(told[: max(0, limit - back)])
                        return
                    back += len(told)
                    here.sendall(told)

    def _again(self, asked: bytes) -> None:
        """Send the same bytes to the hub on another connection: a request that arrives twice."""
        with socket.create_connection(("127.0.0.1", self._to)) as other, contextlib.suppress(OSError):
            other.settimeout(0.5)
            other.sendall(asked)
            other.recv(65536)


def _read(end: socket.socket) -> bytes | None:
    """Return what came, nothing yet (None), or the end (empty)."""
    try:
        return end.recv(65536)
    except TimeoutError:
        return None
