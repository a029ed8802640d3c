"""The door of the three surfaces: who comes in, how often, and how they are told no.

Every endpoint of a surface is wrapped by `Endpoint.endpoint`, which finds the principal (cookie, key or
nobody), checks the CSRF token of a browser and the caller's rate, hands both to the handler, and turns
whatever the handler raises into a problem (RFC 9457). Every answer has a request id.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from otnet_server.errors import ApiError, Conflict, Invalid, OtnetError, StorageUnavailable
from otnet_server.identity.keys import MARK
from otnet_server.identity.secret_box import SecretBox
from otnet_server.identity.sessions import COOKIE, Sessions
from otnet_server.identity.throttle import Rate
from otnet_server.logs import log
from otnet_server.playback.access import Gate
from otnet_server.principal import Principal
from otnet_server.problems import problem
from otnet_server.request_priority import RequestPriority
from otnet_server.schema.field import Surface

Handler = Callable[[Request, Principal], Awaitable[Response]]
HttpHandler = Callable[[Request], Awaitable[Response]]
Authenticate = Callable[[Request], Awaitable[Principal]]
MAX_BODY_BYTES = 1 << 20
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Endpoint:
    def __init__(
        self, sessions: Sessions, secret_box: SecretBox, rate: Rate, priority: RequestPriority, gate: Gate
    ) -> None:
        self._sessions, self._secret_box, self._rate, self._priority, self._gate = (
            sessions,
            secret_box,
            rate,
            priority,
            gate,
        )

    def wrap_surface(
        self, surface: Surface, handler: Handler, *, free: bool = False, anywhere: bool = False
    ) -> HttpHandler:
        """`free`: nobody need be signed in (a person who is, is known). `anywhere`: nor belong to an organization."""

        async def authenticate(request: Request) -> Principal:
            return await self.principal(request, surface, free, anywhere)

        return self.wrap(surface, authenticate, handler)

    def wrap(
        self, surface: Surface, authenticate: Authenticate, handler: Handler, *, counted: bool = True
    ) -> HttpHandler:
        """An endpoint whose caller is whoever `authenticate` returns; it may raise ApiError. `counted` requests count
        against the caller's rate limit; files do not, since one page loads many of them."""

        async def answered(request: Request) -> Response:
            with self._priority.foreground():
                return await handled(request)

        async def handled(request: Request) -> Response:
            id = secrets.token_hex(8)
            headers = {"X-Request-Id": id}
            try:
                principal = await self._counted(request, surface, authenticate, headers)
                headers |= self._count(principal) if counted else {}
                answer = await handler(request, replace(principal, request=id))
            except OtnetError as e:
                answer = refusal(e)
            except ClientDisconnect:
                answer = Response(status_code=499)
            except RecursionError:
                answer = problem(400, "bad_body", "The body is nested too deeply.", "Send a flat JSON object.")
            answer.headers.update({n: v for n, v in headers.items() if n not in answer.headers})
            if "cache-control" not in answer.headers:
                shared = surface is Surface.PUBLIC and self._gate.public and answer.status_code < 400
                answer.headers["Cache-Control"] = "public, max-age=5" if shared else "no-store"
            return answer

        return answered

    async def _counted(
        self, request: Request, surface: Surface, authenticate: Authenticate, headers: dict[str, str]
    ) -> Principal:
        """Who asks. Whoever is refused is counted by address, so that guessing is slowed down too."""
        try:
            return await authenticate(request)
        except ApiError:
            headers |= self._count(Principal("anonymous", surface, address(request)))
            raise

    async def principal(
        self, request: Request, surface: Surface, free: bool = False, anywhere: bool = False
    ) -> Principal:
        """Who asks. Raises Denied. On a private server, credentials of one organization show its records only."""
        if surface is Surface.PUBLIC:
            own = None if self._gate.public else (await self._gate.caller(request.scope)).organization
            return Principal("anonymous", surface, address(request), organization=own)
        if surface is Surface.PARTNER:
            return await self._program(request)
        token = request.cookies.get(COOKIE)
        principal = await self._sessions.person(token) if token else None
        if principal is None:
            if free:
                return Principal("anonymous", surface, address(request))
            raise ApiError(401, "sign_in", "You are not signed in.", "Sign in at /studio/.")
        if not free:
            self.from_our_page(request, principal)
        if principal.organization is None and not (free or anywhere):
            raise ApiError(403, "no_organization", "You belong to no organization here.", "Ask to be invited.")
        return principal

    def from_our_page(self, request: Request, principal: Principal) -> None:
        """A change that a cookie lets in comes from a page of this server, which knows the session's CSRF token."""
        sent, known = request.headers.get("x-csrf-token", ""), self._secret_box.csrf(principal.session)
        if request.method not in SAFE_METHODS and not secrets.compare_digest(sent.encode(), known.encode()):
            raise ApiError(403, "bad_csrf", "The request does not come from a page of this server.",
                         "Send the “csrf” of GET /api/v1/auth/session as X-CSRF-Token.")  # fmt: skip

    async def site_visitor(self, request: Request, strict: bool) -> Principal:
        """Who looks at the viewers' site: by session cookie or by a device's token; anybody else is anonymous. A token
        that is dead is told so where it is `strict`."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token and "." not in token and not token.startswith(MARK):
            principal = await self._sessions.person(token.strip())
            if principal is None and strict:
                raise ApiError(401, "bad_token", "This device is signed in no more.", "Sign in again.",
                             WWW_Authenticate="Bearer")  # fmt: skip
            return principal or Principal("anonymous", Surface.PUBLIC, address(request))
        cookie = request.cookies.get(COOKIE)
        principal = await self._sessions.person(cookie) if cookie else None
        if principal is None:
            return Principal("anonymous", Surface.PUBLIC, address(request))
        if not _same_origin(request):
            self.from_our_page(request, principal)
        return principal

    async def _program(self, request: Request) -> Principal:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        principal = await self._sessions.program(key.strip()) if kind.lower() == "bearer" else None
        if principal is None:
            raise ApiError(401, "bad_key", "An API key is needed, and this is none that works.",
                         "Send “Authorization: Bearer otk_…”; keys are made in the studio.",
                         WWW_Authenticate="Bearer")  # fmt: skip
        return principal

    def _count(self, principal: Principal) -> dict[str, str]:
        """Rate-limit headers as in draft-ietf-httpapi-ratelimit-headers."""
        passes, left, wait = self._rate.take(principal.caller)
        headers = {
            "RateLimit-Policy": f'"default";q={self._rate.limit};w=60',
            "RateLimit": f'"default";r={left};t={wait}',
        }
        if not passes:
            raise ApiError(429, "too_many_requests", f"More than {self._rate.limit} requests a minute.",
                         f"Wait {wait} s.", Retry_After=str(max(1, wait)), **headers)  # fmt: skip
        return headers


def _same_origin(request: Request) -> bool:
    """Whether a browser says that a page of this very host asks (Fetch standard §3.2: pages can't forge it). An
    embedded player knows no CSRF token."""
    asking = request.headers.get("origin", "").partition("://")[2]
    return bool(asking) and asking == request.headers.get("host")


def address(request: Request) -> str:
    """The peer's address. Headers that anybody can forge are not asked."""
    return request.client.host if request.client else ""


def refusal(error: OtnetError) -> Response:
    """An expected failure as a problem."""
    more: dict[str, Any] = {}
    status = 400
    if isinstance(error, Invalid):
        status = 409 if isinstance(error, Conflict) else {"bad_query": 400, "bad_body": 400}.get(error.code, 422)
        more["errors"] = [w._asdict() for w in error.field_errors]
    elif isinstance(error, ApiError):
        status = error.status
        more["headers"] = error.headers
    elif isinstance(error, StorageUnavailable):
        status = 503
    else:
        log.warning("refused", code=error.code, why=error.message)
    return problem(status, error.code, error.message, error.remedy, **more)


async def body_of(request: Request, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """The whole body. Raises Denied when it is larger than `max_bytes`."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > max_bytes:
            raise ApiError(413, "too_large", f"The body is larger than {max_bytes} bytes.", "Send less.")
    return bytes(data)


async def json_of(request: Request, needed: bool = True) -> Any:
    """The body as JSON; one that isn't `needed` and isn't there is `{}`. Raises Invalid and Denied."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data = await body_of(request)
    if not data and not needed:
        return {}
    if not data:
        raise Invalid("bad_body", "There is no body.", [], "Send a JSON object.")
    if kind != "application/json":
        raise ApiError(415, "not_json", "The body must be JSON.", "Send Content-Type: application/json.")
    try:
        return _whole(json.loads(data, parse_constant=_no_constant), data)
    except (ValueError, UnicodeDecodeError):
        raise Invalid("bad_body", "The body is no valid JSON.", [], "Check it with a JSON tool.") from None


def _whole(value: Any, data: bytes) -> Any:
    """Half of a surrogate pair, which JSON can write and no text can hold, is refused wherever it stands."""
    if b"\\u" in data:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
