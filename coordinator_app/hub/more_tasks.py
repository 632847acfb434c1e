"""Tasks of the hub's command line that need more than its books: files from sticks, moves to another hub."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from coordinator_app.exchange.protocol.stick import BundleRefused
from coordinator_app.hub.admission import NotKnown
from coordinator_app.hub.calls import Calls
from coordinator_app.hub.leaving import Leaving, Target, stay
from coordinator_app.hub.ledger import SiteMoved
from coordinator_app.hub.office import Task
from coordinator_app.hub.premises import Premises
from coordinator_app.hub.stick import HubStick


def add_tasks(calls: Calls, premises: Premises) -> Calls:
    """Let these calls do the tasks, and return them."""
    calls.tasks["import"] = _import(HubStick(calls, premises.folder, premises.open_sealed))
    calls.tasks["join"] = _join(calls)
    calls.tasks["stay"] = _stay(calls)
    return calls


def _join(calls: Calls) -> Callable[[Task, datetime], dict[str, Any]]:
    under_way: dict[Target, Leaving] = {}

    def act(task: Task, now: datetime) -> dict[str, Any]:
        target = Target(calls.site_named(task.site), task.url.rstrip("/"), task.code, task.authority)
        if target not in under_way:
            under_way[target] = Leaving(calls.ledger, calls.signer, calls.verify, target)
        told = under_way[target].step(now)
        if told["done"]:
            calls.departed(target.site)
        return told

    return act


def _stay(calls: Calls) -> Callable[[Task, datetime], dict[str, Any]]:
    def act(task: Task, now: datetime) -> dict[str, Any]:
        site = calls.site_named(task.site)
        stay(calls.ledger, site)
        return {"site": site}

    return act


def _import(stick: HubStick) -> Callable[[Task, datetime], dict[str, Any]]:
    def act(task: Task, now: datetime) -> dict[str, Any]:
        try:
            found: dict[str, Any] = msgspec.to_builtins(stick.take(Path(task.file), Path(task.out), now))
        except (BundleRefused, SiteMoved) as fault:
            raise NotKnown(str(fault)) from fault
        except OSError as fault:
            place = fault.filename or task.file
            raise NotKnown(f"{place} cannot be read or written ({fault.strerror}); choose another place.") from fault
        return found

    return act
