"""The API of viewers: watch progress, watchlist, sign-up and device sign-in (RFC 8628)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qs, quote

from pydantic import Field as Check
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.account_models import (
    DEVICE_GRANT_TYPE,
    DeviceAuthorization,
    DeviceAuthorizationForm,
    DeviceDecisionBody,
    DeviceToken,
    DeviceTokenForm,
    OAuthError,
    SignUpBody,
    WaitingDevice,
)
from otnet_server.api.auth import Auth
from otnet_server.api.endpoint import address, body_of, refuse_device
from otnet_server.api.model_json import model_response
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.audience.devices import CODE_LIFETIME_S, INTERVAL_S, Devices, TokenUnavailable
from otnet_server.audience.progress import ProgressStore
from otnet_server.audience.watchlist import Watchlist
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.identity.accounts import Accounts
from otnet_server.schema.fields.dates import utc

DEVICE_CLIENTS = {"otnet-tv": "Television"}
NO_STORE = {"Cache-Control": "no-store"}
MAX_CLOCK_SKEW = timedelta(minutes=5)
Seconds = Annotated[float, Check(ge=0, le=10_000_000, allow_inf_nan=False)]


class ProgressBody(RequestBody):
    """The position of the viewer in `content`, and the duration, in seconds. `at` is the time of the report; if it is
    missing, the current time."""

    content: Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
    position_s: Seconds
    duration_s: Seconds
    at: datetime | None = None


class AudienceApi:
    def __init__(
        self,
        progress: ProgressStore,
        watchlist: Watchlist,
        catalogue: Catalogue,
        accounts: Accounts,
        devices: Devices,
        auth: Auth,
    ) -> None:
        self._progress, self._watchlist, self._catalogue, self._accounts = progress, watchlist, catalogue, accounts
        self._devices, self._auth = devices, auth

    # --- progress and watchlist ---

    async def progress(self, request: Request, ctx: SiteRequest) -> Response:
        content_id = request.query_params.get("content")
        if content_id is None:
            return model_response(await self._progress.positions(ctx.visitor))
        exists = await self._progress.content_exists(ctx.visitor, content_id)
        position = await self._progress.position(ctx.visitor, content_id) if exists else None
        if position is None:
            raise ApiError(
                404, "not_found", "There is no progress for this title.", "PUT /api/v1/me/progress records it."
            )
        return model_response(position)

    async def save_progress(self, request: Request, ctx: SiteRequest) -> Response:
        body = await parse_body(request, ProgressBody)
        if not await self._progress.content_exists(ctx.visitor, body.content):
            raise InvalidField("content", "no_such_record", "must be the id of a title on this site")
        latest = datetime.now(UTC) + MAX_CLOCK_SKEW
        at = min((body.at or latest - MAX_CLOCK_SKEW).astimezone(UTC), latest)
        await self._progress.record(ctx.visitor, body.content, body.position_s, body.duration_s, utc(at))
        return Response(status_code=204)

    async def remove_progress(self, request: Request, ctx: SiteRequest) -> Response:
        content_id = request.query_params.get("content", "")
        if not content_id:
            raise InvalidField("content", "required", "is required: the id of the title")
        await self._progress.remove(ctx.visitor, content_id)
        return Response(status_code=204)

    async def watchlist(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(await self._catalogue.personal.watchlist(ctx.visitor))

    async def add_to_watchlist(self, request: Request, ctx: SiteRequest) -> Response:
        id = request.path_params["id"]
        if not await self._progress.content_exists(ctx.visitor, id):
            raise ApiError(
                404, "not_found", "This title does not exist.", "GET /api/v1/site/home lists the titles of this site."
            )
        await self._watchlist.add(ctx.visitor, id)
        return Response(status_code=204)

    async def remove_from_watchlist(self, request: Request, ctx: SiteRequest) -> Response:
        await self._watchlist.remove(ctx.visitor, request.path_params["id"])
        return Response(status_code=204)

    # --- signing up ---

    async def sign_up(self, request: Request, ctx: SiteRequest) -> Response:
        body = await parse_body(request, SignUpBody)
        user = await self._accounts.sign_up(ctx.site.id, body.name, body.email, body.password, address(request))
        await self._auth.send_verification(request, user)
        return await self._auth.sign_in_response(request, user, 201)

    # --- devices (RFC 8628) ---

    async def start_device_authorization(self, request: Request, ctx: SiteRequest) -> Response:
        """The device authorization request (§3.1, §3.2)."""
        try:
            form = DeviceAuthorizationForm.model_validate(await _form(request))
        except ValidationError:
            return _oauth_error("invalid_client", "client_id must be one of: " + ", ".join(DEVICE_CLIENTS))
        agent = request.headers.get("user-agent", "")
        codes = await self._devices.create_codes(form.client_id, agent, address(request))
        page = f"{await self._auth.known_hosts.base_url(request)}/activate"
        authorization = DeviceAuthorization(
            device_code=codes.device_code,
            user_code=codes.user_code,
            verification_uri=page,
            verification_uri_complete=f"{page}?code={quote(codes.user_code)}",
            expires_in=CODE_LIFETIME_S,
            interval=int(INTERVAL_S),
        )
        return model_response(authorization, headers=NO_STORE)

    async def device_token(self, request: Request, ctx: SiteRequest) -> Response:
        """The device access token request (§3.4, §3.5)."""
        try:
            form = DeviceTokenForm.model_validate(await _form(request))
        except ValidationError:
            return _oauth_error("unsupported_grant_type", f"grant_type must be {DEVICE_GRANT_TYPE}")
        try:
            token, seconds = await self._devices.token(form.device_code, form.client_id)
        except TokenUnavailable as e:
            return _oauth_error(e.error, "")
        return model_response(DeviceToken(token, "Bearer", seconds), headers=NO_STORE)

    async def show_device(self, request: Request, ctx: SiteRequest) -> Response:
        refuse_device(ctx.principal)
        row = await self._devices.find_waiting(ctx.principal.id, request.path_params["code"])
        remaining = datetime.fromisoformat(row.expires_at) - datetime.now(UTC)
        device = WaitingDevice(
            user_code=request.path_params["code"],
            client=DEVICE_CLIENTS[row.client],
            agent=row.agent,
            expires_in=max(0, int(remaining.total_seconds())),
        )
        return model_response(device)

    async def decide_device(self, request: Request, ctx: SiteRequest) -> Response:
        refuse_device(ctx.principal)
        body = await parse_body(request, DeviceDecisionBody)
        await self._devices.decide(
            ctx.principal.id, ctx.principal.organization, request.path_params["code"], body.allow
        )
        return Response(status_code=204)


class InvalidField(Invalid):
    """A body with one invalid field."""

    def __init__(self, field: str, code: str, reason: str) -> None:
        super().__init__("invalid", "Some fields are not valid.", [FieldError(field, code, reason)])


async def _form(request: Request) -> dict[str, str]:
    """The parameters of an OAuth request (`application/x-www-form-urlencoded`, RFC 6749 §3.2). Repeated ones are
    ignored."""
    data = (await body_of(request, 10_000)).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(data).items() if len(values) == 1}


def _oauth_error(error: str, description: str) -> Response:
    """An OAuth error response (RFC 6749 §5.2)."""
    body: OAuthError = {"error": error}
    if description:
        body["error_description"] = description
    return JSONResponse(body, 400, headers=NO_STORE)
