"""The scripts that the program brings along: two walks and eight refusals, each on a scratch site."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator_app.qualification.runner import Qualification
from coordinator_app.qualification.script import Script
from coordinator_app.resource_files import resource_path

SCRIPTS = sorted(resource_path("qualification").glob("*.toml"))


def test_ten_scripts_come_with_the_program() -> None:
    assert len(SCRIPTS) == 10


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_shipped_script_ends_as_it_expects(path: Path, qualification: Qualification) -> None:
    script = qualification.read(path.name, path.read_bytes())
    assert isinstance(script, Script), [str(fault) for fault in script]
    result = qualification.run(script, path.stem)
    assert [(step.number, step.differs) for step in result.steps if step.differs] == []
    assert result.journal_sound
    assert result.passed


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_shipped_script_says_what_it_is_for_and_expects_something(
    path: Path, qualification: Qualification
) -> None:
    script = qualification.read(path.name, path.read_bytes())
    assert isinstance(script, Script)
    assert script.title
    assert script.risk
    assert script.requirement
    assert sum(step.expect is not None for step in script.steps) >= 2


def test_the_eight_refusals_refuse_for_different_reasons(qualification: Qualification) -> None:
    reasons = set()
    for path in SCRIPTS:
        script = qualification.read(path.name, path.read_bytes())
        assert isinstance(script, Script)
        reasons |= {step.expect.reason for step in script.steps if step.expect is not None} - {""}
    assert reasons >= {
        "WRONG_PATIENT", "WRONG_UNIT", "SAME_PERSON_TWICE", "STALE_SCAN", "ARMS_DISAGREE", "NOT_TRAINED", "NOT_ALLOWED",
        "CLOCK_OVERDUE", "EARLIER_STEP_MISSING", "DONOR_RECIPIENT_CONFUSED", "WRISTBAND_VOID", "CODE_NOT_RECOGNISED",
        "CODE_CUT_OFF", "PIN_LOCKED",
    }  # fmt: skip
