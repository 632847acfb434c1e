"""A logger's line and the mean kinetic temperature, where they could mislead."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.domain.temperature import mean_kinetic_temperature, mean_temperature
from coordinator_app.intake.loggers import LoggerLineFault, read_berlinger_line


@pytest.mark.parametrize("line", ["2017-01-24 14:20 11.8", "2017-01-24\t14:20\t11.8\n", " 2017-01-24 14:20  +11.8"])
def test_columns_may_stand_apart_by_tabs_or_spaces(line: str) -> None:
    reading = read_berlinger_line(line)
    assert (reading.local_time, str(reading.celsius).lstrip("+")) == ("2017-01-24T14:20:00", "11.8")


def test_a_reading_below_zero_keeps_its_sign() -> None:
    assert float(read_berlinger_line("2017-01-24 14:20 -152.5").celsius) == -152.5


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2017-01-24 14:20 11,8",
        "2017-01-24 14:20 ERR",
        "2017-01-24 14:20 ---",
        "24.01.2017 14:20 11.8",
        "2017-02-30 14:20 11.8",
        "2017-01-24 24:20 11.8",
        "2017-01-24 14:20 11.8 12.0",
    ],
)
def test_a_line_that_is_no_reading_is_refused(line: str) -> None:
    with pytest.raises(LoggerLineFault):
        read_berlinger_line(line)


def test_an_hour_in_the_warm_counts_more_than_its_share() -> None:
    assert mean_kinetic_temperature([5, 15], [23, 1]) == pytest.approx(5.7635, abs=1e-4)
    assert mean_kinetic_temperature([5, 5, 5]) == pytest.approx(5)
    assert mean_kinetic_temperature([-150, -148, -130]) == pytest.approx(-132.2, abs=0.05)


@given(st.lists(st.floats(-196, 60), min_size=1, max_size=50))
def test_it_lies_between_the_mean_and_the_warmest_reading(celsius: list[float]) -> None:
    found = mean_kinetic_temperature(celsius)
    assert mean_temperature(celsius) - 1e-6 <= found <= max(celsius) + 1e-6


@pytest.mark.parametrize(
    ("celsius", "weights"),
    [([], None), ([5.0], []), ([5.0], [-1.0]), ([5.0], [0.0]), ([-300.0], None), ([math.nan], None)],
)
def test_it_is_not_computed_from_nothing(celsius: list[float], weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match="reading"):
        mean_kinetic_temperature(celsius, weights)


def test_no_mean_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_temperature([])
