"""The hub of the four hours: a process of its own that the site joins, that dies in the middle and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel

from coordinator_app.demo import cast
from coordinator_app.demo.site import SITE
from coordinator_app.demo.tour_keys import HandStopped
from coordinator_app.domain.screens import ExchangePage
from coordinator_app.domain.spoken_words import digits_of
from coordinator_app.ui.parts.clock_views import Figures

if TYPE_CHECKING:
    from coordinator_app.demo.four_hours import Ward


UNTIL_TRIED = timedelta(seconds=30)
"""Within so long a workstation tries a hub again that it could not reach."""


class HubProcess:
    """`coordinator hub serve` on this computer, stopped and started as a hospital's computer room does."""

    def __init__(self, folder: Path) -> None:
        """Serve from a folder on a port that is free."""
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.start()

    def start(self) -> None:
        """Serve, at the same address as before; raises HandStopped where it does not come up."""
        port = self.url.rpartition(":")[2] or "0"
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command("serve", "--port", port), stderr=subprocess.PIPE, text=True, env=_plain()
        )
        assert self._process.stderr is not None  # noqa: S101 - asked for a line above
        said = self._process.stderr.readline()
        if not said.startswith("Hub at "):
            raise HandStopped(f"the hub did not start: {said}")
        self.url = said.split()[2].rstrip(",")

    def die(self) -> None:
        """End at once, as in a power cut."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(20)
            if process.stderr is not None:
                process.stderr.close()

    def office(self, *what: str) -> dict[str, Any]:
        """Do what people in its office do: invite, approve, status."""
        command = [*self._command(*what), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, env=_plain(), check=False)  # noqa: S603 - the same
        if done.returncode != 0:
            raise HandStopped(f"the hub's office: {done.stderr}")
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def _command(self, *what: str) -> list[str]:
        return [sys.executable, "-m", "coordinator_app", "hub", *what, "--folder", str(self._folder)]


def joins(ward: Ward) -> None:
    """Join the site to its hub from the screen; the hub's office hears the words of the workstation."""
    hand = ward.hand
    hand.look()
    ward.sign_in("administrator_a")
    hand.open_tab("exchange")
    hand.picture("a site without a hub")
    code = ward.hub.office("invite", "--site", SITE)["code"]
    hand.press("join_hub")
    ward.fill(address=ward.hub.url, code=code)
    hand.type_pin(cast.PEOPLE["administrator_a"].pin)
    _shows(ward, "waiting_hub")
    hand.picture("the hub asks for the words")
    page = hand.answer.page
    words = page.words if isinstance(page, ExchangePage) else ()
    ward.hub.office("approve", digits_of(" ".join(words)) or "")
    _sent(ward)
    ward.seen("everything sent")


def lost(ward: Ward) -> None:
    """The hub dies while the product is thawed: word and age tell it on every page, and the wall whom to ring."""
    hand = ward.hand
    ward.hub.die()
    _shows(ward, "offline")
    ward.seen("the hub is away")
    hand.open_tab("exchange")
    ward.seen("what to do while the hub is away")
    hand.open_tab("clocks")
    ward.seen("the wall while the hub is away")


def back(ward: Ward) -> None:
    """The hub comes back: what was recorded meanwhile goes there by itself, nobody is asked anything."""
    hand = ward.hand
    hand.open_tab("exchange")
    if hand.answer.frame.exchange.waiting == 0:
        raise HandStopped("nothing waited for the hub though it was away")
    ward.seen("what waited for the hub")
    ward.hub.start()
    ward.let_pass(UNTIL_TRIED)
    _sent(ward)
    ward.seen("the hub is back")
    hand.open_tab("today")


def word_on_screen(ward: Ward) -> str:
    """Return the word and age as they stand on the page: in the bar at the top, or at the foot of the wall."""
    window = ward.hand.window
    bar = window.findChild(QLabel, "exchange_word")
    if bar is not None and bar.isVisible():
        return bar.text()
    foot = window.findChild(Figures, "wall_exchange")
    return foot.text() if foot is not None else ""


def _sent(ward: Ward) -> None:
    _shows(ward, "sent")
    ward.hand.wait_until(lambda _page: ward.hand.answer.frame.exchange.waiting == 0)


def _shows(ward: Ward, state: str) -> None:
    ward.hand.wait_until(lambda _page: ward.hand.answer.frame.exchange.state == state)


def _plain() -> dict[str, str]:
    return {**os.environ, "COORDINATOR_PASSPHRASE": ""}
