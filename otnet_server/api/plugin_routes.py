"""Serves the HTTP routes of plugins, at `/plugins/<plugin>/<path>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.catalogue_reader import Catalogues
from otnet_server.api.endpoint import body_of
from otnet_server.api.site_endpoint import Handler, SiteRequest
from otnet_server.errors import ApiError, OtnetError
from otnet_server.logs import log
from otnet_server.playback.access import Access
from otnet_server.protocols import PublicSite, Route, RouteAccess, RouteRequest, RouteResponse
from otnet_server.schema.resource import Role

ACCESS: dict[RouteAccess, Access] = {
    "anyone": Access.OPEN,
    "viewer": Access.ADMITTED,
    "signed_in": Access.SIGNED_IN,
    "editor": Access.SIGNED_IN,
    "admin": Access.SIGNED_IN,
}
REQUIRED_ROLES: dict[RouteAccess, Role] = {"editor": Role.EDITOR, "admin": Role.ADMIN}
# A plugin does not get the credentials of users.
WITHHELD_HEADERS = frozenset({"authorization", "cookie", "x-csrf-token", "proxy-authorization"})


def site_of(ctx: SiteRequest, public: bool) -> PublicSite:
    """The site of a request, for plugins. `public`: the server is public."""
    site = ctx.site
    return PublicSite(ctx.base, site.id, site.name, site.slug, site.accent, public)


class PluginRoutes:
    def __init__(self, routes: Iterable[tuple[str, Route]], catalogues: Catalogues, public: bool) -> None:
        self._routes, self._catalogues, self._public = list(routes), catalogues, public

    def table(self) -> Iterator[tuple[str, Access, dict[str, Handler]]]:
        """(path, access, handlers by method) of each path."""
        by_path: dict[tuple[str, str], list[Route]] = {}
        for plugin, route in self._routes:
            by_path.setdefault((plugin, route.path), []).append(route)
        for (plugin, relative), routes in by_path.items():
            path = f"/plugins/{plugin}/{relative}"
            handlers: dict[str, Handler] = {m: self._handler(plugin, route) for route in routes for m in route.methods}
            accesses = {ACCESS[route.access] for route in routes}
            # The handlers check what the routes of one path require beyond this.
            yield path, accesses.pop() if len(accesses) == 1 else Access.SIGNED_IN, handlers

    def _handler(self, plugin: str, route: Route) -> Handler:
        async def handle(request: Request, ctx: SiteRequest) -> Response:
            required = REQUIRED_ROLES.get(route.access)
            if required is not None and (ctx.visitor.role is None or ctx.visitor.role < required):
                raise ApiError(403, "not_allowed", f"This needs the role {required.name.lower()} or above.",
                               "Ask an administrator of the organization.")  # fmt: skip
            route_request = RouteRequest(
                method=request.method,
                site=site_of(ctx, self._public),
                catalogue=self._catalogues.of_site(ctx.site, ctx.base),
                path_parameters=request.path_params,
                query=dict(request.query_params),
                headers={name: value for name, value in request.headers.items() if name not in WITHHELD_HEADERS},
                body=await body_of(request),
                user=ctx.visitor.user,
                role=ctx.visitor.role.name.lower() if ctx.visitor.role is not None else None,
            )
            try:
                response = await route.handler(route_request)
            except OtnetError:
                raise
            except Exception as e:
                log.exception("a route of a plugin raised an unexpected error", plugin=plugin, path=request.url.path)
                raise ApiError(500, "internal", f"The plugin “{plugin}” failed to answer.",
                               "The log of the server has the details.") from e  # fmt: skip
            return self._response(route, response)

        return handle

    def _response(self, route: Route, response: RouteResponse) -> Response:
        """Nothing is cached unless the plugin says so, and only what anyone may have is cached for all."""
        sent = Response(response.body, response.status, dict(response.headers), response.media_type)
        cache_control = sent.headers.setdefault("cache-control", "no-store")
        if not self._public or ACCESS[route.access] is Access.SIGNED_IN:
            sent.headers["cache-control"] = cache_control.replace("public", "private")
        sent.headers.setdefault("vary", "Cookie, Authorization, Host")
        return sent
