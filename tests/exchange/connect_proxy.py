"""A CONNECT proxy as hospitals have them, run as a process of its own; writes the targets it was asked for.

`python connect_proxy.py PORT_OF_HUB [--opens CERTIFICATE KEY] [--asks] [--refuses] [--tls CERTIFICATE KEY]`
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading


def main(arguments: list[str]) -> None:
    """Serve until the process is ended; the first line says the port, the others the targets."""
    hub = int(arguments[0])
    opens = arguments[arguments.index("--opens") + 1 :][:2] if "--opens" in arguments else []
    over = arguments[arguments.index("--tls") + 1 :][:2] if "--tls" in arguments else []
    with socket.create_server(("127.0.0.1", 0)) as door:
        _say(str(door.getsockname()[1]))
        while True:
            here, _ = door.accept()
            threading.Thread(target=_serve, args=(here, hub, opens, over, arguments), daemon=True).start()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _serve(here: socket.socket, hub: int, opens: list[str], over: list[str], arguments: list[str]) -> None:
    with contextlib.suppress(OSError):
        if over:
            here = _context(over).wrap_socket(here, server_side=True)
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += here.recv(4096) or b"\r\n\r\n"
        _say(asked.split(b"\r\n")[0].decode())
        if "--asks" in arguments or "--refuses" in arguments:
            word = b"407 Proxy Authentication Required" if "--asks" in arguments else b"403 Forbidden"
            here.sendall(b"HTTP/1.1 " + word + b"\r\nContent-Length: 0\r\n\r\n")
            here.close()
            return
        here.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if opens:
            # It shows a certificate of its own; who believes it would tell it everything.
            inner = _context(opens).wrap_socket(here, server_side=True)
            _say("READ " + inner.recv(4096).split(b"\r\n")[0].decode(errors="replace"))
            inner.close()
            return
        there = socket.create_connection(("127.0.0.1", hub))
        threading.Thread(target=_carry, args=(there, here), daemon=True).start()
        _carry(here, there)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.close()


def _context(files: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


if __name__ == "__main__":
    main(sys.argv[1:])
