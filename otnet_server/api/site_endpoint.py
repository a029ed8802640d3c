"""Wraps the endpoints of the site and of players: finds the organization of the site and the visitor, and allows CORS.

Requests from any origin are allowed without cookies (CORS, Fetch standard §3.2), because television apps are packaged
with the device and players are embedded in other sites. Cookies count only for requests from the server's own pages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otnet_server.api.endpoint import Endpoint
from otnet_server.errors import ApiError
from otnet_server.playback.access import Access, Gate
from otnet_server.playback.visibility import Caller, Visitor
from otnet_server.principal import Principal
from otnet_server.schema.field import Surface
from otnet_server.web.known_hosts import KnownHosts
from otnet_server.web.theme import SiteOrganization, Themes

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-CSRF-Token, Range, DPoP",
    "Access-Control-Expose-Headers": "X-Request-Id, Retry-After, Date, WWW-Authenticate",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class SiteRequest:
    """A request to a site: its principal, the caller for media, the visitor at the organization of the
    site, this organization, and the base URL of links to the site."""

    principal: Principal
    caller: Caller
    visitor: Visitor
    site: SiteOrganization
    base: str


Handler = Callable[[Request, SiteRequest], Awaitable[Response]]


class SiteEndpoint:
    """`refresh_grants` is called before a request of a visitor is handled."""

    def __init__(
        self,
        endpoint: Endpoint,
        themes: Themes,
        gate: Gate,
        known_hosts: KnownHosts,
        refresh_grants: Callable[[Visitor], Awaitable[None]],
    ) -> None:
        self._endpoint, self._themes, self._gate, self._known_hosts = endpoint, themes, gate, known_hosts
        self._refresh_grants = refresh_grants
        self.declared: dict[str, Access] = {}

    async def site_request(self, request: Request, principal: Principal) -> SiteRequest:
        caller = await self._gate.caller(request.scope)
        # On a private server users see the site of their own organization, whatever the host name.
        # API keys have the site of their organization on every server.
        own = principal.kind == "api_key" or (caller.organization is not None and not self._gate.public)
        host = "" if own else request.headers.get("host", "")
        site = await self._themes.find_organization(host, principal.organization or caller.organization)
        belongs_to_site = principal.kind == "user" and principal.organization == site.id
        visitor = Visitor(
            site.id,
            principal.id if principal.kind == "user" else None,
            principal.role if belongs_to_site else None,
            principal.viewer_profile,
            principal.max_age,
        )
        base = self._known_hosts.public_base_url(request, site.host)
        return SiteRequest(principal, caller, visitor, site, base)

    async def authenticate(self, request: Request, access: Access) -> Principal:
        """The principal of a request. Raises ApiError 401 or 403 when it does not have this access."""
        principal = await self._endpoint.site_visitor(request, strict=access is not Access.OPEN)
        if access is Access.OPEN or await self._gate.admits(request.scope, access):
            return principal
        if principal.kind == "user":
            if self._gate.public or principal.organization is not None:
                return principal
            raise ApiError(
                403,
                "no_organization",
                "You are not a member of any organization.",
                "Ask an administrator to invite you.",
            )
        message = "This server is private." if access is Access.ADMITTED else "You are not signed in."
        raise ApiError(401, "sign_in", message, "Sign in first.", WWW_Authenticate="Bearer")

    def route(self, path: str, access: Access, handlers: Mapping[str, Handler], *, rate_limited: bool = True) -> Route:
        """A route of the site. `Access.SIGNED_IN` admits every signed-in user here, whatever their role. Requests for
        files are not `rate_limited`."""
        self.declared[path] = access

        async def authenticate(request: Request) -> Principal:
            return await self.authenticate(request, access)

        async def respond(request: Request, principal: Principal) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            handler = handlers.get(method)
            if handler is None:
                allow = ", ".join(handlers)
                raise ApiError(
                    405, "method_not_allowed", "This method is not allowed here.", f"Allowed: {allow}.", Allow=allow
                )
            ctx = await self.site_request(request, principal)
            await self._refresh_grants(ctx.visitor)
            response = await handler(request, ctx)
            if "cache-control" not in response.headers:
                cacheable = ctx.caller.user is None and (self._gate.public or access is Access.OPEN)
                response.headers["Cache-Control"] = "public, max-age=5" if cacheable and method == "GET" else "no-store"
                response.headers["Vary"] = "Cookie, Authorization, Host, Origin"
            return response

        wrapped = self._endpoint.wrap(Surface.PUBLIC, authenticate, respond, rate_limited=rate_limited)

        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS" and "OPTIONS" not in handlers:
                return Response(status_code=204, headers={**CORS_HEADERS, "Allow": ", ".join([*handlers, "OPTIONS"])})
            response = await wrapped(request)
            response.headers.update(CORS_HEADERS)
            return response

        return Route(path, endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
