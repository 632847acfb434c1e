"""A TCP proxy that writes down every byte it carries, and breaks a connection when it is told to."""

from __future__ import annotations

import contextlib
import socket
import threading


class RecordingProxy:
    """Listens in front of a hub; `seen` is everything that went either way."""

    def __init__(self, to_port: int) -> None:
        self._to = to_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.2)
        self.port: int = self._door.getsockname()[1]
        self.carried_up: list[int] = []
        self.carried: list[bytearray] = []
        self._left: int | None = None
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def seen(self) -> bytes:
        """Every connection's bytes, each way by itself, so that nothing is torn by the order of arrival."""
        return b"\n".join(bytes(each) for each in self.carried)

    def breaks_after(self, count: int) -> None:
        """Break the connections once this many more bytes went through."""
        self._left = count

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
            there = socket.create_connection(("127.0.0.1", self._to))
            for source, target, up in ((here, there, True), (there, here, False)):
                thread = threading.Thread(target=self._carry, args=(source, target, up))
                thread.start()
                self._threads.append(thread)

    def _carry(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        written = bytearray()
        self.carried.append(written)
        source.settimeout(0.2)
        with contextlib.suppress(OSError):
            while not self._stopping.is_set():
                try:
                    content = source.recv(65536)
                except TimeoutError:
                    continue
                if not content:
                    break
                if self._left is not None:
                    self._left -= len(content)
                    if self._left < 0:
                        break
                written += content
                target.sendall(content)
        if up:
            self.carried_up.append(len(written))
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()
