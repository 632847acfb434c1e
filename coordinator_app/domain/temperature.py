"""The mean kinetic temperature of a series of readings: one temperature that does the same harm."""

from __future__ import annotations

import math
from collections.abc import Sequence

ACTIVATION_OVER_GAS_CONSTANT_K = 83_144 / 8.3144
"""ΔH/R in kelvin: 83.144 kJ/mol over 8.3144 J/(mol K), which is 10,000 K (USP <1160>)."""

ZERO_CELSIUS_K = 273.15


def mean_kinetic_temperature(celsius: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """Return the mean kinetic temperature in °C of readings in °C, weighted by the time each was held.

    Without weights all readings count alike. It says nothing about cells below freezing, where warming does not harm
    as Arrhenius has it: their profiles use hard limits (standards §6.2). Raises ValueError when there is no reading,
    a weight is missing or negative, no time was held, or a reading is at or below absolute zero.
    """
    held = [1.0] * len(celsius) if weights is None else list(weights)
    if not celsius or len(held) != len(celsius) or min(held) < 0 or sum(held) <= 0:
        raise ValueError("A mean kinetic temperature needs readings, each with the time for which it was held.")
    kelvin = [reading + ZERO_CELSIUS_K for reading in celsius]
    if min(kelvin) <= 0 or not all(map(math.isfinite, kelvin)):
        raise ValueError("A reading is at or below absolute zero or is no number; check the logger's file.")
    # Exponents are taken relative to the warmest reading, so that no cold series underflows to zero.
    warmest = max(kelvin)
    harm = sum(
        weight * math.exp(ACTIVATION_OVER_GAS_CONSTANT_K * (1 / warmest - 1 / reading))
        for weight, reading in zip(held, kelvin, strict=True)
    )
    inverse = 1 / warmest - math.log(harm / sum(held)) / ACTIVATION_OVER_GAS_CONSTANT_K
    return 1 / inverse - ZERO_CELSIUS_K


def mean_temperature(celsius: Sequence[float]) -> float:
    """Return the plain mean in °C; raises ValueError when there is no reading."""
    if not celsius:
        raise ValueError("A mean temperature needs at least one reading.")
    return math.fsum(celsius) / len(celsius)
