"""Previews of live streams by WebRTC: a token for editors, and the WHEP endpoint where a browser uses it
(draft-ietf-wish-whep)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from otnet_server.api.endpoint import Endpoint, body_of, error_response
from otnet_server.api.media import NO_STORE
from otnet_server.api.stream_keys import channel_to_edit
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError, OtnetError, PreviewRefused
from otnet_server.live.health_repository import HealthRepository
from otnet_server.live.preview_service import PreviewService
from otnet_server.playback.access import Access
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc

PATH = "/api/v1/whep"
SDP = "application/sdp"
MAX_OFFER_BYTES = 64 << 10
STATUSES = {"bad_offer": 422, "too_many_previews": 503, "not_running": 503, "no_answer": 503}
Handler = Callable[[Request], Awaitable[Response]]


class LivePreviewsApi:
    def __init__(
        self, db: Database, records: Records, previews: PreviewService, health: HealthRepository, endpoint: Endpoint
    ) -> None:
        self._db, self._records, self._previews = db, records, previews
        self._health, self._endpoint = health, endpoint
        self.declared: dict[str, Access] = {}

    async def create(self, request: Request, principal: Principal) -> Response:
        """A token for the preview of the channel's stream, for its editors."""
        channel = await channel_to_edit(self._db, self._records, request, principal)
        try:
            ticket = self._previews.ticket(channel["id"])
        except PreviewRefused as e:
            if e.code == "not_received" and await self._health.open_stream(channel["id"]) is not None:
                raise ApiError(
                    409, "received_elsewhere", "Another process of the server receives the live stream.",
                    "Ask again, or watch the stream as viewers do.",
                ) from None  # fmt: skip
            raise _api_error(e) from e
        answer = {
            "url": f"{str(request.base_url).rstrip('/')}{PATH}",
            "token": ticket.token,
            "expires_at": utc(ticket.expires_at),
        }
        return JSONResponse(answer, 201, headers=NO_STORE)

    def routes(self) -> Iterator[Route]:
        """The WHEP endpoint."""
        yield self._route(PATH, {"POST": self._start})
        yield self._route(f"{PATH}/{{preview}}", {"DELETE": self._end})

    def _route(self, path: str, handlers: dict[str, Handler]) -> Route:
        self.declared[path] = Access.OPEN  # the handlers check the token, or the id, which is a secret
        allowed = ", ".join([*handlers, "OPTIONS"])

        async def handle(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204, headers={"Allow": allowed, "Accept-Post": SDP})
            if (refusal := await self._endpoint.refuse_excess(request)) is not None:
                return refusal
            try:
                if request.method not in handlers:
                    raise ApiError(405, "method_not_allowed", "This method is not allowed here.",
                                   f"Allowed: {allowed}.", Allow=allowed)  # fmt: skip
                response = await handlers[request.method](request)
            except OtnetError as e:
                response = error_response(e)
            except ClientDisconnect:
                response = Response(status_code=499)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return Route(path, handle, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

    async def _start(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not self._previews.is_valid(token):
            raise ApiError(401, "bad_token", "The token of the preview is not valid, was used, or has expired.",
                           "Ask for another one.", WWW_Authenticate="Bearer")  # fmt: skip
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
            raise ApiError(415, "not_sdp", "The offer must be SDP.", f"Send Content-Type: {SDP}.")
        offer = (await body_of(request, MAX_OFFER_BYTES)).decode("utf-8", "replace")
        if not self._previews.is_valid(token):  # used while the offer was read
            raise ApiError(401, "bad_token", "The token of the preview was used.", "Ask for another one.")
        try:
            preview = await self._previews.start(token, offer)
        except PreviewRefused as e:
            raise _api_error(e) from e
        headers = {"Location": f"{PATH}/{preview.id}", "ETag": f'"{preview.id[:8]}"'}
        return Response(preview.answer, 201, headers, SDP)

    async def _end(self, request: Request) -> Response:
        if not await self._previews.end(request.path_params["preview"]):
            raise ApiError(404, "not_found", "This preview does not exist.", "It may have ended.")
        return Response(status_code=200)


def _api_error(error: PreviewRefused) -> ApiError:
    return ApiError(STATUSES.get(error.code, 409), error.code, error.message, error.remedy)
