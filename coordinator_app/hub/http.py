"""The hub's calls over HTTP: FastAPI in front of `calls.py`, served by uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Callable
from pathlib import Path as FilePath
from types import FrameType
from typing import Annotated, Any

import anyio
import anyio.to_thread
import msgspec
import uvicorn
from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from msgspec import Struct

from coordinator_app.exchange import protocol as p
from coordinator_app.hub.calls import Calls
from coordinator_app.hub.ledger import LedgerRefused
from coordinator_app.hub.reception import Answered, Asked, busy

Epoch = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", min_length=32, max_length=32)]
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]
Cursor = Annotated[str, Query(pattern=r"^([A-Za-z0-9]{1,64}:[0-9]{1,15})?$")]
OptionalPlace = Annotated[str, Query(alias="from", pattern=r"^([0-9]{1,9})?$")]
OfBytes = Annotated[str, Query(pattern=r"^([0-9]{1,9})?$")]
Number = Annotated[int, Query(ge=0, le=10**15 - 1)]

_MESSAGES: tuple[type[Struct], ...] = (
    *(p.Push, p.Pushed, p.Changes, p.Heads, p.Announce, p.Waited, p.KeptLines, p.Shown),
    *(p.Enrolment, p.Enrolled, p.Keys, p.KeysAnswer, p.Held, p.Joining, p.Joined, p.MovedHere, p.Refused),
)
_REFERENCE = "#/components/schemas/{name}"


def _told(answer: type[Struct], body: type[Struct] | None = None, *refusals: int) -> dict[str, Any]:
    """Return what FastAPI writes into the description of a call; the records are msgspec's, which it cannot read."""
    statuses = {400, 401, 403, 404, 410, 413, 426, 429, 503, *refusals}
    told: dict[str, Any] = {
        "responses": {
            200: {"description": "Done.", "content": _json(answer)},
            **{status: {"description": "Refused.", "content": _json(p.Refused)} for status in sorted(statuses)},
        },
        "response_class": Response,
    }
    if body is not None:
        told["openapi_extra"] = {"requestBody": {"required": True, "content": _json(body)}}
    return told


def _json(kind: type[Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(name=kind.__name__)}}}


def make_app(calls: Calls) -> FastAPI:
    """Return the application that answers with these calls."""
    app = FastAPI(title="coordinator hub", version=str(p.PROTOCOL), docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _malformed)
    threads = _Threads()
    _add_log_calls(app, calls, threads)
    _add_site_calls(app, calls, threads)
    _add_open_calls(app, calls, threads)
    _add_office_call(app, calls, threads)
    usual = app.openapi

    def described() -> dict[str, Any]:
        schema = usual()
        _, components = msgspec.json.schema_components(_MESSAGES, ref_template=_REFERENCE)
        schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
        return schema

    app.openapi = described  # type: ignore[method-assign]
    return app


class _Threads:
    """Answers in threads: many may wait for news, few work on the books at once."""

    def __init__(self) -> None:
        self._working: anyio.CapacityLimiter | None = None
        self._waiting: anyio.CapacityLimiter | None = None

    async def run(
        self, calls: Calls, name: str, request: Request, act: Callable[[Asked], Answered], *, room: int = p.MAX_BODY
    ) -> Response:
        """Read the body up to `room` bytes and answer."""
        if self._working is None or self._waiting is None:
            self._working, self._waiting = anyio.CapacityLimiter(16), anyio.CapacityLimiter(1000)
        body = await _body(request, room)
        if body is None:
            too_large = p.Refused("size", f"The hub takes at most {room} bytes here; send less at once.")
            answer = Answered(413, p.written(too_large))
        else:
            asked = _asked(request, body)
            limiter = self._waiting if name == "wait" else self._working
            answer = await anyio.to_thread.run_sync(_guarded, act, asked, limiter=limiter)
        calls.counters.requests[name, answer.status] += 1
        return Response(answer.body, answer.status, answer.headers, answer.media_type)


def _guarded(act: Callable[[Asked], Answered], asked: Asked) -> Answered:
    try:
        return act(asked)
    except LedgerRefused as fault:
        return busy(fault)


def _asked(request: Request, body: bytes) -> Asked:
    path = bytes(request.scope.get("raw_path") or request.scope["path"].encode())
    query = bytes(request.scope.get("query_string", b""))
    target = (path.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")
    peer = request.client.host if request.client else ""
    return Asked(request.method, target, request.headers, body, peer)


async def _body(request: Request, room: int) -> bytes | None:
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > room:
            return None
    return bytes(taken)


async def _malformed(request: Request, fault: Exception) -> Response:
    refused = p.Refused("malformed", "The address of this request is not one of the exchange; see its manual.")
    return Response(p.written(refused), 400, media_type="application/json")


def _add_log_calls(app: FastAPI, calls: Calls, threads: _Threads) -> None:
    @app.put("/v1/epochs/{epoch}/events", **_told(p.Pushed, p.Push, 409, 412, 422))
    async def push(request: Request, epoch: Epoch, first: Annotated[int, Query(alias="from", ge=0)]) -> Response:
        return await threads.run(calls, "push", request, lambda asked: calls.push(asked, epoch))

    @app.get("/v1/changes", **_told(p.Changes, None, 412))
    async def changes(request: Request, after: Cursor = "", limit: Number = p.MAX_EVENTS) -> Response:
        return await threads.run(calls, "changes", request, calls.changes)

    @app.get("/v1/kept", **_told(p.KeptLines))
    async def kept(request: Request, after: Number = 0) -> Response:
        return await threads.run(calls, "kept", request, calls.kept)

    @app.get("/v1/heads", **_told(p.Heads))
    async def heads(request: Request) -> Response:
        return await threads.run(calls, "heads", request, calls.heads)

    @app.put("/v1/heads", **_told(p.Waited, p.Announce))
    async def announce(request: Request) -> Response:
        return await threads.run(calls, "announce", request, calls.announce)

    @app.get("/v1/wait", **_told(p.Waited))
    async def wait(request: Request, after: Cursor = "", seconds: Annotated[int, Query(ge=0, le=25)] = 25) -> Response:
        return await threads.run(calls, "wait", request, calls.wait)


def _add_site_calls(app: FastAPI, calls: Calls, threads: _Threads) -> None:
    @app.post("/v1/checkpoints", **_told(p.Waited, p.Shown))
    async def show(request: Request) -> Response:
        return await threads.run(calls, "show", request, calls.show)

    enrolled = _told(p.Enrolled, p.Enrolment, 409)
    enrolled["responses"][202] = {"description": "Waits for a person.", "content": _json(p.Enrolled)}

    @app.post("/v1/enrolments", **enrolled)
    async def enrol(request: Request) -> Response:
        return await threads.run(calls, "enrol", request, calls.enrol)

    @app.get("/v1/keys", **_told(p.KeysAnswer))
    async def keys(request: Request) -> Response:
        return await threads.run(calls, "keys", request, calls.keys)

    @app.put("/v1/keys", **_told(p.KeysAnswer, p.Keys, 409))
    async def put_keys(request: Request) -> Response:
        return await threads.run(calls, "put_keys", request, calls.put_keys, room=p.MAX_WHOLE)

    @app.post("/v1/joinings", **_told(p.Joined, p.Joining, 409))
    async def join(request: Request) -> Response:
        return await threads.run(calls, "join", request, calls.join, room=p.MAX_WHOLE)

    @app.get("/v1/moved", **_told(p.MovedHere))
    async def moved(request: Request) -> Response:
        return await threads.run(calls, "moved", request, calls.moved)

    content = _told(p.Refused)
    content["responses"][200] = {"description": "Ciphertext.", "content": {"application/octet-stream": {}}}

    @app.get("/v1/attachments/{sha256}", **content)
    async def attachment(request: Request, sha256: Sha256, from_: OptionalPlace = "") -> Response:
        return await threads.run(calls, "attachment", request, lambda asked: calls.attachment(asked, sha256))

    @app.put("/v1/attachments/{sha256}", **_told(p.Held))
    async def put_attachment(request: Request, sha256: Sha256, from_: OptionalPlace = "", of: OfBytes = "") -> Response:
        def act(asked: Asked) -> Answered:
            return calls.put_attachment(asked, sha256)

        return await threads.run(calls, "put_attachment", request, act, room=p.MAX_WHOLE)


def _add_office_call(app: FastAPI, calls: Calls, threads: _Threads) -> None:
    @app.post("/v1/office", include_in_schema=False)
    async def office(request: Request) -> Response:
        return await threads.run(calls, "office", request, calls.administer)


def _add_open_calls(app: FastAPI, calls: Calls, threads: _Threads) -> None:
    @app.get("/healthz")
    async def health() -> Response:
        healthy = await anyio.to_thread.run_sync(calls.healthy)
        return Response(b'{"ok":true}' if healthy else b'{"ok":false}', 200 if healthy else 503, None, _JSON)

    @app.get("/metrics")
    async def metrics() -> Response:
        sizes = await anyio.to_thread.run_sync(calls.sizes)
        return Response(calls.counters.text(sizes), 200, None, "text/plain; version=0.0.4; charset=utf-8")


_JSON = "application/json"


class HubServer(uvicorn.Server):
    """Stops when told to: new requests are refused, waiting workstations are let go, then the books are closed."""

    def __init__(self, config: uvicorn.Config, calls: Calls) -> None:
        """Take what is to be let go."""
        super().__init__(config)
        self._calls = calls

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let go of everybody who waits; being told twice to stop ends at once."""
        # Not the server's own: that one lets the signal kill the process at the end; a stop would look like a fault.
        self._calls.stopping = True
        self.force_exit = self.should_exit
        self.should_exit = True

    def stop(self) -> None:
        """Stop from another thread."""
        self.handle_exit(signal.SIGTERM, None)


def make_server(
    calls: Calls,
    *,
    certificate: FilePath | None = None,
    key: FilePath | None = None,
) -> HubServer:
    """Return a server for these calls, to be run on an open socket; without a certificate it speaks plain HTTP."""
    config = uvicorn.Config(
        make_app(calls),
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
        lifespan="off",
    )
    return HubServer(config, calls)
