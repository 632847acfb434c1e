"""No other code than the gate can say that identity is confirmed."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import coordinator_app
from coordinator_app.domain import gate
from coordinator_app.domain.events import IdentityConfirmed

ROOT = Path(coordinator_app.__file__).parent
GATE = ROOT / "domain" / "gate.py"
MADE_ONLY_HERE = {"IdentityConfirmed", "Confirmed"}
DRIVES_THE_GATE = {ROOT / "procedures" / "under_way.py"}


@cache
def sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}


def names_of(tree: ast.Module, wanted: set[str]) -> set[str]:
    """Return these names and every other name under which a module imports them."""
    found = set(wanted)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {each.asname for each in node.names if each.name in wanted and each.asname}
    return found


def made_in(tree: ast.Module) -> list[int]:
    """Return the lines on which a module makes a confirmation, by any of its names, or takes its class apart to."""
    names, lines = names_of(tree, MADE_ONLY_HERE), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            handed_on = [each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in node.args]
            by_hand = called in {"convert", "decode", "defstruct", "getattr"} and set(handed_on) & names
            if called in names or by_hand:
                lines.append(node.lineno)
        elif isinstance(node, ast.ClassDef):
            bases = {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
            lines += [node.lineno] if bases & names else []
    return lines


def test_nothing_outside_the_gate_makes_a_confirmation() -> None:
    made = {path: lines for path, tree in sources().items() if (lines := made_in(tree))}
    assert set(made) == {GATE}
    assert len(made[GATE]) == 2


def test_nothing_but_the_identity_check_drives_the_gate() -> None:
    """Importing the words of the gate is free; `step` and `begin` are called in one place."""
    driving = set()
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of_gate = isinstance(node.func.value, ast.Name) and node.func.value.id == "gate"
            if of_gate and node.func.attr in {"step", "begin"}:
                driving.add(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "coordinator_app.domain.gate":
                assert not {each.name for each in node.names} & {"step", "begin"}, path
    assert driving == DRIVES_THE_GATE


def test_the_confirmation_that_is_recorded_is_the_gate_s_own() -> None:
    """The one place that records it hands on the event of the gate's effect, unchanged."""
    tree = ast.parse(next(iter(DRIVES_THE_GATE)).read_text(encoding="utf-8"))
    arms = [case for node in ast.walk(tree) if isinstance(node, ast.Match) for case in node.cases]
    confirmed = [case for case in arms if ast.unparse(case.pattern) == "gate.Confirmed()"]
    assert len(confirmed) == 1
    assert "run.record(effect.event" in ast.unparse(confirmed[0])


def test_the_search_for_other_doors_finds_them() -> None:
    doors = (
        "from x import IdentityConfirmed as Yes\nYes(case='c')",
        "e.IdentityConfirmed(case='c')",
        "gate.Confirmed(event)",
        "msgspec.convert({}, e.IdentityConfirmed)",
        "class Mine(IdentityConfirmed): ...",
    )
    assert all(made_in(ast.parse(door)) for door in doors)
    assert not made_in(ast.parse("isinstance(body, e.IdentityConfirmed)"))
    assert gate.Confirmed.__struct_fields__ == ("event",)
    assert IdentityConfirmed.MUST
