"""The path of a keyboard scanner with real key events: X server, host layouts, input method and all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from coordinator_app.domain.calibration_card import CARD
from coordinator_app.ui.keyboard_layouts import US_PLAIN, US_SHIFTED

# Alone: the pause between two keys is what tells a scanner from a hand, and a busy machine makes pauses of its own.
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(
        not all(shutil.which(tool) for tool in ("Xvfb", "xdotool", "setxkbmap")),
        reason="needs Xvfb, xdotool and setxkbmap installed",
    ),
]

LOT = "]d201095011015300031721010110ABC123\x1d21xyz-/Z"
PLACE = {char: place for place, char in US_PLAIN.items() if place != 86}
SHIFTED_PLACE = {char: place for place, char in US_SHIFTED.items() if place != 86}


class Screen:
    """A virtual display with one window on it, and a scanner that presses keys by their place."""

    def __init__(self, display: str) -> None:
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self._said: Queue[dict[str, object]] = Queue()
        self._window: subprocess.Popen[str] | None = None

    def host_layout(self, layout: str, variant: str = "") -> None:
        subprocess.run(
            ["setxkbmap", "-layout", layout, "-variant", variant], env=self.env, check=True, capture_output=True
        )

    def open(self, focus: str = "field", **wedge: object) -> None:
        script = Path(__file__).with_name("real_key_window.py")
        self._window = subprocess.Popen(
            [sys.executable, str(script), json.dumps(wedge), focus], env=self.env, stdout=subprocess.PIPE, text=True
        )
        self._listener = threading.Thread(target=self._listen, args=(self._window,))
        self._listener.start()
        assert self.wait_for("ready") is True

    def _listen(self, window: subprocess.Popen[str]) -> None:
        assert window.stdout is not None
        for line in window.stdout:
            self._said.put(json.loads(line))

    def wait_for(self, what: str, timeout_s: float = 8.0) -> object:
        """Return the next thing of this kind the window says; other things said before it are passed over."""
        until = time.monotonic() + timeout_s
        while True:
            said = self._said.get(timeout=max(0.01, until - time.monotonic()))
            if what in said:
                return said[what]

    def everything_said(self, after_s: float = 0.4) -> list[dict[str, object]]:
        time.sleep(after_s)
        said = []
        while True:
            try:
                said.append(self._said.get_nowait())
            except Empty:
                return said

    def press(self, *keys: str, delay_ms: int = 2) -> None:
        subprocess.run(
            ["xdotool", "key", "--delay", str(delay_ms), *keys], env=self.env, check=True, capture_output=True
        )

    def scan_as_us_scanner(self, text: str, suffix: str = "36") -> None:
        """Press the keys that a US-set scanner presses, whatever the host makes of them."""
        self.press(*(us_key(char) for char in text), suffix)

    def close(self) -> None:
        if self._window is not None:
            self._window.terminate()
            self._window.wait(10)
            self._listener.join(10)
            assert self._window.stdout is not None
            self._window.stdout.close()


def us_key(char: str) -> str:
    if char == "\x1d":
        return "ctrl+35"
    return str(PLACE[char] + 8) if char in PLACE else f"shift+{SHIFTED_PLACE[char] + 8}"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as numbers:
        number = numbers.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def screen(display: str) -> Iterator[Screen]:
    screen = Screen(display)
    screen.host_layout("us")
    yield screen
    screen.close()


@pytest.mark.parametrize("focus", ["field", "button"])
def test_a_scan_typed_at_scanner_speed_is_caught_wherever_the_focus_is(screen: Screen, focus: str) -> None:
    screen.open(focus)
    screen.scan_as_us_scanner(LOT)
    assert screen.wait_for("caught") == LOT.encode().hex()
    assert screen.everything_said() == []


LAYOUTS = [("us", ""), ("de", ""), ("ch", ""), ("fr", ""), ("es", ""), ("it", ""), ("gb", ""), ("de", "nodeadkeys")]


@pytest.mark.parametrize(("layout", "variant"), LAYOUTS)
@pytest.mark.parametrize("focus", ["field", "button"])
def test_a_us_scanner_is_read_exactly_on_a_foreign_host(screen: Screen, layout: str, variant: str, focus: str) -> None:
    screen.host_layout(layout, variant)
    screen.open(focus, layout="us")
    for code in ("]C0=A99992612345600", "]C0&;0:yzYZ'^`~", LOT, "=A99992612345600"):
        screen.scan_as_us_scanner(code)
        assert screen.wait_for("caught") == code.encode().hex()
    assert screen.everything_said() == []


@pytest.mark.parametrize(("layout", "variant"), LAYOUTS)
def test_the_calibration_card_teaches_that_a_scanner_is_us_set(screen: Screen, layout: str, variant: str) -> None:
    screen.host_layout(layout, variant)
    screen.open("field")
    screen.scan_as_us_scanner("]d2" + CARD)
    assert screen.wait_for("learned") == "us"


def test_caps_lock_on_does_not_change_a_scan(screen: Screen) -> None:
    screen.open("field", layout="us")
    screen.press("Caps_Lock")
    try:
        screen.scan_as_us_scanner("]C0Lot-aB")
        assert screen.wait_for("caught") == b"]C0Lot-aB".hex()
    finally:
        screen.press("Caps_Lock")


def test_caps_lock_on_is_mended_in_the_text_of_a_scanner_with_the_hosts_layout(screen: Screen) -> None:
    screen.open("field", layout="host")
    screen.press("Caps_Lock")
    try:
        screen.scan_as_us_scanner("]C0Lot-aB")
        assert screen.wait_for("caught") == b"]C0Lot-aB".hex()
    finally:
        screen.press("Caps_Lock")


def test_the_separator_as_alt_029_on_the_keypad(screen: Screen) -> None:
    screen.open("field")
    screen.press(
        *(us_key(char) for char in "]d210A1"), "alt+90", "alt+88", "alt+81", *(us_key(char) for char in "21B7"), "36"
    )
    assert screen.wait_for("caught") == b"]d210A1\x1d21B7".hex()


def test_typing_by_hand_still_works_with_dead_keys(screen: Screen) -> None:
    screen.host_layout("de")
    screen.open("field")
    screen.press("r", "dead_acute", "e", "n", delay_ms=90)
    typed = [said["field"] for said in screen.everything_said(0.6) if "field" in said]
    assert typed[-1] == "rén"


def test_a_space_by_hand_presses_a_button_and_the_spaces_of_a_scan_do_not(screen: Screen) -> None:
    screen.open("button")
    screen.scan_as_us_scanner("]C0MARIA DE LA CRUZ")
    assert screen.wait_for("caught") == b"]C0MARIA DE LA CRUZ".hex()
    assert screen.everything_said(0.8) == []
    screen.press("space", delay_ms=30)
    assert screen.wait_for("clicked") is True


def test_a_code_that_breaks_off_is_refused(screen: Screen) -> None:
    screen.open("button")
    screen.press(*(us_key(char) for char in "]d2010950110"))
    assert screen.wait_for("lost") == "pieces"
    screen.scan_as_us_scanner("15300031721")
    assert not [said for said in screen.everything_said() if "caught" in said]
