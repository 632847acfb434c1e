"""Whoever weakens a rule of the store makes a test red: each rule is weakened in turn, and its tests must fail."""

from __future__ import annotations

import pytest
from weakened_store import RULES, source_of
from weakened_table import cannot_run_here, outcome_with, red_test


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_stands_where_it_is_said_to_stand(name: str) -> None:
    assert source_of(RULES[name]).count(RULES[name].kept) >= 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_that_is_weakened_makes_a_test_red(name: str) -> None:
    done = outcome_with(name)
    if cannot_run_here(done):
        pytest.skip("this account may not mount a disk")
    assert red_test(done), done.stdout[-2000:] + done.stderr[-2000:]
    named = RULES[name].tests.partition("::")[2]
    assert named in red_test(done)
