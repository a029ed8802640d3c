"""All routes of the server, each with the access that it requires."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from otnet_server.api.endpoint import Endpoint
from otnet_server.api.front_end import FrontEnd
from otnet_server.api.key_server import KeyServerApi
from otnet_server.api.licences import LicenceApi
from otnet_server.api.live_previews import LivePreviewsApi
from otnet_server.api.media import MediaApi
from otnet_server.api.metrics import Metrics
from otnet_server.api.release import release
from otnet_server.api.site_routes import SiteRoutes
from otnet_server.api.surfaces import Surfaces
from otnet_server.channels import urls as channel_urls
from otnet_server.db.availability import DATABASE_ERRORS, is_unavailable
from otnet_server.logs import log
from otnet_server.media import urls
from otnet_server.playback.access import Access, Gate
from otnet_server.playback.delivery import Delivery
from otnet_server.playback.edge_policies import EdgePolicies
from otnet_server.problems import problem
from otnet_server.request_priority import FOREGROUND
from otnet_server.schema.field import Surface

HttpHandler = Callable[[Request], Awaitable[Response]]
ErrorHandler = Callable[[Request, Exception], Awaitable[Response]]
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        b"media-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        b"frame-ancestors 'self'",
    ),
]


# Paths that check their parameters themselves. All others are refused with a null character, which PostgreSQL can't
# store in text.
RESOURCE_PATHS = tuple(f"/api/v1/{surface}/" for surface in Surface)
CHANNEL_PATHS = (f"{channel_urls.PREFIX}/",)
DELIVERY_PATHS = (f"{urls.PREFIX}/", f"{urls.SESSION_PREFIX}/")
POLICY_PATHS = (*DELIVERY_PATHS, *CHANNEL_PATHS, "/api/v1/playback/", "/api/v1/licence/", "/embed/")
API_PATHS = ("/api/", "/mcp")
HSTS_HEADER = (b"strict-transport-security", b"max-age=31536000")


def _secure(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Add the attribute Secure (RFC 6265 §4.1.2.5) to a Set-Cookie header; return other headers unchanged."""
    name, value = header
    needed = name == b"set-cookie" and b"; secure" not in value.lower()
    return (name, value + b"; Secure") if needed else header


class Routes:
    """Builds routes that check the access first. `declared` maps every path to its access; tests iterate over it."""

    def __init__(self, gate: Gate, front_end: FrontEnd, endpoint: Endpoint) -> None:
        self._gate, self._front_end, self._endpoint = gate, front_end, endpoint
        self.declared: dict[str, Access] = {}

    def get(
        self, path: str, access: Access, endpoint: HttpHandler, *, counted: Literal["", "request", "file"] = ""
    ) -> Route:
        """A route for GET. `counted`: requests count towards the caller's rate limit, or towards that of files."""
        self.declared[path] = access

        async def guarded(request: Request) -> Response:
            if counted:
                refusal = await self._endpoint.refuse_excess(request, file=counted == "file")
                if refusal is not None:
                    return refusal
            if not await self._gate.admits(request.scope, access):
                return self._refusal(request)
            return await endpoint(request)

        return Route(path, guarded, methods=["GET"])

    def mount(self, path: str, access: Access, app: ASGIApp) -> Mount:
        """Mount an application that is called only when the caller is admitted."""
        self.declared[path] = access

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            response = None if await self._gate.admits(scope, access) else self._refusal(Request(scope))
            await (response or app)(scope, receive, send)

        return Mount(path, guarded)

    def _refusal(self, request: Request) -> Response:
        message = "This server is private."
        remedy = "Sign in, open a link from “otnet token”, or start the server with --public."
        if "text/html" in request.headers.get("accept", ""):
            return self._front_end.error(401, "sign_in", message, remedy)
        return problem(
            401, "sign_in", message, remedy, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
        )


async def _deliver(delivery: ASGIApp, database_error: ErrorHandler, scope: Scope, receive: Receive, send: Send) -> None:
    """Call the delivery, which runs without middleware, and respond to unexpected errors in it."""
    started = False

    async def sending(message: Message) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        await delivery(scope, receive, sending)
    except Exception as e:
        if is_unavailable(e) and not started:
            await (await database_error(Request(scope), e))(scope, receive, send)
            return
        log.exception("delivery raised an unexpected error", path=urls.split_session(scope["path"])[1])
        if started:
            raise
        await problem(
            500, "internal", "An internal error occurred.", "Try again. The log of the server has the details."
        )(scope, receive, send)


def build(
    gate: Gate,
    front_end: FrontEnd,
    endpoint: Endpoint,
    media: MediaApi,
    metrics: Metrics,
    delivery: Delivery,
    channels: ASGIApp,
    policies: EdgePolicies,
    ready: Callable[[], Awaitable[dict[str, bool]]],
    surfaces: Surfaces,
    artwork_file: HttpHandler,
    site: SiteRoutes,
    licences: LicenceApi,
    key_server: KeyServerApi,
    live_previews: LivePreviewsApi,
    https: bool,
    trusted_proxies: Sequence[str] = (),
) -> tuple[ASGIApp, Routes]:
    """Build the ASGI application. `https`: the server is always reached over TLS. Cookies are Secure and HSTS is sent
    then, and when a trusted proxy says that a request came over TLS."""
    routes = Routes(gate, front_end, endpoint)
    version = release().encode()

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def time_of_day(_: Request) -> Response:
        """The time of day for the clocks of players (xs:dateTime)."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
        return Response(now, media_type="text/plain", headers=headers)

    async def readyz(_: Request) -> Response:
        checks = await ready()
        return JSONResponse({"ready": all(checks.values()), "checks": checks}, 200 if all(checks.values()) else 503)

    async def show_metrics(_: Request) -> Response:
        return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)

    table: list[BaseRoute] = [
        *licences.routes(),
        key_server.route(),
        *live_previews.routes(),
        routes.get("/healthz", Access.OPEN, healthz),
        routes.get("/readyz", Access.OPEN, readyz),
        routes.get("/api/v1/time", Access.OPEN, time_of_day, counted="request"),
        routes.get("/metrics", Access.ADMITTED, show_metrics, counted="request"),
        routes.get("/api/v1/media", Access.ADMITTED, media.list, counted="request"),
        routes.get("/api/v1/media/events", Access.ADMITTED, media.events, counted="request"),
        routes.get("/api/v1/media/{id}", Access.ADMITTED, media.show, counted="request"),
        *surfaces.routes(),
        routes.get("/edge/check", Access.OPEN, delivery.check),
        routes.get("/artwork/{id}/{name}", Access.OPEN, artwork_file, counted="file"),
        routes.get("/studio/", Access.OPEN, front_end.studio),
        routes.get("/docs", Access.OPEN, front_end.docs),
        *site.routes(),
        routes.mount("/ui", Access.OPEN, StaticFiles(directory=front_end.folder, check_dir=False)),
    ]
    routes.declared |= (
        surfaces.declared | site.declared | licences.declared | key_server.declared | live_previews.declared
    )
    routes.declared["/media"] = Access.ADMITTED  # the delivery checks this itself
    routes.declared["/channels"] = Access.ADMITTED  # likewise
    routes.declared["/p"] = Access.OPEN  # the delivery checks the playback session
    handlers: dict[Any, Any] = {
        404: front_end.not_found,
        405: front_end.not_found,
        500: front_end.server_error,
        **dict.fromkeys(DATABASE_ERRORS, front_end.database_error),
    }
    app = Starlette(
        routes=table,
        middleware=[Middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)],
        exception_handlers=handlers,
    )

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        """Requests for media bypass routing and middleware, because they are the hot path."""
        FOREGROUND.set(True)  # every request runs in its own context
        if scope["type"] == "http" and "\0" in scope["path"] and not scope["path"].startswith(RESOURCE_PATHS):
            await problem(400, "bad_address", "The address contains a null character.", "Use addresses from the API.")(
                scope, receive, send
            )
            return
        if scope["type"] == "http" and scope["path"].startswith(POLICY_PATHS):
            send = policies.prepare(scope, send)
        if scope["type"] == "http" and scope["path"].startswith((*DELIVERY_PATHS, *CHANNEL_PATHS)):
            of_channel = urls.split_session(scope["path"])[1].startswith(CHANNEL_PATHS)
            await _deliver(channels if of_channel else delivery, front_end.database_error, scope, receive, send)
            return
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in SECURITY_HEADERS if h[0] not in present)]
                if scope["path"].startswith(API_PATHS):
                    message["headers"] = [*message["headers"], (b"otnet-version", version)]
                if https or scope.get("scheme") == "https":
                    message["headers"] = [*(_secure(h) for h in message["headers"]), HSTS_HEADER]
                metrics.observe(scope, message["status"], time.perf_counter() - started)
            await send(message)

        await app(scope, receive, sending)

    if not trusted_proxies:
        return outer, routes
    # Gives the scope the address and the scheme of the client, for requests from a trusted proxy only.
    return cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, outer), list(trusted_proxies))), routes
