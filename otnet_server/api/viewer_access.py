"""The API of viewers for what their account includes: grants, access codes, and the titles that it plays now."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.endpoint import address, refuse_device
from otnet_server.api.model_json import model_response
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.audience.access_codes import AccessCodes
from otnet_server.audience.included_titles import IncludedTitles
from otnet_server.errors import ApiError
from otnet_server.playback.streams import Streams


class RedeemCodeBody(RequestBody):
    """An access code. Spaces, hyphens and lower case do not matter."""

    code: Annotated[str, Check(min_length=1, max_length=100)]


class ViewerAccessApi:
    def __init__(self, included: IncludedTitles, codes: AccessCodes, streams: Streams) -> None:
        self._included, self._codes, self._streams = included, codes, streams

    async def inclusions(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(await self._included.list(ctx.visitor))

    async def redeem(self, request: Request, ctx: SiteRequest) -> Response:
        refuse_device(ctx.principal)
        body = await parse_body(request, RedeemCodeBody)
        if not ctx.visitor.signed_in:
            raise ApiError(403, "no_organization", "You are not a member of this site.",
                           "Sign in with an account of this site.")  # fmt: skip
        row = await self._codes.redeem(ctx.principal, body.code, address(request))
        return model_response(await self._included.of_grant(ctx.visitor, row), 201)

    async def streams(self, request: Request, ctx: SiteRequest) -> Response:
        viewer = ctx.principal
        return model_response(await self._streams.list(viewer.id, ctx.site.id, viewer.session, viewer.max_age))

    async def end_stream(self, request: Request, ctx: SiteRequest) -> Response:
        if not await self._streams.stop(ctx.principal.id, ctx.site.id, request.path_params["id"]):
            raise ApiError(404, "not_found", "This stream does not exist, or has ended.",
                           "GET /api/v1/me/streams lists the streams of your account.")  # fmt: skip
        return Response(status_code=204)
