"""The routes of the three surfaces: four patterns for all resources, authentication, documentation and extra routes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from otnet_server.api import docs
from otnet_server.api.artwork_files import ArtworkFilesApi
from otnet_server.api.auth import Auth
from otnet_server.api.channel_pulls import ChannelPullsApi
from otnet_server.api.channel_schedules import ChannelSchedulesApi
from otnet_server.api.clips import ClipsApi
from otnet_server.api.direct_uploads import DirectUploadsApi
from otnet_server.api.documents import document_response
from otnet_server.api.endpoint import Endpoint, Handler, HttpHandler, address
from otnet_server.api.events import EventsApi
from otnet_server.api.history import HistoryApi
from otnet_server.api.home_layout import HomeLayoutApi
from otnet_server.api.live_health import LiveHealthApi
from otnet_server.api.live_previews import LivePreviewsApi
from otnet_server.api.mail import MailApi
from otnet_server.api.mcp_route import McpRoute
from otnet_server.api.metadata_imports import MetadataImportsApi
from otnet_server.api.openapi import openapi_json, openapi_of
from otnet_server.api.policies import PoliciesApi
from otnet_server.api.protection import ProtectionApi
from otnet_server.api.release import release
from otnet_server.api.rest import Rest
from otnet_server.api.saved_views import SavedViewsApi
from otnet_server.api.search import SearchApi
from otnet_server.api.stream_keys import StreamKeysApi
from otnet_server.api.studio import StudioApi
from otnet_server.api.subtitles import SubtitlesApi
from otnet_server.api.team import TeamApi
from otnet_server.api.title_lookups import TitleLookupsApi
from otnet_server.api.trash import TrashApi
from otnet_server.api.uploads import UploadsApi
from otnet_server.control import upload_links
from otnet_server.errors import ApiError
from otnet_server.playback.access import Access, Gate
from otnet_server.principal import Principal, may, may_act
from otnet_server.problems import problem
from otnet_server.resources import SCHEMA
from otnet_server.schema.describe import describe
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi import COLLECTION, RECORD
from otnet_server.schema.resource import Resource, Role, Verb

REQUIRED_ACCESS = {
    Surface.DASHBOARD: Access.SIGNED_IN,
    Surface.PUBLIC: Access.ADMITTED,
    Surface.PARTNER: Access.PARTNER,
}
API_PREFIX = "/api/v1"
ROUTE_METHODS = ["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE"]  # the handlers check the method


class Surfaces:
    """`extra` are the routes besides the resources: (path, method, surface, handler)."""

    def __init__(
        self,
        endpoint: Endpoint,
        rest: Rest,
        auth: Auth,
        gate: Gate,
        extra: list[tuple[str, str, Surface, Handler]],
        direct_uploads: DirectUploadsApi,
    ) -> None:
        self._endpoint, self._rest, self._auth, self._gate, self._extra = endpoint, rest, auth, gate, extra
        self._direct_uploads = direct_uploads
        self.declared: dict[str, Access] = {}

    def routes(self) -> Iterator[BaseRoute]:
        yield from self._identity()
        by_path: dict[tuple[str, Surface], dict[str, Handler]] = {}
        for path, method, surface, handler in self._extra:
            by_path.setdefault((path, surface), {})[method] = handler
        for (path, surface), handlers in by_path.items():
            self.declared[path] = REQUIRED_ACCESS[surface]
            yield Route(path, self._guarded(surface, _staff_only(_by_method(handlers))), methods=ROUTE_METHODS)
        for surface in Surface:
            yield from self._surface(surface)
        yield self._direct_upload()
        yield from self._documents()

    def _direct_upload(self) -> Route:
        path = f"{upload_links.PATH}/{{token}}"
        self.declared[path] = Access.OPEN  # the token is the credential

        async def nobody(request: Request) -> Principal:
            return Principal("anonymous", Surface.PARTNER, address(request))

        endpoint = self._endpoint.wrap(Surface.PARTNER, nobody, self._direct_uploads.handle)
        return Route(path, endpoint, methods=[*ROUTE_METHODS, "HEAD"])

    def _identity(self) -> Iterator[BaseRoute]:
        auth = self._auth
        table: list[tuple[str, str, Handler, bool]] = [
            ("session", "GET", auth.session, True),
            ("setup", "POST", auth.set_up, True),
            ("login", "POST", auth.sign_in, True),
            ("organization", "POST", auth.switch_organization, False),
            ("password", "POST", auth.change_password, False),
            ("account", "POST", auth.change_account, False),
            ("account/remove", "POST", auth.remove_account, False),
            ("totp", "POST", auth.begin_totp, False),
            ("totp/confirm", "POST", auth.confirm_totp, False),
            ("totp/remove", "POST", auth.remove_totp, False),
            ("verification", "POST", auth.request_verification, False),
            ("verification/confirm", "POST", auth.confirm_verification, False),
            ("reset", "POST", auth.request_password_reset, True),
            ("reset/confirm", "POST", auth.confirm_password_reset, True),
            ("oidc/{provider}", "GET", auth.redirect_to_provider, True),
            ("oidc/{provider}/callback", "GET", auth.provider_callback, True),
        ]
        for name, method, handler, allow_anonymous in table:
            path = f"{API_PREFIX}/auth/{name}"
            self.declared[path] = Access.OPEN if allow_anonymous else Access.SIGNED_IN
            endpoint = self._endpoint.wrap_surface(
                Surface.DASHBOARD, handler, allow_anonymous=allow_anonymous, allow_no_organization=True
            )
            yield Route(path, endpoint, methods=[method])
        by_anybody = partial(self._endpoint.site_visitor, strict=False)
        for name, access, authenticate, handler in (
            ("logout", Access.SIGNED_IN, self._endpoint.session_to_end, auth.sign_out),
            ("invitation", Access.OPEN, by_anybody, auth.show_invitation),
            ("invitation/accept", Access.OPEN, by_anybody, auth.accept_invitation),
        ):
            path = f"{API_PREFIX}/auth/{name}"
            self.declared[path] = access
            yield Route(path, self._endpoint.wrap(Surface.DASHBOARD, authenticate, handler), methods=["POST"])

    def _documents(self) -> Iterator[BaseRoute]:
        for paths, page in ((docs.MARKDOWN_PATHS, docs.markdown_page), (docs.HTML_PATHS, docs.html_page)):
            for path in paths:
                self.declared[path] = Access.OPEN
                yield Route(path, page(self._auth.known_hosts, self._endpoint), methods=["GET"])
        self.declared["/mcp"] = Access.ADMITTED  # or an API key; the application checks this itself
        yield Route("/mcp", McpRoute(self._endpoint, self._gate, openapi_of, release(), self._auth.known_hosts))

    def _surface(self, surface: Surface) -> Iterator[BaseRoute]:
        base = f"{API_PREFIX}/{surface}"
        upsert = (f"{base}/{{plural}}/by-external-id/{{external_id:path}}", self._upsert)
        by_external_id = [] if surface is Surface.PUBLIC else [upsert]
        for path, handler in (
            (f"{base}/openapi.json", self._openapi(surface)),
            (f"{base}/{{plural}}", self._collection),
            (f"{base}/{{plural}}/bulk", self._bulk),
            *by_external_id,
            (f"{base}/{{plural}}/{{id}}", self._record),
            (f"{base}/{{plural}}/{{id}}/{{action}}", self._action),
        ):
            self.declared[path] = REQUIRED_ACCESS[surface] if "openapi" not in path else Access.OPEN
            yield Route(path, self._guarded(surface, handler, allow_anonymous="openapi" in path), methods=ROUTE_METHODS)

    def _guarded(self, surface: Surface, handler: Handler, allow_anonymous: bool = False) -> HttpHandler:
        if allow_anonymous:
            return self._endpoint.wrap_surface(Surface.PUBLIC, handler)
        inner = self._endpoint.wrap_surface(surface, handler)
        if surface is not Surface.PUBLIC:
            return inner

        async def admitted(request: Request) -> Response:
            if not await self._gate.admits(request.scope, Access.ADMITTED):
                remedy = "Send a token from “otnet token”, or start the server with --public."
                headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
                return problem(401, "sign_in", "This server is private.", remedy, headers=headers)
            return await inner(request)

        return admitted

    # --- the four patterns ---

    async def _collection(self, request: Request, principal: Principal) -> Response:
        resource = _resource(request, principal)
        verb = _verb(request, resource, principal, COLLECTION)
        return await (self._rest.index if verb is Verb.LIST else self._rest.create)(resource, request, principal)

    async def _record(self, request: Request, principal: Principal) -> Response:
        resource = _resource(request, principal)
        handlers = {Verb.GET: self._rest.get, Verb.UPDATE: self._rest.update, Verb.DELETE: self._rest.delete}
        return await handlers[_verb(request, resource, principal, RECORD)](resource, request, principal)

    async def _bulk(self, request: Request, principal: Principal) -> Response:
        resource = _resource(request, principal)
        if not {Verb.UPDATE, Verb.DELETE} & set(resource.surfaces[principal.surface]):
            raise not_found()
        _only(request, "POST")
        return await self._rest.bulk(resource, request, principal)

    async def _upsert(self, request: Request, principal: Principal) -> Response:
        resource = _resource(request, principal)
        if not resource.upserted_on(principal.surface):
            raise not_found()
        _only(request, "PUT")
        return await self._rest.upsert(resource, request, principal)

    async def _action(self, request: Request, principal: Principal) -> Response:
        resource, name = _resource(request, principal), request.path_params["action"]
        if name not in resource.actions_on(principal.surface):
            raise not_found()
        _only(request, "POST")
        return await self._rest.act(resource, name, request, principal)

    def _openapi(self, surface: Surface) -> Handler:
        async def openapi(request: Request, principal: Principal) -> Response:
            _only(request, "GET")
            headers = {"Cache-Control": "public, max-age=60"}
            return document_response(request, openapi_json(surface), "application/json", headers)

        return openapi


def extra_routes(
    studio: StudioApi,
    uploads: UploadsApi,
    events: EventsApi,
    artwork: ArtworkFilesApi,
    subtitles: SubtitlesApi,
    metadata_imports: MetadataImportsApi,
    title_lookups: TitleLookupsApi,
    mail: MailApi,
    team: TeamApi,
    search: SearchApi,
    trash: TrashApi,
    views: SavedViewsApi,
    history: HistoryApi,
    home_layout: HomeLayoutApi,
    protection: ProtectionApi,
    policies: PoliciesApi,
    stream_keys: StreamKeysApi,
    channel_pulls: ChannelPullsApi,
    channel_schedules: ChannelSchedulesApi,
    live_health: LiveHealthApi,
    clips: ClipsApi,
    live_previews: LivePreviewsApi,
) -> list[tuple[str, str, Surface, Handler]]:
    """The routes of the surfaces besides the resources: (path, method, surface, handler)."""
    base, dashboard = f"{API_PREFIX}/{Surface.DASHBOARD}", Surface.DASHBOARD
    shared_routes: list[tuple[str, str, Surface, Handler]] = []
    for surface in (Surface.DASHBOARD, Surface.PARTNER):
        prefix = f"{API_PREFIX}/{surface}"
        shared_routes += [(f"{prefix}/uploads", m, surface, uploads.uploads) for m in ("OPTIONS", "POST")]
        shared_routes += [(f"{prefix}/uploads/{{id}}", m, surface, uploads.upload)
                      for m in ("OPTIONS", "HEAD", "PATCH", "DELETE", "POST")]  # fmt: skip
        shared_routes.append((f"{prefix}/uploads/{{id}}/media", "GET", surface, uploads.media))
        shared_routes.append((f"{prefix}/events", "GET", surface, events.list))
        shared_routes.append((f"{prefix}/channels/{{id}}/airings", "GET", surface, channel_schedules.airings))
        shared_routes.append((f"{prefix}/channels/{{id}}/forecast", "GET", surface, channel_schedules.forecast))
        shared_routes.append((f"{prefix}/channels/{{id}}/live", "GET", surface, live_health.show))
        shared_routes.append((f"{prefix}/home_layout", "GET", surface, home_layout.show))
        shared_routes.append((f"{prefix}/home_layout", "PUT", surface, home_layout.save))
        shared_routes.append((f"{prefix}/artwork/{{id}}/file", "PUT", surface, artwork.put))
        files: dict[str, Handler] = {"GET": subtitles.index, "POST": subtitles.add, "PUT": subtitles.put}
        file: dict[str, Handler] = {
            "PATCH": subtitles.change,
            "PUT": subtitles.replace,
            "DELETE": subtitles.delete,
        }
        shared_routes += [(f"{prefix}/media/{{id}}/subtitles", m, surface, h) for m, h in files.items()]
        shared_routes += [(f"{prefix}/media/{{id}}/subtitles/{{file}}", m, surface, h) for m, h in file.items()]
        shared_routes.append((f"{prefix}/media/{{id}}/clips", "POST", surface, clips.create))
        keys = f"{prefix}/channels/{{id}}/stream_keys"
        shared_routes += [(keys, "GET", surface, stream_keys.index), (keys, "POST", surface, stream_keys.create)]
        shared_routes.append((f"{keys}/{{key}}", "DELETE", surface, stream_keys.revoke))
        shared_routes.append((f"{keys}/{{key}}/rotate", "POST", surface, stream_keys.rotate))
        pulls = {"GET": channel_pulls.show, "PUT": channel_pulls.save, "DELETE": channel_pulls.remove}
        shared_routes += [(f"{prefix}/channels/{{id}}/pull", m, surface, h) for m, h in pulls.items()]
        shared_routes.append((f"{prefix}/imports", "POST", surface, uploads.start))
        shared_routes.append((f"{prefix}/imports/metadata", "POST", surface, metadata_imports.create))
        shared_routes.append((f"{prefix}/imports/metadata/template", "GET", surface, metadata_imports.template))
        shared_routes.append((f"{prefix}/imports/metadata/{{id}}", "GET", surface, metadata_imports.state))
        shared_routes.append((f"{prefix}/imports/metadata/{{id}}", "DELETE", surface, metadata_imports.cancel))
        shared_routes.append((f"{prefix}/imports/metadata/{{id}}/failures", "GET", surface, metadata_imports.failures))
        shared_routes.append((f"{prefix}/imports/{{id}}", "GET", surface, uploads.state))
        shared_routes.append((f"{prefix}/imports/{{id}}", "DELETE", surface, uploads.cancel))
    return [
        *shared_routes,
        (f"{base}/schema", "GET", dashboard, schema),
        (f"{base}/title_lookups", "GET", dashboard, title_lookups.index),
        (f"{base}/title_lookups/{{name}}", "GET", dashboard, title_lookups.search),
        (f"{base}/title_lookups/{{name}}/{{title}}", "GET", dashboard, title_lookups.details),
        (f"{base}/title_lookups/{{name}}/{{title}}", "POST", dashboard, title_lookups.fill),
        (f"{base}/content/{{id}}/history", "GET", dashboard, history.of_content),
        (f"{base}/imports/{{id}}/media", "GET", dashboard, uploads.imported_media),
        (f"{base}/home_layout/preview", "POST", dashboard, home_layout.preview),
        (f"{base}/protection", "GET", dashboard, protection.show),
        (f"{base}/protection", "PUT", dashboard, protection.choose),
        (f"{base}/protection/providers/{{name}}", "PUT", dashboard, protection.save),
        (f"{base}/protection/providers/{{name}}", "DELETE", dashboard, protection.remove),
        (f"{base}/protection/providers/{{name}}/test", "POST", dashboard, protection.test),
        (f"{base}/protection/rotate", "POST", dashboard, protection.rotate),
        (f"{base}/protection/licences", "GET", dashboard, protection.licences),
        (f"{base}/policy_check", "POST", dashboard, policies.check),
        (f"{base}/policy_templates", "GET", dashboard, policies.templates),
        (f"{base}/policy_templates/{{name}}", "POST", dashboard, policies.draft),
        (f"{base}/policies/{{id}}/versions", "GET", dashboard, policies.versions),
        (f"{base}/overview", "GET", dashboard, studio.overview),
        (f"{base}/statistics", "GET", dashboard, studio.statistics),
        (f"{base}/event_failures/retry", "POST", dashboard, studio.retry_events),
        (f"{base}/views", "GET", dashboard, views.list),
        (f"{base}/views", "POST", dashboard, views.save),
        (f"{base}/views/{{id}}", "DELETE", dashboard, views.remove),
        (f"{base}/trash", "GET", dashboard, trash.list),
        (f"{base}/trash/{{id}}", "DELETE", dashboard, trash.remove),
        (f"{base}/trash/{{id}}/restore", "POST", dashboard, trash.restore),
        (f"{base}/search", "GET", dashboard, search.find),
        (f"{base}/team", "GET", dashboard, team.show),
        (f"{base}/team/{{id}}/sign_out", "POST", dashboard, team.sign_out),
        (f"{base}/mail", "GET", dashboard, mail.status),
        (f"{base}/mail/test", "POST", dashboard, mail.send_test),
        (f"{base}/mail/preview", "GET", dashboard, mail.preview),
        (f"{base}/channels/{{id}}/preview", "POST", dashboard, live_previews.create),
        (f"{base}/media/events", "GET", dashboard, studio.events),
        (f"{base}/media/{{id}}/pipeline", "GET", dashboard, studio.pipeline),
    ]


async def schema(request: Request, principal: Principal) -> Response:
    """The description of the resources that the dashboard builds its pages from."""
    return JSONResponse(
        describe(list(SCHEMA), lambda r, v: may(principal, r, v), lambda r, a: may_act(principal, r, a))
    )


def _resource(request: Request, principal: Principal) -> Resource:
    resource = SCHEMA.by_plural(request.path_params["plural"])
    if resource is None or not resource.surfaces.get(principal.surface):
        raise not_found()
    return resource


def _verb(request: Request, resource: Resource, principal: Principal, methods: dict[Verb, str]) -> Verb:
    offered = {methods[v]: v for v in resource.surfaces[principal.surface] if v in methods}
    verb = offered.get(request.method.lower() if request.method != "HEAD" else "get")
    if verb is None:
        raise method_not_allowed([m.upper() for m in offered])
    return verb


def _only(request: Request, method: str) -> None:
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        raise method_not_allowed([method])


def not_found() -> ApiError:
    return ApiError(404, "not_found", "This address does not exist.", "The reference at /docs lists all addresses.")


def method_not_allowed(allowed: list[str]) -> ApiError:
    return ApiError(405, "method_not_allowed", "This method is not allowed here.", f"Allowed: {', '.join(allowed)}.",
                  Allow=", ".join(allowed))  # fmt: skip


def _staff_only(handler: Handler) -> Handler:
    """Refuse accounts with the role audience. (The handlers of resources check roles themselves.)"""

    async def checked(request: Request, principal: Principal) -> Response:
        if principal.role is Role.AUDIENCE:
            raise ApiError(
                403, "role_too_low", "Your account can't use the studio.", "Ask an administrator for another role."
            )
        return await handler(request, principal)

    return checked


def _by_method(handlers: dict[str, Handler]) -> Handler:
    async def dispatch(request: Request, principal: Principal) -> Response:
        method = "GET" if request.method == "HEAD" and "HEAD" not in handlers else request.method
        if method not in handlers:
            raise method_not_allowed(list(handlers))
        return await handlers[method](request, principal)

    return dispatch
