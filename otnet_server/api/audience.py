"""What somebody who watches keeps: how far they came, their list, their devices; signing up and letting devices in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qs, quote

from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.auth import Auth, Body, Email, Line, Word, read
from otnet_server.api.endpoint import address, body_of
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.audience.devices import CODE_LIFETIME_S, INTERVAL_S, Devices, TokenUnavailable
from otnet_server.audience.progress import ProgressStore
from otnet_server.audience.watchlist import Watchlist
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.identity.accounts import Accounts
from otnet_server.schema.fields.dates import utc

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CLIENTS = {"otnet-tv": "Television"}
AHEAD = timedelta(minutes=5)
Seconds = Annotated[float, Check(ge=0, le=10_000_000, allow_inf_nan=False)]


class Reached(Body):
    content: Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
    position_s: Seconds
    duration_s: Seconds
    at: datetime | None = None


class SignUp(Body):
    name: Line
    email: Email
    password: Word


class Decision(Body):
    allow: bool


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

    # --- how far, and what is kept ---

    async def progress(self, request: Request, ctx: SiteRequest) -> Response:
        of = request.query_params.get("content")
        if of is None:
            return JSONResponse({"items": await self._progress.positions(ctx.visitor, ctx.principal.id)})
        there = await self._progress.content_exists(ctx.visitor, of)
        row = await self._progress.position(ctx.principal.id, of) if there else None
        if row is None:
            raise ApiError(404, "not_found", "It was not watched yet.", "PUT /api/v1/me/progress says how far.")
        return JSONResponse({n: row[n] for n in ("content", "position_s", "duration_s", "at")})

    async def reached(self, request: Request, ctx: SiteRequest) -> Response:
        told = await read(request, Reached)
        if not await self._progress.content_exists(ctx.visitor, told.content):
            raise Conflicting("content", "no_such_record", "names no title of this site")
        latest = datetime.now(UTC) + AHEAD
        at = min((told.at or latest - AHEAD).astimezone(UTC), latest)
        await self._progress.record(ctx.principal.id, told.content, told.position_s, told.duration_s, utc(at))
        return Response(status_code=204)

    async def list(self, request: Request, ctx: SiteRequest) -> Response:
        return JSONResponse(await self._catalogue.personal.watchlist(ctx.visitor))

    async def keep(self, request: Request, ctx: SiteRequest) -> Response:
        id = request.path_params["id"]
        if not await self._progress.content_exists(ctx.visitor, id):
            raise ApiError(
                404, "not_found", "There is no such title here.", "GET /api/v1/site/home lists what there is."
            )
        await self._watchlist.add(ctx.principal.id, id)
        return Response(status_code=204)

    async def drop(self, request: Request, ctx: SiteRequest) -> Response:
        await self._watchlist.remove(ctx.principal.id, request.path_params["id"])
        return Response(status_code=204)

    # --- signing up ---

    async def sign_up(self, request: Request, ctx: SiteRequest) -> Response:
        told = await read(request, SignUp)
        user = await self._accounts.sign_up(ctx.site["id"], told.name, told.email, told.password)
        return await self._auth.signed_in(request, user, 201)

    # --- devices (RFC 8628) ---

    async def device(self, request: Request, ctx: SiteRequest) -> Response:
        """§3.1, §3.2."""
        form = await _form(request)
        if form.get("client_id") not in CLIENTS:
            return _oauth("invalid_client", "client_id must be one of: " + ", ".join(CLIENTS))
        agent = request.headers.get("user-agent", "")
        codes = await self._devices.create_codes(form["client_id"], agent, address(request))
        page = f"{ctx.base}/activate"
        return JSONResponse({
            "device_code": codes.device_code, "user_code": codes.user_code, "verification_uri": page,
            "verification_uri_complete": f"{page}?code={quote(codes.user_code)}", "expires_in": CODE_LIFETIME_S,
            "interval": int(INTERVAL_S),
        }, headers={"Cache-Control": "no-store"})  # fmt: skip

    async def token(self, request: Request, ctx: SiteRequest) -> Response:
        """§3.4, §3.5."""
        form = await _form(request)
        if form.get("grant_type") != GRANT:
            return _oauth("unsupported_grant_type", f"grant_type must be {GRANT}")
        try:
            token, seconds = await self._devices.token(form.get("device_code", ""), form.get("client_id", ""))
        except TokenUnavailable as e:
            return _oauth(e.error, "")
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": seconds},
                            headers={"Cache-Control": "no-store"})  # fmt: skip

    async def waiting(self, request: Request, ctx: SiteRequest) -> Response:
        row = await self._devices.find_waiting(ctx.principal.id, request.path_params["code"])
        left = datetime.fromisoformat(row["expires_at"]) - datetime.now(UTC)
        return JSONResponse({"user_code": request.path_params["code"], "client": CLIENTS[row["client"]],
                             "agent": row["agent"], "expires_in": max(0, int(left.total_seconds()))})  # fmt: skip

    async def decide(self, request: Request, ctx: SiteRequest) -> Response:
        told = await read(request, Decision)
        await self._devices.decide(
            ctx.principal.id, ctx.principal.organization, request.path_params["code"], told.allow
        )
        return Response(status_code=204)


class Conflicting(Invalid):
    def __init__(self, field: str, code: str, reason: str) -> None:
        super().__init__("invalid", "Some fields can't be taken as they are.", [FieldError(field, code, reason)])


async def _form(request: Request) -> dict[str, str]:
    """OAuth's parameters: `application/x-www-form-urlencoded`, each given once (RFC 6749 §3.2)."""
    data = (await body_of(request, 10_000)).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(data).items() if len(values) == 1}


def _oauth(error: str, description: str) -> Response:
    """RFC 6749 §5.2."""
    body = {"error": error, **({"error_description": description} if description else {})}
    return JSONResponse(body, 400, headers={"Cache-Control": "no-store"})
