"""Responses and headers of the delivery."""

from __future__ import annotations

import hashlib

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from otnet_server.playback.conditional_requests import matches
from otnet_server.playback.visibility import Decision, Refusal
from otnet_server.playback.visibility import cache_headers as headers_of_decision
from otnet_server.problems import problem

NO_STORE = {"Cache-Control": "no-store"}


def cache_headers(decision: Decision) -> list[tuple[bytes, bytes]]:
    """Cache headers of a published object."""
    if not decision.public:
        return PRIVATE_HEADERS
    if decision.until is None and not decision.by_request:
        return PUBLIC_HEADERS
    return encode_headers(headers_of_decision(decision))


def encode_headers(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def live_problem(status: int) -> Response:
    if status == 400:
        return problem(400, "bad_directive", "The playlist does not reach that far.", "Ask for the next part.",
                       headers=NO_STORE)  # fmt: skip
    return problem(503, "not_yet", "The live stream has no new part.", "Try again in a moment.",
                   headers={"Retry-After": "1", **NO_STORE})  # fmt: skip


def refusal_response(refusal: Refusal) -> Response:
    return problem(*refusal, headers={"Cache-Control": "no-store"})


async def send_document(
    scope: Scope, send: Send, body: bytes, kind: str, decision: Decision, cors: list[tuple[bytes, bytes]]
) -> None:
    etag = b'"' + hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b'"'
    caching = [(b"cache-control", b"no-cache")] if decision.public else PRIVATE_HEADERS
    common = [(b"etag", etag), *caching, NOSNIFF_HEADER, *cors]
    if_none_match = next((v for k, v in scope["headers"] if k == b"if-none-match"), b"")
    if if_none_match and matches(if_none_match, etag):
        await send_response(send, 304, common)
        return
    headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)), *common]
    await send_response(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def send_response(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def with_headers(send: Send, extra: list[tuple[bytes, bytes]]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return wrapped


NO_STORE_HEADERS = [(b"cache-control", b"no-store")]
PRIVATE_HEADERS = encode_headers(headers_of_decision(Decision()))
PUBLIC_HEADERS = encode_headers(headers_of_decision(Decision(public=True)))
NOSNIFF_HEADER = (b"x-content-type-options", b"nosniff")
EXPOSED_HEADERS = (b"access-control-expose-headers", b"content-length, content-range, retry-after")
ANY_ORIGIN_HEADERS = [(b"access-control-allow-origin", b"*"), EXPOSED_HEADERS]
PREFLIGHT_HEADERS = [
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"range, authorization, if-none-match"),
    (b"access-control-max-age", b"86400"),
]
