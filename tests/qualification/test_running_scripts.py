"""How a script runs: on a scratch site, like a person, with every difference named and none hiding the next."""

from __future__ import annotations

import pytest

from coordinator_app.procedures.bench import Bench
from coordinator_app.qualification.report import qualification_report
from coordinator_app.qualification.runner import Qualification, ScriptResult
from coordinator_app.qualification.script import Script

SIGN_IN = '[[step]]\ndo = "sign_in"\nbadge = "{people.%s.badge}"\npin = "{people.%s.pin}"\n'
BEGIN = '[[step]]\ndo = "begin"\nstep = "%s"\ncase = "{cases.%s.id}"\n'


def run(qualification: Qualification, steps: str, start: str = "demo") -> ScriptResult:
    text = f'title = "tried"\nstart = "{start}"\n{steps}'
    script = qualification.read("tried.toml", text.encode())
    assert isinstance(script, Script), [str(fault) for fault in script]
    return qualification.run(script, f"tried-{abs(hash(steps))}")


def differing(result: ScriptResult) -> dict[int, tuple[str, ...]]:
    return {step.number: step.differs for step in result.steps if step.differs}


def sign_in(name: str) -> str:
    return SIGN_IN % (name, name)


def test_a_refused_step_without_expectation_differs_and_the_next_step_still_runs(qualification: Qualification) -> None:
    result = run(qualification, sign_in("nurse_a") + '[[step]]\ndo = "scan"\ntext = "{spare.unknown_code}"\n'
                 + '[[step]]\ndo = "sign_out"\nexpect = { screen = "sign_in" }\n')  # fmt: skip
    assert differing(result) == {2: ("it was refused (CODE_NOT_RECOGNISED) and nothing was expected",)}
    assert not result.passed
    assert result.steps[2].passed


def test_every_wrong_expectation_of_a_step_is_named(qualification: Qualification) -> None:
    result = run(qualification, sign_in("nurse_a") + BEGIN % ("bedside", "c1")
                 + '[[step]]\ndo = "scan"\ntext = "{patients.p2.wristband}"\nexpect = { verdict = "accepted", '
                 'screen = "accepted", event = "IdentityConfirmed", clock = "thaw-to-end", state = "running" }\n')  # fmt: skip
    assert differing(result)[3] == (
        "the verdict is refused (WRONG_PATIENT) and not accepted",
        "the clock thaw-to-end is waiting and not running",
        "no IdentityConfirmed was recorded",
        "the screen is verdict mismatch and not accepted",
    )


def test_each_script_starts_from_a_fresh_demonstration_site(qualification: Qualification) -> None:
    steps = sign_in("nurse_a") + BEGIN % ("bedside", "c1")
    steps += '[[step]]\ndo = "scan"\ntext = "{patients.p2.wristband}"\nexpect = { reason = "WRONG_PATIENT" }\n'
    steps += '[[step]]\ndo = "expect"\nevent = "DeviationReported"\ncount = 1\n'
    assert run(qualification, steps).passed
    assert run(qualification, steps + "# once more\n").passed


def test_waiting_moves_the_clocks_and_a_suspended_workstation_asks_for_the_pin(qualification: Qualification) -> None:
    steps = sign_in("cell_laboratory_a") + BEGIN % ("retrieve", "c1")
    steps += '[[step]]\ndo = "scan"\ntext = "{units.u1.cassette}"\n[[step]]\ndo = "scan"\ntext = "{spare.location}"\n'
    steps += '[[step]]\ndo = "suspend"\nexpect = { screen = "unlock" }\n'
    steps += '[[step]]\ndo = "wait"\nfor = "45min"\n'
    steps += '[[step]]\ndo = "expect"\nclock = "out-of-storage"\nscope = { bag = 1 }\nstate = "overdue"\n'
    assert differing(run(qualification, steps)) == {}


def test_a_wall_clock_set_back_makes_no_clock_generous(qualification: Qualification) -> None:
    steps = sign_in("cell_laboratory_a") + BEGIN % ("retrieve", "c1")
    steps += '[[step]]\ndo = "scan"\ntext = "{units.u1.cassette}"\n[[step]]\ndo = "scan"\ntext = "{spare.location}"\n'
    steps += '[[step]]\ndo = "set_clock"\nby = "-3h"\n[[step]]\ndo = "wait"\nfor = "31min"\n'
    steps += '[[step]]\ndo = "expect"\nclock = "out-of-storage"\nstate = "overdue"\n'
    assert differing(run(qualification, steps)) == {}


def test_a_restart_loses_nothing_and_signs_everybody_out(qualification: Qualification) -> None:
    steps = sign_in("nurse_a") + BEGIN % ("bedside", "c1")
    steps += '[[step]]\ndo = "scan"\ntext = "{patients.p1.wristband}"\n[[step]]\ndo = "reboot"\n'
    steps += '[[step]]\ndo = "expect"\nscreen = "sign_in"\nevent = "ScanAccepted"\ncount = 1\n'
    steps += '[[step]]\ndo = "expect"\nevent = "ProcedureInterrupted"\ncount = 1\n'
    assert differing(run(qualification, steps)) == {}


def test_somebody_else_signing_in_signs_the_first_person_out(qualification: Qualification) -> None:
    steps = sign_in("nurse_a") + sign_in("pharmacist_a")
    steps += '[[step]]\ndo = "expect"\nevent = "PersonSignedOut"\ncount = 1\n'
    assert differing(run(qualification, steps)) == {}


def test_offline_and_online_are_taken_and_the_report_says_that_they_changed_nothing(
    qualification: Qualification,
) -> None:
    result = run(qualification, '[[step]]\ndo = "offline"\n[[step]]\ndo = "online"\n')
    assert result.passed
    assert len(result.remarks) == 1


def test_a_button_behind_a_verdict_is_pressed_after_the_verdict_was_left(qualification: Qualification) -> None:
    steps = sign_in("nurse_untrained") + BEGIN % ("bedside", "c1")
    steps = steps.rstrip() + '\nexpect = { reason = "NOT_TRAINED", screen = "refused" }\n'
    steps += '[[step]]\ndo = "press"\naction = "paper"\nexpect = { screen = "paper" }\n'
    assert differing(run(qualification, steps)) == {}


def test_a_label_that_was_never_printed_differs(qualification: Qualification) -> None:
    result = run(qualification, sign_in("nurse_a") + '[[step]]\ndo = "scan"\ntext = "{labels.1}"\n')
    assert differing(result) == {2: ("label 1 was not drafted; the script has drafted 0 so far",)}


def test_a_site_is_founded_on_an_empty_start(qualification: Qualification) -> None:
    fields = {"name": "St Elsewhere", "place": "Ward 1", "zone": "Europe/Berlin", "kind": "training"}
    steps = "".join(f'[[step]]\ndo = "type"\ninto = "{into}"\ntext = "{text}"\n' for into, text in fields.items())
    steps += '[[step]]\ndo = "press"\naction = "save"\nexpect = { screen = "form" }\n'
    steps += '[[step]]\ndo = "scan"\ntext = "{spare.badge}"\n'
    person = {"family": "Keane", "given": "Orla", "pin": "246813", "pin_again": "246813"}
    steps += "".join(f'[[step]]\ndo = "type"\ninto = "{into}"\ntext = "{text}"\n' for into, text in person.items())
    steps += '[[step]]\ndo = "press"\naction = "save"\nexpect = { event = "SiteFounded", count = 1 }\n'
    steps += '[[step]]\ndo = "sign_in"\nbadge = "{spare.badge}"\npin = "246813"\nexpect = { screen = "today" }\n'
    assert differing(run(qualification, steps, start="empty")) == {}


def test_a_program_that_breaks_is_a_finding_and_nothing_after_it_passes(
    qualification: Qualification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(self: Bench, received: object) -> None:
        raise RuntimeError("HARGREAVES, Miriam")

    monkeypatch.setattr(Bench, "take", break_down)
    result = run(qualification, '[[step]]\ndo = "lock"\n[[step]]\ndo = "offline"\n')
    assert not result.passed
    assert result.steps[0].differs[0].startswith("the program broke: RuntimeError at test_running_scripts.py:")
    assert "HARGREAVES" not in str(result)
    assert not result.steps[1].ran


def test_the_report_names_every_step_and_leaves_room_to_sign(qualification: Qualification) -> None:
    import pypdfium2

    result = run(qualification, sign_in("nurse_a") + '[[step]]\ndo = "scan"\ntext = "{spare.unknown_code}"\n')
    pdf = qualification_report([result], result.started_at, "Europe/Berlin")
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    for said in ("NOT PASSED", "tried", "DIFFERS", "CODE_NOT_RECOGNISED", "Reviewed by quality", "sqlcipher3"):
        assert said in text
