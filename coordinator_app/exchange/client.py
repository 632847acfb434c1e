"""Carries the exchange core's requests over HTTPS, with the system's trust store, a site's own authority or a pin."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Callable, Generator
from typing import TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx
from msgspec import Struct

from coordinator_app.exchange.ports import Pause, Reply, Request

CONNECT_WITHIN = 10.0
_Result = TypeVar("_Result")


class HubAddress(Struct, frozen=True):
    """Where the hub is, and whom to believe: `authority` is a PEM file of the site, `pin` a certificate's SHA-256."""

    url: str
    authority: str = ""
    pin: str = ""


class CannotTrust(Exception):
    """The address cannot be used safely; the text is one plain sentence with what to do next."""


class HubClient:
    """One connection to a hub."""

    def __init__(self, address: HubAddress, transport: httpx.BaseTransport | None = None) -> None:
        """Prepare the connection; nothing is sent yet. Raises CannotTrust."""
        host = httpx.URL(address.url).host
        local = host in ("127.0.0.1", "localhost", "::1")
        if not address.url.startswith("https://") and not local:
            raise CannotTrust("The hub's address begins with https:// unless it is on this computer; correct it.")
        # The proxy of the environment or of the system's settings, unless one of them says otherwise for this host;
        # what is on this computer needs none.
        proxied = not local and not proxy_bypass(host)
        self._proxied = proxied and bool(getproxies().keys() & {"https", "all"})
        self._client = httpx.Client(
            base_url=address.url,
            verify=_trust(address),
            transport=transport,
            follow_redirects=False,
            trust_env=proxied,
        )

    def carry(self, request: Request) -> Reply:
        """Send one request and return what came back; no answer is status 0 with the reason in plain words."""
        try:
            return self._send(request)
        except httpx.TransportError as fault:
            return Reply(0, _reason(fault, proxied=self._proxied).encode())

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    # Never repeated here: the hub takes a signed request once, and the core knows what to ask after a broken one.
    def _send(self, request: Request) -> Reply:
        timeout = httpx.Timeout(request.seconds, connect=CONNECT_WITHIN)
        found = self._client.request(
            request.method, request.target, content=request.body, headers=request.headers, timeout=timeout
        )
        try:
            after = float(found.headers.get("Retry-After", 0))
        except ValueError:
            after = 0.0
        return Reply(found.status_code, found.content, after)


def drive(
    steps: Generator[Request | Pause, Reply, _Result],
    client: HubClient,
    sleep: Callable[[float], None] = time.sleep,
) -> _Result:
    """Let the core run to the end of its round; raises what the core raises."""
    reply: Reply | None = None
    while True:
        try:
            step = next(steps) if reply is None else steps.send(reply)
        except StopIteration as end:
            result: _Result = end.value
            return result
        if isinstance(step, Pause):
            sleep(step.seconds)
            reply = Reply(0, b"")
        else:
            reply = client.carry(step)


def _trust(address: HubAddress) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if address.authority:
        try:
            context.load_verify_locations(cafile=address.authority)
        except (OSError, ssl.SSLError) as fault:
            raise CannotTrust(
                f"The site's certificate authority {address.authority} cannot be read; check the file."
            ) from fault
    if address.pin:
        _pin(context, address.pin)
    return context


def _pin(context: ssl.SSLContext, pin: str) -> None:
    wanted = pin.replace(":", "").lower()

    def look(certificate: bytes | None) -> None:
        if certificate is None or hashlib.sha256(certificate).hexdigest() != wanted:
            raise ssl.SSLCertVerificationError("certificate is not the pinned one")

    class Pinned(ssl.SSLSocket):
        """Looks at the certificate once the two ends agree, before a byte is sent."""

        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            look(self.getpeercert(binary_form=True))

    class PinnedInside(ssl.SSLObject):
        """The same inside another encrypted connection, that to a proxy."""

        def do_handshake(self) -> None:
            super().do_handshake()
            look(self.getpeercert(binary_form=True))

    context.sslsocket_class, context.sslobject_class = Pinned, PinnedInside


def _reason(fault: httpx.TransportError, *, proxied: bool) -> str:
    text = str(fault)
    if "pinned" in text:
        return "The hub shows another certificate than the one set; something stands between, or it was renewed."
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            "The certificate is not one this computer trusts: a proxy that opens connections stands between, or the "
            "site's own authority is not set; tell whoever looks after the network."
        )
    if isinstance(fault, httpx.TimeoutException):
        return "The hub does not answer in time; the network is slow or cut, it is tried again later."
    if isinstance(fault, httpx.ConnectError) and proxied:
        return (
            "The proxy of this network, as this computer's settings name it, cannot be reached; it is tried again "
            "later, tell whoever looks after the network if it stays so."
        )
    if isinstance(fault, httpx.ConnectError):
        return "The hub cannot be reached; the network or the hub is down, it is tried again later."
    if isinstance(fault, httpx.ProxyError):
        if "407" in text:
            return (
                "The proxy of this network asks for a name and a password; tell whoever looks after the network to let "
                "this computer reach the hub without."
            )
        return "The proxy of this network refuses the connection to the hub; tell whoever looks after the network."
    return "The connection to the hub broke; it is tried again later."
