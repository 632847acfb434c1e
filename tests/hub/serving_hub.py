"""A real hub process started from its command line, and a workstation that speaks to it over real sockets."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from exchange_author import Author

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.protocol import PROTOCOL_HEADER, Push, authorization, request_part, written

SITE = "site:" + "b" * 32


class ServingHub:
    """`coordinator hub serve` in a process of its own."""

    def __init__(self, folder: Path, *options: str, environment: dict[str, str] | None = None, trust: str = "") -> None:
        self.folder = folder
        self._environment = {**os.environ, **(environment or {})}
        self._options, self._trust = options, trust
        self._start("0")

    def starts_again(self) -> None:
        """Serve again on the same port after a stop."""
        self._start(str(self.port))

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def _start(self, port: str) -> None:
        serve = ["hub", "serve", "--folder", str(self.folder), "--port", port, *self._options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coordinator_app", *serve],
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline()
        if not self.said.startswith("Hub at "):
            rest = self.process.communicate()[1]
            raise RuntimeError(self.said + rest)
        self.url = self.said.split()[2].rstrip(",")
        self.client = httpx.Client(
            base_url=self.url, timeout=40.0, verify=ssl.create_default_context(cafile=self._trust or None)
        )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(200):
            try:
                if self.client.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the hub does not answer")

    def office(self, *arguments: str) -> dict[str, Any]:
        """Run another command of the hub beside it and return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "coordinator_app", "hub", *arguments, "--folder", str(self.folder), "--json"],
            capture_output=True,
            text=True,
            env=self._environment,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def admits(self, author: Author, code: str = "") -> None:
        code = code or self.office("invite", "--site", SITE)["code"]
        asked = {
            "code": code,
            "name": author.device,
            "public_key": author.public.hex(),
            "fingerprint": author.fingerprint,
        }
        headers = {PROTOCOL_HEADER: "1"}
        assert self.client.post("/v1/enrolments", json=asked, headers=headers).status_code == 202
        self.office("approve", author.fingerprint[:16])
        assert self.client.post("/v1/enrolments", json=asked, headers=headers).status_code == 200

    def ask(
        self,
        author: Author,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        off: timedelta = timedelta(0),
        nonce: str = "",
        protocol: str = "1",
        client: httpx.Client | None = None,
    ) -> httpx.Response:
        """Send one request signed by a workstation whose clock may be off."""
        nonce = nonce or secrets.token_hex(16)
        at = instant(datetime.now(UTC) + off)
        sig = author.sign(request_part(method, target, hashlib.sha256(body).hexdigest(), nonce, at))
        headers = {"Authorization": authorization(author.device, nonce, at, sig), PROTOCOL_HEADER: protocol}
        return (client or self.client).request(method, target, content=body, headers=headers)

    def push(
        self, author: Author, first: int = 0, count: int | None = None, client: httpx.Client | None = None
    ) -> httpx.Response:
        lines = author.lines[author.epoch][first:][:count]
        return self.ask(
            author, "PUT", f"/v1/epochs/{author.epoch}/events?from={first}", written(Push(lines)), client=client
        )

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def kill(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait(20)
        assert self.process.stderr is not None
        self.process.stderr.close()
