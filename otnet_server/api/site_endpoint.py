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

from otnet_server.api.endpoint import Door
from otnet_server.errors import Denied
from otnet_server.playback.access import Access, Gate
from otnet_server.playback.visibility import Caller, Viewer
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
class Looking:
    """Somebody at a site: who they are to the server, to media, at this organization, and the organization's row."""

    who: Principal
    caller: Caller
    viewer: Viewer
    site: Any
    base: str


Handler = Callable[[Request, Looking], Awaitable[Response]]


class Viewers:
    def __init__(self, door: Door, themes: Themes, gate: Gate, url: str) -> None:
        self._door, self._themes, self._gate, self._url = door, themes, gate, url
        self.declared: dict[str, Access] = {}

    def base(self, request: Request) -> str:
        return self._url.rstrip("/") or str(request.base_url).rstrip("/")

    async def look(self, request: Request, who: Principal) -> Looking:
        caller = await self._gate.caller(request.scope)
        # On a private server an organization's people see their own site, whatever the host is called.
        host = "" if caller.organization is not None and not self._gate.public else request.headers.get("host", "")
        site = await self._themes.of(host, who.organization or caller.organization)
        here = who.kind == "user" and who.organization == site["id"]
        viewer = Viewer(site["id"], who.id if who.kind == "user" else None, who.role if here else None)
        return Looking(who, caller, viewer, site, self.base(request))

    async def find(self, request: Request, access: Access) -> Principal:
        """Who asks; raises Denied where `access` does not let them in."""
        who = await self._door.viewer(request, strict=access is not Access.OPEN)
        if access is Access.OPEN or await self._gate.admits(request.scope, access):
            return who
        if who.kind == "user":
            if self._gate.public or who.organization is not None:
                return who
            raise Denied(403, "no_organization", "You belong to no organization here.", "Ask to be invited.")
        what = "This server is private." if access is Access.VIEWER else "You are not signed in."
        raise Denied(401, "sign_in", what, "Sign in first.", WWW_Authenticate="Bearer")

    def route(self, path: str, access: Access, handlers: Mapping[str, Handler], *, counted: bool = True) -> Route:
        """`Access.MEMBER` here is anybody who is signed in; requests for files are not `counted`."""
        self.declared[path] = access

        async def find(request: Request) -> Principal:
            return await self.find(request, access)

        async def handled(request: Request, who: Principal) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            handler = handlers.get(method)
            if handler is None:
                allow = ", ".join(handlers)
                raise Denied(405, "method_not_allowed", "That can't be done here.", f"Allowed: {allow}.", Allow=allow)
            x = await self.look(request, who)
            answer = await handler(request, x)
            if "cache-control" not in answer.headers:
                anybody = x.caller.user is None and (self._gate.public or access is Access.OPEN)
                answer.headers["Cache-Control"] = "public, max-age=5" if anybody and method == "GET" else "no-store"
                answer.headers["Vary"] = "Cookie, Authorization, Host, Origin"
            return answer

        opened = self._door.opened(Surface.PUBLIC, find, handled, counted=counted)

        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS" and "OPTIONS" not in handlers:
                return Response(status_code=204, headers={**CORS, "Allow": ", ".join([*handlers, "OPTIONS"])})
            answer = await opened(request)
            answer.headers.update(CORS)
            return answer

        return Route(path, endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
