"""The channels of a site and their guide, for viewers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.model_json import model_response
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.channels.guide import MAX_DAYS, Guide
from otnet_server.errors import ApiError
from otnet_server.playback.visibility import Visitor
from otnet_server.read_model.guide import ChannelList, ChannelPage, GuidePage

GUIDE_HOURS = 24  # without “to”
EARLIER_MINUTES = 60  # without “from”


class GuideApi:
    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def channels(self, request: Request, ctx: SiteRequest) -> Response:
        at, channels = _now(), await self._guide.channels(ctx.visitor)
        return model_response(ChannelList(items=[await self._guide.card(ctx.visitor, one, at) for one in channels]))

    async def channel(self, request: Request, ctx: SiteRequest) -> Response:
        page = await channel_page(self._guide, ctx.visitor, request.path_params["slug"])
        if page is None:
            raise ApiError(
                404, "not_found", "This channel does not exist, or it is off.", "GET /api/v1/channels lists them."
            )
        return model_response(page)

    async def of_all(self, request: Request, ctx: SiteRequest) -> Response:
        default = _default_start()
        start = moment_of_query(request, "from", default)
        end = moment_of_query(request, "to", start + timedelta(hours=GUIDE_HOURS))
        if not start < end <= start + timedelta(days=MAX_DAYS):
            raise ApiError(
                400, "bad_range", f"“to” must be after “from”, by at most {MAX_DAYS} days.", "Ask for less at a time."
            )
        return model_response(await self._guide.of_all(ctx.visitor, start, end))


async def channel_page(guide: Guide, visitor: Visitor, name: str) -> ChannelPage | None:
    channel = await guide.channel(visitor, name)
    return await guide.page(visitor, channel, _now()) if channel is not None else None


async def guide_page(guide: Guide, visitor: Visitor) -> GuidePage:
    start = _default_start()
    return await guide.of_all(visitor, start, start + timedelta(hours=GUIDE_HOURS))


def moment_of_query(request: Request, name: str, default: datetime) -> datetime:
    """A moment of the query. Raises ApiError 400 when it has no offset or is too far away to be calculated with."""
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None or not 1970 < moment.year < 9000:
            raise ValueError(text)
        return moment.astimezone(UTC)
    except ValueError:
        raise ApiError(
            400, "bad_moment", f"“{name}” is not a time with an offset.", "Send a time such as 2026-12-24T20:15:00Z."
        ) from None


def _default_start() -> datetime:
    at = _now() - timedelta(minutes=EARLIER_MINUTES)
    return at.replace(minute=0 if at.minute < 30 else 30, second=0)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
