"""Run many seeds: `python -m tests.simulation --operations 10000000 --processes 2`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from .planted import ANCHORED
from .world import World


def run_seed(seed: int, operations: int, plant: str = "") -> tuple[int, str]:
    """Return how many operations one seed made, and the broken promise if there is one."""
    world = World(seed, plant=plant)
    try:
        return world.run(operations), ""
    except AssertionError as fault:
        said = str(fault) or "an assertion failed"
        return world.operations, said if said.startswith("seed") else f"seed {seed}: {said}"


def _run_many(first: int, last: int, operations: int, plant: str) -> tuple[int, list[str]]:
    done, broken = 0, []
    for seed in range(first, last):
        made, fault = run_seed(seed, operations, plant)
        done += made
        if fault:
            broken.append(fault)
    return done, broken


def main() -> int:
    """Run until there were enough operations; exit 1 where a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=10_000_000)
    parser.add_argument("--each", type=int, default=2000, help="operations of one seed before it heals")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--one", type=int, help="replay this seed alone")
    parser.add_argument("--anchored", action="store_true", help="each workstation writes what the hub showed it")
    chosen = parser.parse_args()
    plant = ANCHORED if chosen.anchored else ""
    if chosen.one is not None:
        world = World(chosen.one, plant=plant)
        world.run(chosen.each)
        sys.stdout.write(f"{world.operations} operations, trace {world.trace.hexdigest()}\n")
        return 0
    began, done, broken, seed, batch = time.monotonic(), 0, [], chosen.first_seed, 20
    with ProcessPoolExecutor(chosen.processes) as pool:
        while done < chosen.operations and not broken:
            work = [
                pool.submit(_run_many, seed + i * batch, seed + (i + 1) * batch, chosen.each, plant)
                for i in range(chosen.processes * 4)
            ]
            seed += batch * len(work)
            for each in work:
                made, faults = each.result()
                done, broken = done + made, broken + faults
            sys.stderr.write(f"\r{done} operations, seeds to {seed - 1}")
    took = time.monotonic() - began
    sys.stdout.write(
        json.dumps(
            {
                "operations": done,
                "seeds": [chosen.first_seed, seed - 1],
                "seconds": round(took, 1),
                "operations_per_second": round(done / took),
                "broken": broken[:20],
            }
        )
        + "\n"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
