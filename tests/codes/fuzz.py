"""Coverage-guided fuzzing of the dispatcher: whatever bytes arrive, the answer is a label or a refusal.

    python -m tests.codes.fuzz -max_total_time=3600

Needs `atheris` (Linux, `pip install atheris`), which is no dependency of the program. Arguments are those of libFuzzer.
A crash leaves its input in a file; `python -m tests.codes.fuzz FILE` runs that one again.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

SEEDS = (
    b"]d201095060001343521726123110LOT42A\x1d21KIT00017",
    b"=+04000=A99992612345600&/CHA999926ABC123=<S1295100&>0263652359",
    b"https://id.gs1.org/01/09506000134352/10/LOT/21/KIT?17=261231",
    b"SEC: PL001499Z549917123456 A00T041600320171231",
    b"688001010123456789",
    b"]E09506000134352",
    b"&/CHA999926ABC123",
    b"&#0108AB123456=#0119700131",
    b"&,4PL001499Z549917123456A00T041600320181231",
    b"8018950600013434300006\x1d7256J%20Doe",
    b"HERON-0001",
    b"&$0101000100250000",
    b"(01)09506000134352(21)KIT",
)


def check_one(raw: bytes, rooms: Any) -> None:
    """Read bytes in every way the program does and hold the answers against what is promised of every answer."""
    patterns = (rooms.TrialPattern("subject", r"pattern:HERON-\d{4}"), rooms.TrialPattern("any", r"pattern:[A-Z]{2,}"))
    for contract in (None, rooms.Contract(("gs1:01", "gs1:21")), rooms.Contract(("isbt128:001",))):
        answer = rooms.read(raw, patterns=patterns, contract=contract)
        said = rooms.scan_answer(answer)
        json.dumps(said)
        assert said["accepted"] is (said["refusal"] is None)
        assert not said["accepted"] or said["fields"]
        if said["accepted"]:
            assert all(field["valid"] for field in said["fields"])
            rooms.keys_of(answer)
            again = rooms.read(answer.raw, patterns=patterns, contract=contract)
            assert rooms.scan_answer(again) == said
    rooms.scan_answer(rooms.verify_typed(raw.decode("utf-8", "replace")))


class Rooms:
    """The readers, imported once atheris watches the imports."""

    def __init__(self) -> None:
        dispatch = importlib.import_module("coordinator_app.codes.dispatch")
        self.read, self.Contract, self.TrialPattern = dispatch.read, dispatch.Contract, dispatch.TrialPattern
        self.scan_answer = importlib.import_module("coordinator_app.codes.answer").scan_answer
        self.keys_of = importlib.import_module("coordinator_app.codes.keys").keys_of
        self.verify_typed = importlib.import_module("coordinator_app.codes.typed").verify_typed


def main() -> int:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.stderr.write("atheris is not installed; run `pip install atheris` on Linux and start this again.\n")
        return 2
    with atheris.instrument_imports(include=["coordinator_app.codes", "biip"]):
        rooms = Rooms()
    for seed in SEEDS:
        check_one(seed, rooms)
    with tempfile.TemporaryDirectory(prefix="codes-fuzz-") as corpus:
        arguments = list(sys.argv)
        if all(argument.startswith("-") for argument in arguments[1:]):
            for number, seed in enumerate(SEEDS):
                (Path(corpus) / str(number)).write_bytes(seed)
            arguments.append(corpus)
        atheris.Setup(arguments, lambda raw: check_one(raw, rooms))
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
