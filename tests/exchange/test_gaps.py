"""What is known to exist and is not here is named: nobody takes a part of the record for the whole."""

from __future__ import annotations

from pathlib import Path

from exchange.conftest import hub
from hub.serving_hub import ServingHub
from store.record_ward import SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.exchange.client import HubAddress, HubClient
from coordinator_app.exchange.ports import Pause, Reply
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store

__all__ = ["hub"]
EVENTS = 1200


def test_what_a_workstation_announced_and_could_not_send_is_named_at_the_others_until_it_comes(
    hub: ServingHub, tmp_path: Path
) -> None:
    ward = Ward(tmp_path / "ward")
    ward.found_site()
    code, address = hub.office("invite", "--site", SITE)["code"], HubAddress(hub.url)
    rounds = Rounds(ward.store)
    rounds.join(address, ask_admission(address, code, WORKSTATION, ward.store.public_key))
    hub.office("approve", fingerprint(ward.store.public_key))
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    name = "workstation:" + "9" * 32
    with Store.create(
        folder, keys=FileKeys(folder, ""), clock=ward.clock, workstation=name, site=SITE, program="1"
    ) as pharmacy:
        ward.record(
            e.WorkstationAdmitted(workstation=name, place="Pharmacy", public_key=pharmacy.public_key.hex()), name
        )
        there = Rounds(pharmacy)
        there.join(address, ask_admission(address, code, name, pharmacy.public_key))
        hub.office("approve", fingerprint(pharmacy.public_key))
        rounds.once()
        there.once()
        assert there.record.missing() == {}
        with ward.store.writing() as writing:
            for n in range(EVENTS):
                writing.append(e.SleepNoticed(slept_ms=n), subject=WORKSTATION)
        _sends_until(rounds, address, pushes=1)
        there.once()
        here = there.record.stream(ward.store.epoch)
        assert here is not None
        assert there.record.missing() == {ward.store.epoch: (here.next, here.next + EVENTS - 500 - 1)}
        rounds.once()
        there.once()
        assert there.record.missing() == {}
        assert there.record.arrivals.counted().adds_up
    ward.store.close()


def _sends_until(rounds: Rounds, address: HubAddress, pushes: int) -> None:
    """Exchange until so many pushes were answered; then the line is cut."""
    client = HubClient(address)
    steps = rounds.exchange(30.0).once()
    step = next(steps)
    while pushes:
        reply = Reply(0, b"") if isinstance(step, Pause) else client.carry(step)
        pushes -= not isinstance(step, Pause) and "/events?" in step.target
        step = steps.send(reply)
    steps.close()
    client.close()
