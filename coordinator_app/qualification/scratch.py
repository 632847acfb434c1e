"""The scratch site a script runs on: a copy of the demonstration site, or an empty one, on a scripted clock."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coordinator_app import __version__
from coordinator_app.domain.events import LabelDrafted
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import Answer
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Moment, ScriptedClock
from coordinator_app.store.store import Store

ZONE = "Europe/Berlin"
START_UP = timedelta(seconds=40)
"""How long the computer is away when it starts again."""


class Scratch:
    """One bench on its own record in its own folder; `printed` is where its printer puts files."""

    def __init__(self, folder: Path, clock: ScriptedClock, store: Store) -> None:
        """Take a store that was just opened; what is recorded from here on counts as the script's."""
        self.folder = folder
        self.clock = clock
        self.printed = folder / "printed"
        self.printed.mkdir(exist_ok=True)
        self._open(store)
        self._before = store.count()

    @classmethod
    def empty(cls, folder: Path) -> Scratch:
        """Make an empty site: nothing is founded yet, and the clock stands at the present minute."""
        clock = ScriptedClock(datetime.now(UTC).replace(second=0, microsecond=0), ZONE, clock="anchored")
        store = Store.create(
            folder, keys=FileKeys(folder), clock=clock, workstation=new_id("workstation"), site=new_id("site"),
            program=__version__,
        )  # fmt: skip
        return cls(folder, clock, store)

    @classmethod
    def copy(cls, template: Path, built: Moment, folder: Path) -> Scratch:
        """Copy a site that is not open; time goes on from the moment it was built."""
        shutil.copytree(template, folder, dirs_exist_ok=True)
        clock = ScriptedClock(built.at, built.zone, built.boot, built.boot_ns, built.clock)
        return cls(folder, clock, _opened(folder, clock))

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """Everything recorded since the script began, oldest first."""
        newest_first = self.store.log(self.store.count() - self._before)
        return tuple(reversed(newest_first))

    @property
    def labels(self) -> tuple[str, ...]:
        """The codes of the labels drafted since the script began, as a scanner would send them."""
        bodies = [each.body for each in self.recorded]
        return tuple(f"]d1{body.expected}" for body in bodies if isinstance(body, LabelDrafted))

    def step_wall(self, by: timedelta) -> None:
        """Set the wall clock forward or back: from then on nobody vouches for it."""
        self.clock.step_wall(by)

    def start_again(self) -> Answer:
        """Start the computer again; returns the first screen."""
        self.bench.close()
        self.store.close()
        self.clock.advance(START_UP)
        self.clock.reboot()
        self._open(_opened(self.folder, self.clock))
        return self.bench.first()

    def close(self) -> None:
        """Close bench and store; safe to call twice."""
        self.bench.close()
        self.store.close()

    def _open(self, store: Store) -> None:
        self.store = store
        self.bench = Bench(Workplace(store, self.clock))


def _opened(folder: Path, clock: ScriptedClock) -> Store:
    return Store.open(folder, keys=FileKeys(folder), clock=clock, program=__version__)
