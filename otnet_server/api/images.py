"""Resized variants of artwork and stills over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.errors import ApiError
from otnet_server.images.store import CONTENT_TYPES, Pictures
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.visibility import NOT_FOUND, Decision, cache_headers


class ImagesApi:
    def __init__(self, pictures: Pictures, authorization: Authorization) -> None:
        self._pictures, self._authorization = pictures, authorization

    async def variant(self, request: Request, ctx: SiteRequest) -> Response:
        params = request.path_params
        decide = {"a": self._authorization.artwork, "m": self._authorization.media_picture}.get(params["kind"])
        decision = await decide(request.scope, params["id"]) if decide is not None else Decision(NOT_FOUND)
        headers = {"ETag": f'"{params["version"]}.{params["name"]}"', **cache_headers(decision)}
        allowed = decision.refusal is None
        if allowed and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        data = (
            await self._pictures.variant(params["kind"], params["id"], params["version"], params["name"])
            if allowed
            else None
        )
        if data is None:
            raise ApiError(404, "not_found", "This picture does not exist.", "Use addresses from the API.")
        return Response(data, media_type=CONTENT_TYPES[params["name"].rpartition(".")[2]], headers=headers)
