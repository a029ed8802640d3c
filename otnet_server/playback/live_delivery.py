"""Delivers what is not in the store yet: manifests, playlists, parts and segments of the live edge.

Playlists and parts wait for what a player asks for ahead of time (RFC 8216bis §6.2.5.2). The caller has decided that
the request may have the media.
"""

from __future__ import annotations

import math
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from otnet_server.live.composer import VIDEO
from otnet_server.live.edge import TooSlow, TrackEdge
from otnet_server.live.stream import LiveStream
from otnet_server.manifests import dash, hls, low_latency
from otnet_server.manifests.low_latency import LivePart, LivePlaylist, LiveSegment, Report
from otnet_server.media import urls
from otnet_server.media.cue_breaks import spans_of
from otnet_server.media.drm import Quality
from otnet_server.media.presentation import BreakSpan, LowLatency, Period, Presentation, TextRendition, Track
from otnet_server.media.presentation import Kind as PresentationKind
from otnet_server.media.protection import includes_rendition
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import renditions_of
from otnet_server.media.urls import Kind, MediaPath
from otnet_server.playback.client_presence import disconnect
from otnet_server.playback.documents import AT_EDGE, CONTENT_TYPES

MAX_AHEAD = 2  # segments that a player may ask for
WAIT_SEGMENTS = 3
MAX_TEXT_SEGMENT_S = 30
# A playlist has so many complete segments at first: Shaka Player does not start with one segment and a hint.
FIRST_SEGMENTS = 3
DIRECTIVE = re.compile(r"\d{1,10}", re.ASCII)


class LiveBody(NamedTuple):
    """An answer: `status`, and either all bytes or those that come, `size` of them if it is known. `immutable`: the URL
    will never have others."""

    status: int
    body: bytes | AsyncGenerator[bytes, None] = b""
    content_type: str = ""
    immutable: bool = False
    size: int | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is a manifest or a playlist."""
        return self.content_type in (CONTENT_TYPES["m3u8"], CONTENT_TYPES["mpd"])


NOT_HERE = LiveBody(404)


async def respond(
    stream: LiveStream, revision: Revision, path: MediaPath, query: str, max_quality: Quality | None
) -> LiveBody | None:
    """The answer of the live edge; None for what the store has, or nobody."""
    if path.kind is Kind.MANIFEST:
        return _manifest(stream, revision, path, max_quality)
    if path.kind is Kind.TEXT_SEGMENT:
        return _text_segment(stream, path)
    track = stream.edge.track_of(path.rendition)
    if track is None:
        return _text_playlist(stream, revision, path)
    wait_s = float(WAIT_SEGMENTS * _target_s(track))
    match path.kind:
        case Kind.PLAYLIST if path.rendition in stream.edge.dropped:
            return NOT_HERE  # hls.js and Shaka Player go on with another rendition
        case Kind.PLAYLIST:
            return await _playlist(stream, track, path, query, wait_s)
        case Kind.INIT_SEGMENT:
            return LiveBody(200, stream.edge.inits[path.rendition], CONTENT_TYPES["mp4"], immutable=True)
        case Kind.PART:
            part = await track.part(path.number, path.part, path.rendition, wait_s)
            return NOT_HERE if part is None else LiveBody(200, part, CONTENT_TYPES["m4s"], immutable=True)
        case Kind.SEGMENT:
            parts = await track.growing(path.number, path.rendition, wait_s)
            if parts is None:
                return None
            segment = track.find(path.number)
            size = track.size(segment, path.rendition) if segment is not None else None
            return LiveBody(200, parts, CONTENT_TYPES["m4s"], immutable=size is not None, size=size)
    return None


async def send_body(
    scope: Scope, receive: Receive, send: Send, result: LiveBody, headers: list[tuple[bytes, bytes]]
) -> None:
    """Send an answer with status 200; what comes in parts in chunks (RFC 9112 §7.1). A client that reads a segment so
    slowly that it is not in memory any more is disconnected."""
    headers = [(b"content-type", result.content_type.encode()), *headers]
    size = len(result.body) if isinstance(result.body, bytes) else result.size
    if size is not None:
        headers.append((b"content-length", b"%d" % size))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] != "HEAD" and not isinstance(result.body, bytes):
        try:
            async for part in result.body:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except TooSlow:
            await disconnect(scope, receive)
            return
    body = result.body if isinstance(result.body, bytes) and scope["method"] != "HEAD" else b""
    await send({"type": "http.response.body", "body": body})


def _target_s(track: TrackEdge) -> Fraction:
    """The longest segment."""
    return 4 * track.shape.part_target


async def _playlist(stream: LiveStream, track: TrackEdge, path: MediaPath, query: str, wait_s: float) -> LiveBody:
    directives = dict(parse_qsl(query, keep_blank_values=True))
    number, part = directives.get("_HLS_msn"), directives.get("_HLS_part")
    if not all(value is None or DIRECTIVE.fullmatch(value) for value in (number, part)) or (part and number is None):
        return LiveBody(400)
    if number is not None:
        if int(number) > track.next[0] + MAX_AHEAD:
            return LiveBody(400)
        if not await track.wait_for(int(number), int(part) if part is not None else None, wait_s):
            return LiveBody(503)
    elif not await track.wait_for(FIRST_SEGMENTS - 1, None, wait_s):
        return LiveBody(503)
    if path.rendition in stream.edge.dropped:
        return NOT_HERE
    skip = directives.get("_HLS_skip") in ("YES", "v2")

    def make() -> bytes:
        return low_latency.media(_live_playlist(stream, track, path.rendition), skip=skip).encode()

    return LiveBody(200, stream.edge.document((path.rendition, skip), make), CONTENT_TYPES["m3u8"])


def _live_playlist(stream: LiveStream, track: TrackEdge, rendition: str) -> LivePlaylist:
    shape, segments = track.shape, track.segments
    end = segments[-1].time + segments[-1].ticks if segments else 0
    window = round(stream.dvr_s * shape.timescale)
    first = next((n for n, s in enumerate(segments) if s.time + s.ticks >= end - window), 0)
    listed = [
        LiveSegment(s.time, s.ticks, s.complete, tuple(LivePart(p.ticks, p.independent) for p in s.parts))
        for s in segments[-low_latency.PARTS_OF_SEGMENTS :]
    ]
    earlier = segments[first : -low_latency.PARTS_OF_SEGMENTS]
    return LivePlaylist(
        timescale=shape.timescale,
        target_s=_longest_s(track),
        part_target_s=shape.part_target,
        number=segments[first].number if segments else 0,
        segments=[*(LiveSegment(s.time, s.ticks, complete=True) for s in earlier), *listed],
        next_time=track.next_time,
        next_part=track.next[1],
        epoch=stream.epoch,
        reports=_reports(stream, rendition),
        breaks=_breaks(stream),
        ended=track.ended,
    )


def _breaks(stream: LiveStream) -> tuple[BreakSpan, ...]:
    """The breaks that cues have announced, which are the same in all playlists: those that have begun in the pictures,
    and have not ended before what viewers can go back to."""
    video = stream.edge.tracks[VIDEO]
    if not video.segments or not stream.plan.breaks:
        return ()
    last, hz = video.segments[-1], video.shape.timescale
    end = Fraction(last.time + last.ticks, hz)
    start = max(Fraction(video.segments[0].time, hz), end - Fraction(round(stream.dvr_s)))
    return spans_of(stream.plan.breaks, start, end)


def _longest_s(track: TrackEdge) -> Fraction:
    """The target duration, which is the same for all playlists: segments of sound are up to a frame longer."""
    return Fraction(round(_target_s(track)))


def _reports(stream: LiveStream, rendition: str) -> list[Report]:
    reports: list[Report] = []
    for track in stream.edge.tracks.values():
        number, part = track.next
        if part == 0:
            if number == 0:
                continue
            number, part = number - 1, len(track.segments[-1].parts)
        for other in track.shape.renditions:
            if other != rendition:
                reports.append(Report(f"../{other}/{urls.PLAYLIST}", number, max(0, part - 1)))
    return reports


def _manifest(stream: LiveStream, revision: Revision, path: MediaPath, max_quality: Quality | None) -> LiveBody:
    def make() -> bytes:
        presentation = _presentation(stream, revision, max_quality)
        if path.path == urls.HLS_MANIFEST:
            return hls.multivariant(_with_captions(stream, presentation)).encode()
        return dash.mpd(presentation, datetime.now(UTC)).encode()

    body = stream.edge.document((path.path, max_quality), make)
    return LiveBody(200, body, CONTENT_TYPES[path.path.rpartition(".")[2]])


def _with_captions(stream: LiveStream, presentation: Presentation) -> Presentation:
    """The presentation with the captions that were seen."""
    folder = stream.row.revision
    text = tuple(
        TextRendition(f"{t.name}{AT_EDGE}", f"{folder}/{t.name}{AT_EDGE}", t.language, t.title, t.roles)
        for t in stream.captions.plans()
    )
    renditions = replace(presentation.renditions, text=text)
    return replace(presentation, periods=(Period(0, renditions),), renditions=renditions)


def _text_playlist(stream: LiveStream, revision: Revision, path: MediaPath) -> LiveBody | None:
    """The playlist of captions, which has the segments of the pictures that are complete."""
    if path.kind is not Kind.PLAYLIST or not path.rendition.endswith(AT_EDGE):
        return None
    if path.rendition not in [f"{t.name}{AT_EDGE}" for t in stream.captions.plans()]:
        return None

    def make() -> bytes:
        presentation = _with_captions(stream, _presentation(stream, revision, None))
        video = presentation.renditions.video[0]
        pictures = replace(video, track=replace(video.track, segments=video.track.segments[:-1]))
        renditions = replace(presentation.renditions, video=(pictures,))
        presentation = replace(presentation, periods=(Period(0, renditions),), renditions=renditions)
        return (hls.media(presentation, path.rendition) or "").encode()

    return LiveBody(200, stream.edge.document(path.rendition, make), CONTENT_TYPES["m3u8"])


def _text_segment(stream: LiveStream, path: MediaPath) -> LiveBody:
    """The captions of a segment of the pictures."""
    start_s, end_s = path.number / 1000, path.part / 1000
    track = stream.edge.tracks[VIDEO]
    complete_s = max((s.time + s.ticks for s in track.segments[-2:] if s.complete), default=0) / track.shape.timescale
    if not 0 < end_s - start_s <= MAX_TEXT_SEGMENT_S or end_s > complete_s + 0.001:
        return NOT_HERE
    text = stream.captions.segment(path.rendition.removesuffix(AT_EDGE), start_s, end_s)
    return NOT_HERE if text is None else LiveBody(200, text, CONTENT_TYPES["vtt"])


def _presentation(stream: LiveStream, revision: Revision, max_quality: Quality | None) -> Presentation:
    """The stream as an open presentation. Its segments include the one that grows, and the next, with the length that
    they are going to have."""
    renditions = renditions_of(revision, "", None, max_quality)
    tracks = {name: _track(stream, track) for name, track in stream.edge.tracks.items()}
    by_rendition = {r: tracks[name] for name, t in stream.edge.tracks.items() for r in t.shape.renditions}
    video = [
        r for r in renditions.video
        if r.name in by_rendition and includes_rendition(revision.plan, r.name, max_quality)
    ]  # fmt: skip
    offered = replace(
        renditions,
        video=tuple(replace(r, track=by_rendition[r.name]) for r in video),
        audio=tuple(replace(r, track=by_rendition[r.name]) for r in renditions.audio),
        thumbnails=None,
    )
    parts = [track.shape.part_target for track in stream.edge.tracks.values()]
    assert stream.plan.video is not None
    segment_s = stream.plan.video.timeline.segment_frames / stream.plan.video.rate
    low = LowLatency(segment_s - max(parts), low_latency.HOLD_BACK_PARTS * max(parts), "/api/v1/time")
    window = Fraction(round(stream.dvr_s))
    return Presentation(
        PresentationKind.LIVE, (Period(0, offered),), offered, stream.epoch, window, low_latency=low,
        breaks=_breaks(stream),
    )  # fmt: skip


def _track(stream: LiveStream, track: TrackEdge) -> Track:
    shape, start = track.shape, track.next_time
    end = _expected_end(stream, track)
    window = round(stream.dvr_s * shape.timescale)
    spans = [(s.time, s.ticks) for s in track.segments if s.complete and s.time + s.ticks >= start - window]
    usual = max([ticks for _, ticks in spans] + [end - start])
    first = next((s.number for s in track.segments if spans and s.time == spans[0][0]), 0)
    return Track(shape.timescale, [*spans, (start, end - start)], usual, first=first)


def _expected_end(stream: LiveStream, track: TrackEdge) -> int:
    """Where the segment that grows, or comes next, is going to end, in ticks: with the pictures of the same segment,
    which are as many as usual."""
    video = stream.edge.tracks[VIDEO]
    assert stream.plan.video is not None
    number = track.next[0]
    segment = next((s for s in reversed(video.segments) if s.number == number), None)
    if segment is not None and segment.complete:
        end = segment.time + segment.ticks
    else:
        start = segment.time if segment is not None else video.next_time
        end = start + stream.plan.video.timeline.segment_frames * video.shape.ticks_per_frame
    seconds = Fraction(end, video.shape.timescale)
    return math.ceil(seconds * track.shape.rate) * track.shape.ticks_per_frame
