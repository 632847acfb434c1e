"""What subcommands have in common: exit codes, how an answer is printed, files that cannot be read or written."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

YES, FAILED, WRONG_USE = 0, 1, 2
"""Exit codes (design §11): yes; a refusal or a failed check; wrong use."""


class WrongUse(Exception):
    """The command cannot be carried out as it was given; the text is one plain sentence with what to do next."""


def print_line(line: str = "") -> None:
    """Print one line on standard output, in UTF-8 whatever the terminal thinks of itself."""
    print_bytes(line.encode("utf-8", "backslashreplace") + b"\n")


def print_json(answer: Any) -> None:
    """Print an answer as JSON for other programs."""
    print_line(json.dumps(answer, indent=2, ensure_ascii=False))


def print_bytes(content: bytes) -> None:
    """Write bytes to standard output as they are."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:  # standard output was replaced by something that takes text only
        sys.stdout.write(content.decode("utf-8", "backslashreplace"))
    else:
        sys.stdout.flush()
        raw.write(content)
        raw.flush()


def say(sentence: str) -> None:
    """Print progress or a remark on standard error."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def read_file(path: str, what: str) -> bytes:
    """Return a file's bytes, `-` being standard input; raises WrongUse when there is no such file."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as fault:
        raise WrongUse(f"{what} {path} cannot be read ({_reason(fault)}); check its name.") from fault


def write_file(path: str, content: bytes, what: str) -> None:
    """Write a file whole or not at all; raises WrongUse when it cannot be written."""
    target = Path(path)
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
        draft.replace(target)
    except OSError as fault:
        raise WrongUse(f"{what} cannot be written to {path} ({_reason(fault)}); choose another place.") from fault


def _reason(fault: OSError) -> str:
    return (fault.strerror or "unknown reason").lower()
