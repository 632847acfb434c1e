"""Sites on which a walk has come to the bed already: built through the bench, so that the windows begin where it matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from coordinator_app.demo import cast
from coordinator_app.demo.hands import Hands
from coordinator_app.demo.site import demo_listing, fresh_demo, open_demo
from coordinator_app.store.moment import ScriptedClock


def thawed_at_the_ward(folder: Path, now: datetime | None = None) -> ScriptedClock:
    """Build a site where bag 1 of the first patient has come to the ward and its check at the bed is next."""
    clock = fresh_demo(folder, now)
    _leave(_to_the_ward(folder, clock))
    return clock


def infusion_running(folder: Path, now: datetime | None = None) -> ScriptedClock:
    """Build a site where the infusion of that bag has begun."""
    clock = fresh_demo(folder, now)
    hands = _to_the_ward(folder, clock)
    unit = demo_listing(folder)["units"]["u1"]["code"]
    hands.scan(unit)
    _arm(hands, unit)
    hands.witness("nurse_b")
    _arm(hands, unit)
    hands.go_on()
    hands.scan(unit)
    _leave(hands)
    return clock


def _to_the_ward(folder: Path, clock: ScriptedClock) -> Hands:
    unit = demo_listing(folder)["units"]["u1"]["code"]
    hands = Hands(open_demo(folder, clock), clock)
    hands.sign_in("cell_laboratory_a")
    hands.scan(unit, unit)
    hands.go_on()
    hands.scan(cast.place("T3-B4-11"), unit, unit, unit)
    hands.go_on()
    hands.apply_labels(demo_listing(folder)["cases"]["c1"]["id"])
    hands.press("start_thaw")
    clock.advance(timedelta(minutes=4))
    hands.press("thaw_complete")
    hands.scan(unit, unit)
    hands.go_on()
    hands.fill(to="Ward 4B, bed 4")
    hands.sign_in("nurse_a")
    return hands


def _arm(hands: Hands, unit: str) -> None:
    who = cast.PATIENTS["p1"]
    hands.scan(who.wristband)
    hands.state(who.family, who.born)
    hands.scan(unit)


def _leave(hands: Hands) -> None:
    hands.bench.close()
    hands.bench.work.store.close()
