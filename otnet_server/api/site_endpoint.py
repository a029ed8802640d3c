"""The door of the viewers' site and of players: whose site it is, who looks, and what other origins may ask.

Every endpoint here may be asked from any origin, without cookies (CORS, Fetch standard §3.2): television apps
are packaged with the device and players stand on other people's pages. Cookies count only on the server's own pages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otnet_server.api.endpoint import Endpoint
from otnet_server.errors import ApiError
from otnet_server.playback.access import Access, Gate
from otnet_server.playback.visibility import Caller, Visitor
from otnet_server.principal import Principal
from otnet_server.schema.field import Surface
from otnet_server.web.theme import Themes

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-CSRF-Token, Range",
    "Access-Control-Expose-Headers": "X-Request-Id, Retry-After",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class SiteRequest:
    """Somebody at a site: who they are to the server, to media, at this organization, and the organization's row."""

    principal: Principal
    caller: Caller
    visitor: Visitor
    site: Any
    base: str


Handler = Callable[[Request, SiteRequest], Awaitable[Response]]


class SiteEndpoint:
    def __init__(self, endpoint: Endpoint, themes: Themes, gate: Gate, url: str) -> None:
        self._endpoint, self._themes, self._gate, self._url = endpoint, themes, gate, url
        self.declared: dict[str, Access] = {}

    def base(self, request: Request) -> str:
        return self._url.rstrip("/") or str(request.base_url).rstrip("/")

    async def look(self, request: Request, principal: Principal) -> SiteRequest:
        caller = await self._gate.caller(request.scope)
        # On a private server an organization's people see their own site, whatever the host is called.
        host = "" if caller.organization is not None and not self._gate.public else request.headers.get("host", "")
        site = await self._themes.find_organization(host, principal.organization or caller.organization)
        here = principal.kind == "user" and principal.organization == site["id"]
        visitor = Visitor(
            site["id"], principal.id if principal.kind == "user" else None, principal.role if here else None
        )
        return SiteRequest(principal, caller, visitor, site, self.base(request))

    async def find(self, request: Request, access: Access) -> Principal:
        """Who asks; raises Denied where `access` does not let them in."""
        principal = await self._endpoint.site_visitor(request, strict=access is not Access.OPEN)
        if access is Access.OPEN or await self._gate.admits(request.scope, access):
            return principal
        if principal.kind == "user":
            if self._gate.public or principal.organization is not None:
                return principal
            raise ApiError(403, "no_organization", "You belong to no organization here.", "Ask to be invited.")
        what = "This server is private." if access is Access.ADMITTED else "You are not signed in."
        raise ApiError(401, "sign_in", what, "Sign in first.", WWW_Authenticate="Bearer")

    def route(self, path: str, access: Access, handlers: Mapping[str, Handler], *, counted: bool = True) -> Route:
        """`Access.SIGNED_IN` here is anybody who is signed in; requests for files are not `counted`."""
        self.declared[path] = access

        async def find(request: Request) -> Principal:
            return await self.find(request, access)

        async def handled(request: Request, principal: Principal) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            handler = handlers.get(method)
            if handler is None:
                allow = ", ".join(handlers)
                raise ApiError(405, "method_not_allowed", "That can't be done here.", f"Allowed: {allow}.", Allow=allow)
            ctx = await self.look(request, principal)
            answer = await handler(request, ctx)
            if "cache-control" not in answer.headers:
                anybody = ctx.caller.user is None and (self._gate.public or access is Access.OPEN)
                answer.headers["Cache-Control"] = "public, max-age=5" if anybody and method == "GET" else "no-store"
                answer.headers["Vary"] = "Cookie, Authorization, Host, Origin"
            return answer

        opened = self._endpoint.wrap(Surface.PUBLIC, find, handled, counted=counted)

        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS" and "OPTIONS" not in handlers:
                return Response(status_code=204, headers={**CORS, "Allow": ", ".join([*handlers, "OPTIONS"])})
            answer = await opened(request)
            answer.headers.update(CORS)
            return answer

        return Route(path, endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
