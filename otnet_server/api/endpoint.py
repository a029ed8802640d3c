"""Wraps every endpoint: authentication, CSRF protection, rate limits and error responses.

`Endpoint.wrap` finds the principal (session cookie, API key or anonymous), checks the CSRF token of browsers and the
rate limit, calls the handler, and converts the errors that it raises to problems (RFC 9457). Every response has a
request id.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Literal

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from otnet_server.client_address import network_of
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
from otnet_server.schema import deprecation
from otnet_server.schema.deprecation import Deprecated
from otnet_server.schema.field import Surface
from otnet_server.web.known_hosts import KnownHosts

Handler = Callable[[Request, Principal], Awaitable[Response]]
HttpHandler = Callable[[Request], Awaitable[Response]]
Authenticate = Callable[[Request], Awaitable[Principal]]
MAX_BODY_BYTES = 1 << 20
FILES_PER_REQUEST = 10  # how many more files than API responses a caller may request a minute
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Endpoint:
    def __init__(
        self,
        sessions: Sessions,
        secret_box: SecretBox,
        rate: Rate,
        priority: RequestPriority,
        gate: Gate,
        known_hosts: KnownHosts,
    ) -> None:
        self._sessions = sessions
        self._secret_box = secret_box
        self._rate, self._file_rate = rate, Rate(rate.limit * FILES_PER_REQUEST)
        self._priority = priority
        self._gate, self._known_hosts = gate, known_hosts

    def wrap_surface(
        self, surface: Surface, handler: Handler, *, allow_anonymous: bool = False, allow_no_organization: bool = False
    ) -> HttpHandler:
        """Wrap a handler of a surface. `allow_anonymous`: authentication is optional. `allow_no_organization`: the user
        need not belong to an organization."""

        async def authenticate(request: Request) -> Principal:
            return await self.principal(request, surface, allow_anonymous, allow_no_organization)

        return self.wrap(surface, authenticate, handler)

    def wrap(
        self, surface: Surface, authenticate: Authenticate, handler: Handler, *, rate_limited: bool = True
    ) -> HttpHandler:
        """Wrap a handler. `authenticate` returns the principal or raises ApiError. `rate_limited` requests count
        towards the caller's rate limit; requests for files do not, because a page loads many of them."""

        async def wrapped(request: Request) -> Response:
            with self._priority.foreground():
                return await respond(request)

        async def respond(request: Request) -> Response:
            id = secrets.token_hex(8)
            headers = {"X-Request-Id": id}
            try:
                principal = await self._authenticate(request, surface, authenticate, headers)
                headers |= self.count(principal) if rate_limited else {}
                changes = surface is Surface.DASHBOARD and request.method not in SAFE_METHODS
                base_url = await self._known_hosts.base_url(request) if changes else ""
                response = await handler(request, replace(principal, request=id, base_url=base_url))
            except OtnetError as e:
                response = error_response(e)
            except ClientDisconnect:
                response = Response(status_code=499)
            except RecursionError:
                response = problem(400, "bad_body", "The body is nested too deeply.", "Send a flat JSON object.")
            headers |= deprecation.headers(deprecated_in(request))
            response.headers.update({n: v for n, v in headers.items() if n not in response.headers})
            if "cache-control" not in response.headers:
                cacheable = surface is Surface.PUBLIC and self._gate.public and response.status_code < 400
                response.headers["Cache-Control"] = "public, max-age=5" if cacheable else "no-store"
            return response

        return wrapped

    async def _authenticate(
        self, request: Request, surface: Surface, authenticate: Authenticate, headers: dict[str, str]
    ) -> Principal:
        """The principal. Failed authentications are rate-limited by address, which slows down guessing."""
        try:
            return await authenticate(request)
        except ApiError:
            headers |= self.count(Principal("anonymous", surface, address(request)))
            raise

    async def principal(
        self, request: Request, surface: Surface, allow_anonymous: bool = False, allow_no_organization: bool = False
    ) -> Principal:
        """The principal of a request to a surface. On a private server, the credentials of an organization give access
        to its records only. Raises ApiError 401 or 403."""
        if surface is Surface.PUBLIC:
            organization = None if self._gate.public else (await self._gate.caller(request.scope)).organization
            return Principal("anonymous", surface, address(request), organization=organization)
        if surface is Surface.PARTNER:
            return await self._api_key_principal(request)
        token = request.cookies.get(COOKIE)
        principal = await self._sessions.person(token) if token else None
        if principal is None:
            if allow_anonymous:
                return Principal("anonymous", surface, address(request))
            raise ApiError(401, "sign_in", "You are not signed in.", "Sign in at /studio/.")
        if not allow_anonymous:
            refuse_device(principal)
            self.check_csrf(request, principal)
        if principal.organization is None and not (allow_anonymous or allow_no_organization):
            raise ApiError(
                403,
                "no_organization",
                "You are not a member of any organization.",
                "Ask an administrator to invite you.",
            )
        return principal

    def check_csrf(self, request: Request, principal: Principal) -> None:
        """Check the CSRF token of a request that changes something and is authenticated by a cookie. Raises ApiError
        403."""
        sent, known = request.headers.get("x-csrf-token", ""), self._secret_box.csrf(principal.session)
        if request.method not in SAFE_METHODS and not secrets.compare_digest(sent.encode(), known.encode()):
            raise ApiError(403, "bad_csrf", "The CSRF token is missing or wrong.",
                         "Send the “csrf” of GET /api/v1/auth/session as X-CSRF-Token.")  # fmt: skip

    async def site_visitor(self, request: Request, strict: bool) -> Principal:
        """The principal of a request to the site, by session cookie or device token; anonymous without either. With
        `strict`, an invalid device token raises ApiError 401."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token and "." not in token and not token.startswith(MARK):
            principal = await self._sessions.person(token.strip())
            if principal is None and strict:
                raise ApiError(401, "bad_token", "This device is no longer signed in.", "Sign in again.",
                             WWW_Authenticate="Bearer")  # fmt: skip
            return principal or Principal("anonymous", Surface.PUBLIC, address(request))
        cookie = request.cookies.get(COOKIE)
        principal = await self._sessions.person(cookie) if cookie else None
        if principal is None:
            return Principal("anonymous", Surface.PUBLIC, address(request))
        if not same_origin(request):
            self.check_csrf(request, principal)
        return principal

    async def session_to_end(self, request: Request) -> Principal:
        """The user of a request to sign out: a browser with its cookie, or a device with its token."""
        principal = await self.site_visitor(request, strict=True)
        if principal.kind != "user":
            raise ApiError(401, "sign_in", "You are not signed in.", "Sign in at /studio/.")
        return principal

    async def _api_key_principal(self, request: Request) -> Principal:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":  # encoders often know nothing else
            key = _basic_password(key)
        principal = await self._sessions.program(key.strip()) if kind.lower() in ("bearer", "basic") else None
        if principal is None:
            raise ApiError(401, "bad_key", "The API key is missing or invalid.",
                         "Send “Authorization: Bearer otk_…”. You can create keys in the studio.",
                         WWW_Authenticate="Bearer")  # fmt: skip
        return principal

    async def refuse_excess(self, request: Request, *, file: bool = False) -> Response | None:
        """Count a request to a route that is not wrapped; returns the response 429, or None when it is within the
        limit. Requests for a `file` have a limit of their own, because a page loads many of them."""
        caller = await self._gate.caller(request.scope)
        kind: Literal["user", "anonymous"] = "user" if caller.user else "anonymous"
        try:
            self.count(Principal(kind, Surface.PUBLIC, caller.user or address(request)), file=file)
        except ApiError as e:
            return error_response(e)
        return None

    def count(self, principal: Principal, *, file: bool = False) -> dict[str, str]:
        """Count a request; returns the headers of draft-ietf-httpapi-ratelimit-headers. Raises ApiError 429."""
        rate = self._file_rate if file else self._rate
        anonymous = principal.kind == "anonymous"
        allowed, remaining, wait_s = rate.take(
            f"anonymous:{network_of(principal.id)}" if anonymous else principal.caller
        )
        headers = {
            "RateLimit-Policy": f'"default";q={rate.limit};w=60',
            "RateLimit": f'"default";r={remaining};t={wait_s}',
        }
        if not allowed:
            raise ApiError(429, "too_many_requests", f"More than {rate.limit} requests a minute.",
                         f"Wait {wait_s} s.", Retry_After=str(max(1, wait_s)), **headers)  # fmt: skip
        return headers


def _basic_password(credentials: str) -> str:
    """The password of HTTP Basic authentication (RFC 7617); empty if it is not valid."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:  # includes binascii.Error and UnicodeDecodeError
        return ""


def note_deprecated(request: Request, *used: Deprecated | None) -> None:
    """Record that a request used something deprecated, which its response then says."""
    request.state.deprecated = [*deprecated_in(request), *filter(None, used)]


def deprecated_in(request: Request) -> list[Deprecated]:
    used: list[Deprecated] = getattr(request.state, "deprecated", [])
    return used


def deprecated_route(deprecated: Deprecated, handler: Handler) -> Handler:
    """A handler whose route is deprecated."""

    async def noted(request: Request, principal: Principal) -> Response:
        note_deprecated(request, deprecated)
        return await handler(request, principal)

    return noted


def refuse_device(principal: Principal) -> None:
    """Raises ApiError 403 for a device that was signed in with a code: it may be used to watch only."""
    if principal.device:
        raise ApiError(403, "device_session", "A device can be used to watch, but not for the studio or the account.",
                       "Sign in with a browser.")  # fmt: skip


def same_origin(request: Request) -> bool:
    """Whether the Origin header is this host (Fetch standard §3.2: pages can't forge it). Embedded players have no CSRF
    token."""
    origin = request.headers.get("origin", "").partition("://")[2]
    return bool(origin) and origin == request.headers.get("host")


def address(request: Request) -> str:
    """The address of the client: of the peer, or the one that a proxy of `server.trusted_proxies` forwards."""
    return request.client.host if request.client else ""


def error_response(error: OtnetError) -> Response:
    """The problem response for an expected error."""
    extra: dict[str, Any] = dict(error.members)
    status = 400
    if isinstance(error, Invalid):
        status = 409 if isinstance(error, Conflict) else {"bad_query": 400, "bad_body": 400}.get(error.code, 422)
        extra["errors"] = [field_error._asdict() for field_error in error.field_errors]
    elif isinstance(error, ApiError):
        status = error.status
        extra["headers"] = error.headers
    elif isinstance(error, StorageUnavailable):
        status = 503
    else:
        log.warning("a request failed", code=error.code, why=error.message)
    return problem(status, error.code, error.message, error.remedy, **extra)


async def body_of(request: Request, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """The complete body. Raises ApiError 413 when it is larger than `max_bytes`."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > max_bytes:
            raise ApiError(413, "too_large", f"The body is larger than {max_bytes} bytes.", "Send a smaller body.")
    return bytes(data)


async def json_of(request: Request, required: bool = True, max_bytes: int = MAX_BODY_BYTES) -> Any:
    """The body as JSON; `{}` for an empty body that is not `required`. Raises Invalid (`bad_body`) or ApiError 413 or
    415."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data = await body_of(request, max_bytes)
    if not data and not required:
        return {}
    if not data:
        raise Invalid("bad_body", "The body is empty.", [], "Send a JSON object.")
    if content_type != "application/json":
        raise ApiError(415, "not_json", "The body must be JSON.", "Send Content-Type: application/json.")
    try:
        return _reject_surrogates(json.loads(data, parse_constant=_reject_constant), data)
    except (ValueError, UnicodeDecodeError):
        raise Invalid("bad_body", "The body is not valid JSON.", [], "Check it with a JSON tool.") from None


def _reject_surrogates(value: Any, data: bytes) -> Any:
    """Return the value; raises ValueError for unpaired surrogates, which JSON can express but UTF-8 can't encode."""
    if b"\\u" in data:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not valid JSON")
