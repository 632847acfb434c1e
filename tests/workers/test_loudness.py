"""The system is asked whether an alarm can be heard at all: muted, turned down to nothing, or nobody knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from coordinator_app.domain.loudness import Loudness
from coordinator_app.workers.loudness import LoudnessWatch, loudness_of, read_loudness

UP = "Volume: front-left: 65536 / 100% / 0.00 dB,   front-right: 65536 / 100% / 0.00 dB\n        balance 0.00\n"
LEFT_ONLY = "Volume: front-left: 32768 /  50% / -18.06 dB,   front-right: 0 /   0% / -inf dB\n"
DOWN = "Volume: front-left: 0 /   0% / -inf dB,   front-right: 0 /   0% / -inf dB\n"
PULSE = [
    ("Mute: no\n", UP, Loudness.HEARD),
    ("Mute: no\n", LEFT_ONLY, Loudness.HEARD),
    ("Mute: yes\n", UP, Loudness.MUTED),
    ("Mute: no\n", DOWN, Loudness.ZERO),
    ("Mute: no\n", None, Loudness.UNKNOWN),
    ("No such sink\n", UP, Loudness.UNKNOWN),
]
WIREPLUMBER = [
    ("Volume: 0.40\n", Loudness.HEARD),
    ("Volume: 0.40 [MUTED]\n", Loudness.MUTED),
    ("Volume: 0.00\n", Loudness.ZERO),
    ("Translate ID error\n", Loudness.UNKNOWN),
]
MAC = [
    ("output volume:50, input volume:75, alert volume:100, output muted:false\n", Loudness.HEARD),
    ("output volume:50, input volume:75, alert volume:100, output muted:true\n", Loudness.MUTED),
    ("output volume:0, input volume:75, alert volume:100, output muted:false\n", Loudness.ZERO),
    ("output volume:missing value, input volume:75, alert volume:100, output muted:missing value\n", Loudness.UNKNOWN),
]


@pytest.mark.parametrize(("muted", "volume", "expected"), PULSE)
def test_pulseaudio_and_pipewire_tell_by_pactl(muted: str, volume: str | None, expected: Loudness) -> None:
    said = {"get-sink-mute": muted, "get-sink-volume": volume}
    assert read_loudness(lambda command: said.get(command[1]), "linux") is expected


@pytest.mark.parametrize(("said", "expected"), WIREPLUMBER)
def test_where_there_is_no_pactl_wireplumber_tells(said: str, expected: Loudness) -> None:
    assert read_loudness(lambda command: said if command[0] == "wpctl" else None, "linux") is expected


@pytest.mark.parametrize(("said", "expected"), MAC)
def test_a_mac_tells_by_its_own_script(said: str, expected: Loudness) -> None:
    assert read_loudness(lambda command: said if command[0] == "osascript" else None, "darwin") is expected


def test_a_system_that_tells_nothing_is_never_taken_for_loud_nor_for_silent() -> None:
    for system in ("linux", "darwin", "win32"):
        found = read_loudness(lambda _: None, system)
        assert found is Loudness.UNKNOWN or os.name == "nt", system
        assert not found.is_silent or os.name == "nt"
    assert loudness_of(None, None) is loudness_of(False, None) is loudness_of(None, 80) is Loudness.UNKNOWN
    assert loudness_of(None, 0) is Loudness.ZERO
    assert loudness_of(True, None) is Loudness.MUTED


def test_the_question_is_asked_beside_the_main_thread_and_the_answer_comes_to_it(qtbot: QtBot) -> None:
    asked_on: list[int] = []

    def slowly() -> Loudness:
        asked_on.append(threading.get_ident())
        return Loudness.MUTED

    watch = LoudnessWatch(read=slowly)
    with qtbot.waitSignal(watch.told, timeout=5000) as told:
        watch.start()
    watch.stop()
    assert told.args == [Loudness.MUTED]
    assert asked_on
    assert threading.get_ident() not in asked_on


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A PulseAudio of our own with an output that nobody hears."""
    sound, ask = shutil.which("pulseaudio"), shutil.which("pactl")
    if sound is None or ask is None:
        pytest.skip("no PulseAudio on this machine")
    # A path of a socket may have some hundred characters only.
    home = Path(os.environ.get("TMPDIR", "/tmp")) / f"pa-{os.getpid()}"  # noqa: S108
    home.mkdir(mode=0o700)
    for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(home))
    run = subprocess.Popen(
        [sound, "-n", "--exit-idle-time=-1", "-L", "module-native-protocol-unix", "-L", "module-null-sink"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 20
        while read_loudness() is Loudness.UNKNOWN and time.monotonic() < until:
            time.sleep(0.1)
        yield
    finally:
        run.terminate()
        run.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.usefixtures("server")
def test_a_real_sound_server_is_asked_and_tells_mute_and_volume() -> None:
    def pactl(*arguments: str) -> None:
        subprocess.run(["pactl", *arguments], check=True, timeout=20)

    assert read_loudness() is Loudness.HEARD
    pactl("set-sink-mute", "@DEFAULT_SINK@", "1")
    assert read_loudness() is Loudness.MUTED
    pactl("set-sink-mute", "@DEFAULT_SINK@", "0")
    pactl("set-sink-volume", "@DEFAULT_SINK@", "0%")
    assert read_loudness() is Loudness.ZERO
    pactl("set-sink-volume", "@DEFAULT_SINK@", "60%")
    assert read_loudness() is Loudness.HEARD
