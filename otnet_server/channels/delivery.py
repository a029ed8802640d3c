"""Delivery of channels over HTTP: manifests, segments and subtitles, as a plain ASGI application.

Every request is decided like one for a title (`playback/authorization.py`, edge policies), with the channel in its
place. An airing is delivered while it is in the channel's window. The parameter `at` of a manifest asks for another
moment of the window.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from otnet_server.channels.ad_decisions import EVERYBODY
from otnet_server.channels.airing import MAX_COHORTS, Airing, AiringKind, moment_of, ticks_at
from otnet_server.channels.impressions import Impressions
from otnet_server.channels.interstitials import InterstitialDelivery, with_cohort, with_lists
from otnet_server.channels.objects import ChannelObjects
from otnet_server.channels.periods import source_of
from otnet_server.channels.presentation import TARGET_DURATION_S, Moment, published_at
from otnet_server.channels.reader import ChannelReader, OnAir
from otnet_server.channels.urls import COHORT, AdPath, ChannelPath, Kind, parse
from otnet_server.errors import ApiError, StorageUnavailable
from otnet_server.logs import log
from otnet_server.manifests import dash, hls
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.urls import HLS_MANIFEST, split_session
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.conditional_requests import byte_range, matches
from otnet_server.playback.documents import CONTENT_TYPES
from otnet_server.playback.edge_policies import EdgePolicies
from otnet_server.playback.responses import PREFLIGHT_HEADERS
from otnet_server.playback.visibility import NOT_FOUND, Decision, Refusal, cache_headers
from otnet_server.problems import problem

SLACK_TICKS = int(4 * TARGET_DURATION_S * CLOCK_HZ)  # players may ask for what has just left the window
MAX_AGE_S = 1
AT_HEADER = "OTNet-At"


class ChannelDelivery:
    """`cors` returns the headers for cross-origin requests."""

    def __init__(
        self,
        reader: ChannelReader,
        objects: ChannelObjects,
        authorization: Authorization,
        policies: EdgePolicies,
        impressions: Impressions,
        interstitials: InterstitialDelivery,
        cors: Callable[[Scope], list[tuple[bytes, bytes]]],
    ) -> None:
        self._reader, self._objects = reader, objects
        self._authorization, self._policies, self._cors = authorization, policies, cors
        self._impressions, self._interstitials = impressions, interstitials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, path = split_session(scope["path"])
        scope = {**scope, "path": path}
        response = await self._respond(scope, token)
        response.raw_headers += self._cors(scope)
        app: ASGIApp = response
        await app(scope, receive, send)

    async def _respond(self, scope: Scope, token: str | None) -> Response:
        if scope["method"] == "OPTIONS":
            response = Response(status_code=204)
            response.raw_headers += PREFLIGHT_HEADERS
            return response
        if scope["method"] not in ("GET", "HEAD"):
            return problem(405, "method_not_allowed", "Media can only be read.", headers={"Allow": "GET, HEAD"})
        path = parse(scope["path"])
        if path is None:
            return _refusal(NOT_FOUND)
        decision = self._authorization.remembered(scope, path.channel, token)
        decision = decision or await self._authorization.media(scope, path.channel, token)
        decision = await self._policies.decide(scope, path.channel, token, decision)
        if decision.refusal is not None:
            return _refusal(decision.refusal)
        channel = await self._reader.on_air(path.channel)
        if channel is None or not channel.airings:
            return _starting()
        try:
            if path.ad is not None:
                return await self._interstitial(scope, path, path.ad, channel, decision, token)
            if path.kind in (Kind.MANIFEST, Kind.PLAYLIST):
                return await self._document(scope, path, channel, decision)
            return await self._object(scope, path, channel, decision, token)
        except ApiError as e:  # the DRM provider is not available
            return problem(e.status, e.code, e.message, e.remedy, headers={"Cache-Control": "no-store"})

    async def _document(self, scope: Scope, path: ChannelPath, channel: OnAir, decision: Decision) -> Response:
        at = self._at(scope, channel)
        if at is None:
            return problem(400, "bad_moment", "“at” is not a time that you may ask for.",
                           "Send a time within the channel's window, such as 2026-12-24T20:15:00Z.")  # fmt: skip
        cohort = _cohort(scope, channel)
        if cohort is None:
            return problem(400, "bad_cohort", "“cohort” is not a group of viewers.",
                           f"Send a number from 0 to {MAX_COHORTS - 1}, or none.")  # fmt: skip
        body = await document(self._reader, channel, path, at, cohort)
        if body is None:
            return _refusal(NOT_FOUND)
        if channel.moment is not None and not channel.moment.presentation.periods:
            return _starting()
        body, refusal = self._policies.with_tags(scope, body)
        if refusal is not None:
            return _refusal(refusal)
        assert channel.row.epoch is not None
        when = moment_of(channel.row.epoch, at).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {**_document_headers(decision), AT_HEADER: when}
        kind = CONTENT_TYPES["m3u8" if path.kind is Kind.PLAYLIST or path.name == HLS_MANIFEST else "mpd"]
        return _with_etag(scope, body, kind, headers)

    def _at(self, scope: Scope, channel: OnAir) -> int | None:
        """The moment of a manifest in ticks of the channel's clock, a whole second; None when it is not allowed."""
        assert channel.row.epoch is not None
        now = ticks_at(channel.row.epoch, datetime.now(UTC).replace(microsecond=0))
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if "at" not in query:
            return now
        try:
            moment = datetime.fromisoformat(query["at"][0].replace(" ", "+"))
            if moment.tzinfo is None:
                return None
            at = ticks_at(channel.row.epoch, moment.replace(microsecond=0))
        except (ValueError, OverflowError):
            return None
        return at if now - channel.clock.window_s * CLOCK_HZ <= at <= now else None

    async def _object(
        self, scope: Scope, path: ChannelPath, channel: OnAir, decision: Decision, token: str | None
    ) -> Response:
        airing = await self._reader.airing(channel, path.number)
        if airing is None or not self._is_on(airing, channel):
            return _refusal(NOT_FOUND)
        return await self._send(scope, path, airing, decision, token)

    async def _interstitial(
        self, scope: Scope, path: ChannelPath, ad_path: AdPath, channel: OnAir, decision: Decision, token: str | None
    ) -> Response:
        """An ad, or the list of the ads, of a break that is in the window, or was while its ads were played."""
        first = await self._interstitials.first_of(channel, ad_path)
        if first is None or not self._is_on(first, channel):
            return _refusal(NOT_FOUND)
        assert first.ad_break is not None
        if path.kind is Kind.ASSET_LIST:
            return await self._interstitials.asset_list(scope, channel, first.ad_break, ad_path.cohort, token)
        ad = await self._interstitials.ad(channel, first.ad_break, ad_path)
        if ad is None:
            return _refusal(NOT_FOUND)
        if path.kind not in (Kind.MANIFEST, Kind.PLAYLIST):
            return await self._send(scope, path, ad.airing, decision, token)
        text = ad.document(path)
        body, refusal = self._policies.with_tags(scope, text.encode()) if text is not None else (b"", NOT_FOUND)
        if refusal is not None:
            return _refusal(refusal)
        return _with_etag(scope, body, CONTENT_TYPES["m3u8"], _document_headers(decision))

    async def _send(
        self, scope: Scope, path: ChannelPath, airing: Airing, decision: Decision, token: str | None
    ) -> Response:
        """An object of an airing."""
        body = self._objects.known(scope["path"])
        if body is None:
            revisions = await self._reader.revisions([airing])
            try:
                body = await self._objects.read(scope["path"], path, airing, revisions)
            except FileNotFoundError:
                body = None
            except StorageUnavailable:
                return problem(503, "storage_away", "The media storage is not available.",
                               "Try again in a few seconds.", headers={"Retry-After": "5"})  # fmt: skip
            except ValueError as e:
                log.warning("a segment can't be put on a channel", path=scope["path"], why=str(e))
                body = None
        if body is None:
            return _refusal(NOT_FOUND)
        if airing.kind is AiringKind.AD and path.kind is Kind.SEGMENT and scope["method"] == "GET":
            source = source_of(airing, await self._reader.revisions([airing]), path.name)
            if source is not None:
                await self._impressions.sent(scope, token, airing, source.track.track, path.start, path.channel)
        kind = CONTENT_TYPES[scope["path"].rpartition(".")[2]]
        headers = {**cache_headers(decision), "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes"}
        span = byte_range(Request(scope).headers.get("range", "").encode("latin-1"), len(body))
        if span == (0, 0):
            return Response(status_code=416, headers={"Content-Range": f"bytes */{len(body)}"})
        if span is not None:
            start, end = span
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(body)}"
            return Response(body[start:end], 206, headers, kind)
        return Response(body, 200, headers, kind)

    def _is_on(self, airing: Airing, channel: OnAir) -> bool:
        """Whether an airing is on, or was within the window of the channel."""
        assert channel.row.epoch is not None
        now = ticks_at(channel.row.epoch, datetime.now(UTC))
        return airing.start <= now and airing.end > now - channel.clock.window_s * CLOCK_HZ - SLACK_TICKS


def _cohort(scope: Scope, channel: OnAir) -> int | None:
    """The cohort whose manifest is requested; None when it is no number of one."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True).get("cohort", ["0"])[0]
    if not re.fullmatch(COHORT, given, re.ASCII):
        return None
    return channel.cohort(int(given))


async def document(
    reader: ChannelReader, channel: OnAir, path: ChannelPath, at: int, cohort: int = EVERYBODY
) -> bytes | None:
    """A manifest or media playlist of a channel at a moment, for a cohort; None when it offers no such rendition.
    Raises ApiError when the DRM provider is not available."""
    known = channel.moment
    if known is None or not known.changed_at <= at < known.changes_at:
        moment = await reader.moment(channel, at)
        if channel.moment is None or moment.changed_at >= channel.moment.changed_at:
            channel.moment, channel.moment_at, channel.documents = moment, at, {}
        else:  # an earlier moment
            return _make(channel, path, moment, cohort)
    key = f"{path.kind} {path.name} {cohort}"
    assert channel.moment is not None
    if key not in channel.documents:
        body = _make(channel, path, channel.moment, cohort)
        if body is None:
            return None
        channel.documents[key] = body
    return channel.documents[key]


def _make(channel: OnAir, path: ChannelPath, moment: Moment, cohort: int) -> bytes | None:
    shown = moment.presentation
    if channel.clock.interstitials:
        shown = replace(shown, breaks=with_lists(shown.breaks, cohort))
    if path.kind is Kind.PLAYLIST:
        text = hls.media(shown, path.name)
    elif path.name == HLS_MANIFEST:
        text = hls.multivariant(shown) if cohort == EVERYBODY else with_cohort(hls.multivariant(shown), cohort)
    else:
        text = dash.mpd(shown, published_at(channel.clock, moment))
    return text.encode() if text is not None else None


def _document_headers(decision: Decision) -> dict[str, str]:
    """Headers of a manifest or playlist, to which policies may have added tags."""
    caching = f"public, max-age={MAX_AGE_S}" if decision.public else "private, no-cache"
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return headers if decision.public else {**headers, "Vary": "Cookie, Authorization"}


def _starting() -> Response:
    """Of a channel that was just turned on, and, on a new server, until its slate is encoded."""
    headers = {"Retry-After": "2", "Cache-Control": "no-store"}
    message = "The channel has not started yet: the server is preparing its first pictures."
    return problem(503, "not_yet", message, "Try again in a few seconds.", headers=headers)


def _refusal(refusal: Refusal) -> Response:
    return problem(*refusal, headers={"Cache-Control": "no-store"})


def _with_etag(scope: Scope, body: bytes, kind: str, headers: dict[str, str]) -> Response:
    etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    headers = {**headers, "ETag": etag}
    given = Request(scope).headers.get("if-none-match", "")
    if given and matches(given.encode("latin-1"), etag.encode()):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, kind)
