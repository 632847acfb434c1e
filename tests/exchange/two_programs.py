"""Two real programs of one site, each in a process of its own, and their hub in a third."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.serving_hub import ServingHub

from coordinator_app import __version__
from coordinator_app.demo.site import DemonstrationClock, build_demo, demo_listing
from coordinator_app.domain import events as e
from coordinator_app.exchange.client import HubAddress
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import fingerprint, hand_over, offer, take_over
from coordinator_app.store.store import Store

SITE = "site:" + "5" * 32
PHARMACY = "workstation:" + "7" * 32
HERE = Path(__file__).parent


class RunningProgram:
    """One program; `does` tells it what its people do, `waits_for` reads what its window shows."""

    def __init__(self, folder: Path, hub: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "one_program.py"), str(folder), *([str(hub)] if hub is not None else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self.newest: dict[str, Any] = {}
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def does(self, do: str, **how: Any) -> None:
        """Tell it one thing that somebody does."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **how}) + "\n")

    def did(self, do: str, **how: Any) -> int:
        """Tell it one thing and return when it was done, on the machine's monotonic clock in ns."""
        self.does(do, **how)
        return int(self.waits_for(lambda told: told.get("did") == do)["at"])

    def waits_for(self, reached: Callable[[dict[str, Any]], bool], seconds: float = 60.0) -> dict[str, Any]:
        """Return the first line that fits, from now on; raises TimeoutError with the newest one."""
        end = time.monotonic() + seconds
        while True:
            try:
                told = self._lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"it never came; last shown: {self.newest}") from None
            if "page" in told:
                self.newest = told
            if reached(told):
                return told

    def signs_in(self, person: dict[str, str]) -> None:
        """Sign somebody in by badge and PIN."""
        self.does("badge", code=person["badge"])
        self.does("pin", pin=person["pin"])
        self.waits_for(lambda told: told.get("person") is True)

    def leave(self) -> int:
        """Let it end and return its exit code."""
        if self.process.poll() is None:
            self.does("leave")
        code = self.process.wait(60)
        self._reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))


def joined_site(folder: Path, hub: ServingHub) -> dict[str, Any]:
    """Build the demonstration site on a ward, join it to the hub and admit a pharmacy; return the site's listing."""
    ward, pharmacy = folder / "ward", folder / "pharmacy"
    build_demo(ward, site=SITE)
    pharmacy.mkdir()
    address, clock = HubAddress(hub.url), DemonstrationClock()
    code = hub.office("invite", "--site", SITE)["code"]
    with Store.open(ward, keys=FileKeys(ward, ""), clock=clock, program=__version__) as first:
        Rounds(first).join(address, ask_admission(address, code, first.workstation, first.public_key))
        hub.office("approve", fingerprint(first.public_key))
        with Store.create(
            pharmacy, keys=FileKeys(pharmacy, ""), clock=clock, workstation=PHARMACY, site=SITE, program=__version__
        ) as second:
            Rounds(second).join(address, ask_admission(address, code, PHARMACY, second.public_key))
            hub.office("approve", fingerprint(second.public_key))
            handed = hand_over(first, offer(second), second.public_key)
            take_over(second, handed, first.public_key, first.patient_keys.wrapped())
            with first.writing() as writing:
                body = e.WorkstationAdmitted(workstation=PHARMACY, place="Pharmacy", public_key=second.public_key.hex())
                writing.append(body, subject=PHARMACY)
            Rounds(first).once()
            Rounds(second).once()
    return demo_listing(ward)
