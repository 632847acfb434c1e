"""Joining a hub, becoming a further workstation of a site, and admitting one: forms at the open program.

Each form ends in a wish; the exchange carries it out behind the work, and its panel tells how far it is.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.join_code import fingerprint_of_code
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.spoken_words import digits_of, words_of
from coordinator_app.exchange.client import CannotTrust, HubAddress, HubClient
from coordinator_app.procedures.exchange_joining import Asked
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_panel import KEEPERS
from coordinator_app.procedures.exchange_standing import Asking
from coordinator_app.procedures.hand_site_key import hand_key_to
from coordinator_app.procedures.hub_here import approve, invite
from coordinator_app.procedures.list_parts import roles_of
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.site_key import fingerprint

WORDS_READ = Say("field.join_words.hint")


def join_hub(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Let the record of a founded site exchange with a hub: an administrator names it and signs."""
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    told = yield from run.fill_in("join_hub", _hub_fields(), check=_address_fault)
    signer = yield from ask_signature(run, Say("meaning.join_hub"))
    set_to = run.work.record(
        e.SettingChanged(name="hub", value=_address(told).url), subject=run.work.store.site,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    sign_record(run, "", set_to, "join_hub", signer)
    live.ask(Asked(_address(told), told["code"]))


def join_own_hub(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Let the record of a site exchange with the hub that runs on this workstation: an administrator signs."""
    hub = live.office.hub
    if hub is None or not hub.serves or not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    signer = yield from ask_signature(run, Say("meaning.join_hub"))
    set_to = run.work.record(
        e.SettingChanged(name="hub", value=hub.url), subject=run.work.store.site,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    sign_record(run, "", set_to, "join_hub", signer)
    live.office.join_own(run.work.store.site)


def invite_workstation(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Have the hub that runs here draw a code with which further workstations ask to be admitted."""
    if not live.office.serves or not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    live.office.ask(invite(run.work.store.site))
    yield from ()


def join_site(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Make this new workstation one of a site that exists: its hub, the code, and who will hand over the site's key."""
    admitting: list[str] = []
    scanned: list[str] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        fault = _address_fault(values)
        if fault is not None:
            return fault
        digits = _named(values["words"], scanned)
        if digits is None:
            return Say("join.words_unknown")
        admitting[:] = [digits]
        return None

    fields = (*_hub_fields(), FieldShown("words", "text", Say("field.join_words_of"), hint=WORDS_READ))
    told = yield from run.fill_in("join_site", fields, check=check, scan=_reads_words(scanned))
    live.ask(Asked(_address(told), told["code"], admitting[0]))


def admit_workstation(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Admit a further workstation: its words are heard or its code scanned, an administrator signs, it is recorded.

    The key of the site follows through the hub, sealed for that workstation alone.
    """
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    found: list[Asking] = []
    scanned: list[str] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        digits = _named(values["words"], scanned)
        if digits is None:
            return Say("join.words_unknown")
        found[:] = [each for each in live.standing().asking if each.fingerprint.startswith(digits)]
        return None if len(found) == 1 else Say("join.nobody_asks")

    told = yield from run.fill_in(
        "admit_workstation",
        (
            FieldShown("words", "text", Say("field.join_words"), hint=WORDS_READ),
            FieldShown("place", "text", Say("field.place")),
        ),
        check=check, scan=_reads_words(scanned),
    )  # fmt: skip
    [asking] = found
    words = " ".join(words_of(asking.fingerprint))
    signer = yield from ask_signature(run, Say("meaning.admit_workstation", {"place": told["place"], "words": words}))
    key = live.key_told(asking.device)
    if key is None or fingerprint(key) != asking.fingerprint:
        run.refuse(Refusal.ENTRY_INCOMPLETE, Say("join.nobody_asks"))
        raise Ended
    admitted = run.work.record(
        e.WorkstationAdmitted(workstation=asking.device, place=told["place"], public_key=key.hex()),
        subject=asking.device, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    sign_record(run, "", admitted, "admit_workstation", signer)
    hand_key_to(ExchangeTables(run.work.store.connection), asking.device, key)
    if live.office.serves:
        live.office.ask(approve(run.work.store.site, asking.fingerprint))


def _hub_fields() -> tuple[FieldShown, ...]:
    return (
        FieldShown("address", "text", Say("field.hub_address"), value="https://", hint=Say("field.hub_address.hint")),
        FieldShown("code", "text", Say("field.hub_code"), hint=Say("field.hub_code.hint")),
        FieldShown("authority", "file", Say("field.hub_authority"), required=False),
        FieldShown("pin", "text", Say("field.hub_pin"), required=False),
    )


def _address(values: dict[str, str]) -> HubAddress:
    return HubAddress(
        values["address"].strip().rstrip("/"), values.get("authority", "").strip(), values.get("pin", "").strip()
    )


def _address_fault(values: dict[str, str]) -> Say | None:
    """Return why this hub cannot be asked safely; nothing is sent yet."""
    try:
        HubClient(_address(values)).close()
    except CannotTrust as fault:
        return Say("join.address", {"why": str(fault)})
    except httpx.InvalidURL:
        return Say("join.not_an_address")
    return None if httpx.URL(_address(values).url).host else Say("join.not_an_address")


def _named(words: str, scanned: list[str]) -> str | None:
    """Return the fingerprint, or its beginning, that stands in the form: whole where its code was scanned."""
    if scanned and words.strip() == " ".join(words_of(scanned[0])):
        return scanned[0]
    return digits_of(words)


def _reads_words(scanned: list[str]) -> Callable[[Scanned], dict[str, str] | Say]:
    """Return what a scan fills in: the code on the other screen stands for its words."""

    def read(scan: Scanned) -> dict[str, str] | Say:
        digits = fingerprint_of_code(scan.raw)
        if digits is None:
            return Say("join.not_the_code")
        scanned[:] = [digits]
        return {"words": " ".join(words_of(digits))}

    return read


def give_up_joining(run: Sitting, live: LiveExchange) -> Flow[None]:
    """Ask the hub no more; the site goes on without one."""
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    live.give_up()
    yield from ()


EXCHANGE_FLOWS = {
    "join_hub": join_hub,
    "join_own_hub": join_own_hub,
    "invite_workstation": invite_workstation,
    "admit_workstation": admit_workstation,
    "give_up_joining": give_up_joining,
}
"""What an administrator begins on the panel, by action."""
