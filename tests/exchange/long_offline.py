"""100 workstations with 1,000 events each after 30 days without a network: `python -m tests.exchange.long_offline`.

Five are real records, the others are simulated at the level of the protocol; the hub is a process of its own on
PostgreSQL (or `--sqlite`), asked over sockets. Prints one JSON line; exit 1 when it took more than 120 s.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from exchange_author import Author
from hub.serving_hub import ServingHub
from postgres_server import PostgresServer
from store.record_ward import SITE

from coordinator_app.domain import events as e
from coordinator_app.exchange.client import HubAddress
from coordinator_app.exchange.protocol import Enrolment
from coordinator_app.hub.admission import Admission
from coordinator_app.hub.premises import Premises
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store

GOAL_S = 120.0
REAL, SIMULATED, EVENTS = 5, 95, 1000


def main(arguments: list[str]) -> int:
    """Prepare everybody, let the network come back, and count."""
    server = None if "--sqlite" in arguments else PostgresServer()
    dsn = server.dsn() if server is not None else ""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        try:
            line = _measure(folder, dsn)
        finally:
            if server is not None:
                server.remove()
    sys.stdout.write(json.dumps(line) + "\n")
    return 0 if line["hub_has_all_s"] <= GOAL_S else 1


def _measure(folder: Path, dsn: str) -> dict[str, Any]:
    began = datetime.now(UTC) - timedelta(days=30)
    stores = [_record(folder / f"real{n}", began) for n in range(REAL)]
    authors = [_author(f"simulated {n}", began) for n in range(SIMULATED)]
    _admit(folder, dsn, stores, authors)
    environment = {"COORDINATOR_HUB_POSTGRES": dsn} if dsn else {}
    hub = ServingHub(folder / "hub", environment=environment)
    address = HubAddress(hub.url)
    invited = hub.office("invite", "--site", SITE)["code"]
    for store in stores:
        Rounds(store).join(address, ask_admission(address, invited, store.workstation, store.public_key))
        hub.office("approve", fingerprint(store.public_key))
    wanted = sum(store.count() for store in stores) + SIMULATED * EVENTS
    start = time.monotonic()
    threads = [threading.Thread(target=_push, args=(hub, authors[i::4])) for i in range(4)]
    for thread in threads:
        thread.start()
    for store in stores:
        Rounds(store).once()
    for thread in threads:
        thread.join()
    all_there = time.monotonic() - start
    size = hub.ask(authors[0], "GET", "/v1/heads").json()["size"]
    for store in stores:
        Rounds(store).once()
    complete = time.monotonic() - start
    counts = [store.count() for store in stores]
    adds_up = all(Rounds(store).record.arrivals.counted().adds_up for store in stores)
    for store in stores:
        store.close()
    hub.stop()
    if size != wanted or set(counts) != {wanted} or not adds_up:
        raise RuntimeError(f"the hub has {size} of {wanted}, the records have {counts}")
    return {
        "workstations": REAL + SIMULATED, "events": wanted, "engine": "postgres" if dsn else "sqlite",
        "hub_has_all_s": round(all_there, 1), "goal_s": GOAL_S, "five_real_complete_s": round(complete, 1),
    }  # fmt: skip


def _record(folder: Path, began: datetime) -> Store:
    folder.mkdir(parents=True)
    name = "workstation:" + f"{folder.name[-1]}" * 32
    clock = ScriptedClock(began)
    store = Store.create(folder, keys=FileKeys(folder, ""), clock=clock, workstation=name, site=SITE, program="1")
    with store.writing() as writing:
        for n in range(EVENTS - 1):
            clock.advance(timedelta(minutes=40))
            writing.append(e.SleepNoticed(slept_ms=n), subject=name)
    return store


def _author(name: str, began: datetime) -> Author:
    author = Author(name, began)
    author.opens()
    for _ in range(EVENTS - 1):
        author.at += timedelta(minutes=40)
        author.writes()
    return author


def _admit(folder: Path, dsn: str, stores: list[Store], authors: list[Author]) -> None:
    """Do what people did a month ago; the simulated workstations are admitted straight in the books."""
    premises = Premises(folder / "hub")
    books = premises.open_books(dsn)
    admission, now = Admission(books, premises.signer), datetime.now(UTC)
    admission.found_site(SITE, "0123456789abcdef", now)
    admission.invite(SITE, "LONG", now)
    for author in authors:
        admission.enrol(Enrolment("LONG", author.device, author.public.hex(), author.fingerprint), now)
        admission.approve(SITE, author.fingerprint, now)
    books.close()


def _push(hub: ServingHub, authors: list[Author]) -> None:
    import httpx

    with httpx.Client(base_url=hub.url, timeout=60.0) as client:
        for author in authors:
            for first in range(0, EVENTS, 500):
                while True:
                    reply = hub.push(author, first, 500, client=client)
                    if reply.status_code == 200:
                        break
                    time.sleep(float(reply.headers.get("Retry-After", 1)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
