"""The table of actions against the pages that offer them: none missing, none old."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import coordinator_app.procedures as procedures
from coordinator_app.procedures.record_changes import CHANGES
from coordinator_app.qualification.actions import ACTIONS, action_known

FOLDER = Path(procedures.__path__[0])


def offered() -> set[str]:
    """Return every action id written where pages are made; of one with a colon what stands before it."""
    found = set(CHANGES)
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= set(_of_page(node)) | set(_of_task(node)) | set(_of_list(node, path.name))
    return {action.partition(":")[0] for action in found}


def _of_page(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ActionShown" and node.args:
        yield from _text(node.args[0])


def _of_task(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg == "opens":
        yield from (text for text in _text(node.value) if ":" in text)


def _of_list(node: ast.AST, file: str) -> Iterator[str]:
    """Yield what only the list of forms knows: `if verb == "answer"`."""
    compares = file == "lists.py" and isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)
    if compares and isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "verb":
        yield from _text(node.comparators[0])


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value)


def test_every_action_that_a_page_offers_can_be_pressed_in_a_script() -> None:
    assert offered() - {action.partition(":")[0] for action in ACTIONS} == set()


def test_no_action_of_the_table_has_gone() -> None:
    assert {action.partition(":")[0] for action in ACTIONS} - offered() == set()


def test_an_action_with_a_colon_needs_something_behind_it() -> None:
    assert action_known("begin:bedside")
    assert not action_known("begin:")
    assert not action_known("begin")
    assert not action_known("go_on:now")
