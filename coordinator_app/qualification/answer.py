"""The answer of `coordinator qualify --json`, and who and what a run was made with."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import sqlcipher3

from coordinator_app import __version__
from coordinator_app.qualification.runner import ScriptResult, StepResult

_PACKAGES = ("sqlcipher3", "sqlite-utils", "cryptography", "argon2-cffi", "msgspec", "biip", "zxing-cpp", "reportlab")


def versions() -> dict[str, str]:
    """Return what a run is made with: the program, the language, the system, the engine, the packages it rests on."""
    found = {
        "coordinator_app": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlcipher3.sqlite_version,
    }
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a bundle does not carry the papers of every package
            continue
    return found


def qualification_answer(results: Sequence[ScriptResult]) -> dict[str, Any]:
    """Return what came of the scripts as plain JSON values."""
    return {
        "passed": all(each.passed for each in results),
        "scripts": [_script(each) for each in results],
        "versions": versions(),
    }


def _script(result: ScriptResult) -> dict[str, Any]:
    script = result.script
    return {
        "script": script.name,
        "sha256": script.sha256,
        "title": script.title,
        "risk": script.risk or None,
        "requirement": list(script.requirement),
        "start": script.start,
        "passed": result.passed,
        "events": result.events,
        "journal": {"sound": result.journal_sound, "head": result.journal_head},
        "store": result.store or None,
        "remarks": list(result.remarks),
        "steps": [_step(each) for each in result.steps],
    }


def _step(step: StepResult) -> dict[str, Any]:
    return {
        "number": step.number,
        "do": step.do,
        "at": step.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "expected": step.expected,
        "observed": step.observed,
        "passed": step.passed,
        "differs": list(step.differs),
    }
