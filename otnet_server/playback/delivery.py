"""Media over HTTP: the hot path, a raw ASGI application.

A published segment never changes, so what is known of it (file, headers) is remembered under its path;
a repeated request is one dictionary look-up, one open, one read, one send, with no thread hop and no
check made twice. What is planned but not made yet is asked for and waited for. Everything else is 404.

Paths below `/media/<media id>/`:
    main.m3u8, main.mpd                          manifests, made on request, cached until something changes
    <revision>/<rendition>/index.m3u8            media playlists
    <revision>/<rendition>/init.mp4, <time>.m4s  segments
    <revision>/<text>/text.vtt, <revision>/poster.jpg, <revision>/thumbnails/{index.m3u8,index.vtt,<n>.jpg}
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from otnet_server.errors import StorageUnavailable
from otnet_server.manifests import dash, hls
from otnet_server.manifests.storyboard import storyboard
from otnet_server.media.revision import Piece, Revision
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.publish import object_key
from otnet_server.pipeline.revision_cache import RevisionCache, wait_for_piece
from otnet_server.playback.audio_download import FILE
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.visibility import NOT_FOUND, Decision, Refusal, cache_headers
from otnet_server.problems import problem
from otnet_server.protocols import Storage

MAX_CACHED_OBJECTS = 50_000
RECENT_CLIENT_S = 60.0
SEND_BYTES = 1 << 20
TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "vtt": "text/vtt; charset=utf-8",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
}


class CachedObject(NamedTuple):
    """A published object: its file (None: ask the store), key, size, and the headers of a whole answer."""

    path: str | None
    key: str
    size: int
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class Delivery:
    """`prioritise_chunk(media, revision, track, number)` moves a chunk to the front of the queue."""

    def __init__(
        self,
        media_queries: MediaQueries,
        revisions: RevisionCache,
        storage: Storage,
        prioritise_chunk: Callable[[str, str, str, int], Awaitable[None]],
        authorization: Authorization,
        *,
        wait_s: float,
        cors: tuple[str, ...],
    ) -> None:
        self._media_queries, self._revisions, self._storage = media_queries, revisions, storage
        self._prioritise_chunk, self._authorization, self._wait_s = prioritise_chunk, authorization, wait_s
        self._origins = set(cors)
        self._objects: dict[str, CachedObject] = {}
        self._recent_clients: dict[str, float] = {}

    def active_client_count(self) -> int:
        """Addresses that fetched a segment within the last minute."""
        since = time.monotonic() - RECENT_CLIENT_S
        self._recent_clients = {address: at for address, at in self._recent_clients.items() if at > since}
        return len(self._recent_clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        cors = self._cors(scope)
        if method == "OPTIONS":
            await _reply(send, 204, [*cors, *PREFLIGHT])
        elif method not in ("GET", "HEAD"):
            await problem(405, "method_not_allowed", "Media can only be read.", headers={"Allow": "GET, HEAD"})(
                scope, receive, send
            )
        else:
            decision = await self._decide(scope)
            if decision.refusal is not None:
                await _refuse(decision.refusal)(scope, receive, _with(send, cors))
            elif ready := self._objects.get(scope["path"]):
                if scope["path"].endswith(".m4s"):
                    self._recent_clients[scope["client"][0] if scope["client"] else ""] = time.monotonic()
                await self._object(scope, receive, send, ready, decision, cors)
            else:
                await self._find(scope, receive, send, decision, cors)

    async def _decide(self, scope: Scope) -> Decision:
        media = scope["path"].split("/", 3)[2]
        return self._authorization.remembered(scope, media) or await self._authorization.media(scope, media)

    def _cors(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        if "*" in self._origins:
            return ANY_ORIGIN
        origin = next((v for k, v in scope["headers"] if k == b"origin"), b"")
        if origin.decode("latin-1") in self._origins:
            return [(b"access-control-allow-origin", origin), (b"vary", b"origin"), EXPOSED]
        return [(b"vary", b"origin")]

    async def _find(
        self, scope: Scope, receive: Receive, send: Send, decision: Decision, cors: list[tuple[bytes, bytes]]
    ) -> None:
        parts, begun = scope["path"].split("/")[2:], time.monotonic()
        answer: CachedObject | tuple[bytes, str] | int = 404
        if len(parts) == 2 and parts[1] in ("main.m3u8", "main.mpd"):
            answer = await self._manifest(parts[0], parts[1])
        elif 3 <= len(parts) <= 4:
            answer = await self._inside(parts[0], parts[1], parts[2:])
        if time.monotonic() - begun > 1:  # it was waited for: the permission may have ended meanwhile
            decision = await self._decide(scope)
        if decision.refusal is not None:
            await _refuse(decision.refusal)(scope, receive, _with(send, cors))
            return
        if isinstance(answer, CachedObject):
            if len(self._objects) >= MAX_CACHED_OBJECTS:
                self._objects.clear()
            self._objects[scope["path"]] = answer
            await self._object(scope, receive, send, answer, decision, cors)
        elif isinstance(answer, tuple):
            await _document(scope, send, *answer, decision, cors)
        elif answer == 503:
            await problem(
                503,
                "not_yet",
                "This part is still being made.",
                "Ask again in a moment.",
                headers={"Retry-After": "2", "Cache-Control": "no-store"},
            )(scope, receive, _with(send, cors))
        else:
            await _refuse(NOT_FOUND)(scope, receive, _with(send, cors))

    async def _manifest(self, media: str, name: str) -> tuple[bytes, str] | int:
        row = await self._media_queries.media(media)
        if row is None:
            return 404
        revision_id = row.playing or row.current
        revision = await self._revisions.get(revision_id) if revision_id else None
        if revision is None:
            return 404
        if revision.growing and ("video", 0) not in revision.pieces:
            return 503
        make = hls.multivariant if name.endswith("m3u8") else lambda t: dash.mpd(t, row.created_at)
        return cached(revision, name, make)

    async def _inside(self, media: str, revision_id: str, rest: list[str]) -> CachedObject | tuple[bytes, str] | int:
        revision = await self._revisions.get(revision_id)
        if revision is None or revision.media != media:
            return 404
        name = rest[-1]
        if name in ("index.m3u8", "index.vtt"):
            return _generated(revision, "/".join(rest))
        if rest == [FILE]:
            return await self._stored(object_key(media, revision_id, FILE), absent=404)
        wanted = _piece(revision, rest)
        if wanted is None:
            return 404
        piece, key = wanted
        if piece not in revision.pieces and not await self._wait(revision, piece):
            return 503
        if "failed" in revision.pieces[piece]:
            return 404
        return await self._stored(object_key(media, revision_id, key))

    async def _wait(self, revision: Revision, piece: Piece) -> bool:
        track, number = piece
        if track in ("poster", "sheet"):
            return False
        await self._prioritise_chunk(revision.media, revision.id, track, number)
        return await wait_for_piece(revision, piece, self._wait_s)

    async def _stored(self, key: str, absent: int = 503) -> CachedObject | int:
        try:
            found = await self._storage.stat(key)
        except StorageUnavailable:
            return 503
        if found is None:
            return absent
        path = self._storage.path(key)
        etag = f'"{found.etag}"'.encode()
        headers = [
            (b"content-type", TYPES[key.rpartition(".")[2]].encode()),
            (b"content-length", str(found.size).encode()),
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            NOSNIFF,
        ]
        return CachedObject(str(path) if path else None, key, found.size, etag, headers)

    async def _object(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        ready: CachedObject,
        decision: Decision,
        cors: list[tuple[bytes, bytes]],
    ) -> None:
        wanted: bytes | None = None
        caching = _cache_headers(decision)
        for name, value in scope["headers"]:
            if name == b"range":
                wanted = value
            elif name == b"if-none-match" and matches(value, ready.etag):
                await _reply(send, 304, [(b"etag", ready.etag), *caching, *cors])
                return
        start, end, status = 0, ready.size, 200
        headers = ready.headers + caching + cors
        if wanted is not None and (span := byte_range(wanted, ready.size)) is not None:
            if span == (0, 0):
                await _reply(send, 416, [(b"content-range", b"bytes */%d" % ready.size), *cors])
                return
            start, end = span
            status = 206
            headers = [(k, v) for k, v in headers if k != b"content-length"]
            headers += [
                (b"content-length", b"%d" % (end - start)),
                (b"content-range", b"bytes %d-%d/%d" % (start, end - 1, ready.size)),
            ]
        if scope["method"] == "HEAD":
            await _reply(send, status, headers)
            return
        try:
            body = await self._bytes(ready, start, min(end, start + SEND_BYTES))
        except (OSError, StorageUnavailable):
            self._objects.pop(scope["path"], None)
            await problem(
                503,
                "storage_away",
                "The media store does not answer.",
                "Try again.",
                headers={"Retry-After": "5", "Cache-Control": "no-store"},
            )(scope, receive, _with(send, cors))
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        at = start + len(body)
        while at < end:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            body = await self._bytes(ready, at, min(end, at + SEND_BYTES))
            at += len(body)
        await send({"type": "http.response.body", "body": body})

    async def _bytes(self, ready: CachedObject, start: int, end: int) -> bytes:
        if ready.path is None:
            return await self._storage.get(ready.key, start, end)
        # In the loop on purpose: a read from the page cache is far cheaper than a hop to a thread and back.
        with open(ready.path, "rb", buffering=0) as f:  # noqa: ASYNC230, PTH123
            if start:
                f.seek(start)
            return f.read(end - start)


def cached(revision: Revision, name: str, make: Callable[[Revision], str]) -> tuple[bytes, str]:
    """A manifest's bytes and type, made again only after the title has changed."""
    if name not in revision.manifest_cache:
        revision.manifest_cache[name] = (make(revision).encode(), TYPES[name.rpartition(".")[2]])
    return revision.manifest_cache[name]


def _generated(revision: Revision, path: str) -> tuple[bytes, str] | int:
    """Playlists and the storyboard of one rendition."""
    rendition, name = path.split("/", 1)
    made: str | None = None
    if path in revision.manifest_cache:
        return revision.manifest_cache[path]
    if rendition == "thumbnails":
        made = storyboard(revision) if name == "index.vtt" else hls.thumbnails(revision)
    elif name == "index.m3u8":
        made = hls.text(revision.plan.duration_s) if revision.is_text(rendition) else hls.media(revision, rendition)
    if made is None:
        return 404
    return cached(revision, path, lambda _: made)


def _piece(revision: Revision, rest: list[str]) -> tuple[Piece, str] | None:
    """(the piece that makes it, its key) for a name that the plan knows. Nothing else exists."""
    if rest == ["poster.jpg"]:
        return ("poster", 0), "poster.jpg"
    if len(rest) != 2:
        return None
    rendition, name = rest
    stem, _, ending = name.rpartition(".")
    if rendition == "thumbnails" and ending == "jpg" and stem.isdecimal() and len(stem) < 7:
        thumbs = revision.plan.video.thumbnails if revision.plan.video else None
        number = int(stem)
        known = thumbs is not None and number < thumbs.sheets and str(number) == stem
        return (("sheet", number), f"thumbnails/{number}.jpg") if known else None
    if name == "text.vtt":
        return ((rendition, 0), f"{rendition}/text.vtt") if revision.is_text(rendition) else None
    track = revision.track_of(rendition)
    if track is None:
        return None
    if name == "init.mp4":
        first = next((n for t, n in revision.pieces if t == track), 0)
        return (track, first), f"{rendition}/init.mp4"
    if ending != "m4s" or not stem.isdecimal() or len(stem) > 18 or str(int(stem)) != stem:
        return None
    timeline = revision.timeline(track)
    index = timeline.at_time(int(stem))
    return None if index is None else ((track, timeline.chunk_of(index).number), f"{rendition}/{name}")


def byte_range(value: bytes, size: int) -> tuple[int, int] | None:
    """`(start, end)` of one range (RFC 9110 §14.2), end exclusive; None to answer whole; (0, 0) for 416."""
    unit, _, spec = value.partition(b"=")
    first, dash_, last = spec.strip().partition(b"-")
    if unit.strip().lower() != b"bytes" or not dash_ or not (first + last).isdigit() or len(spec) > 40:
        return None
    if not first:
        length = int(last)
        return (max(0, size - length), size) if length > 0 and size else (0, 0)
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else (0, 0)


def matches(header: bytes, etag: bytes) -> bool:
    """If-None-Match (RFC 9110 §13.1.2), weak comparison."""
    tags = [t.strip().removeprefix(b"W/") for t in header.split(b",")]
    return b"*" in tags or etag.removeprefix(b"W/") in tags


def _cache_headers(decision: Decision) -> list[tuple[bytes, bytes]]:
    """Cache headers of a published object."""
    if not decision.public:
        return PRIVATE
    if decision.until is None and not decision.by_site:
        return PUBLIC
    return _encoded(cache_headers(decision))


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _refuse(refusal: Refusal) -> Response:
    return problem(*refusal, headers={"Cache-Control": "no-store"})


async def _document(
    scope: Scope, send: Send, body: bytes, kind: str, decision: Decision, cors: list[tuple[bytes, bytes]]
) -> None:
    etag = b'"' + hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b'"'
    caching = [(b"cache-control", b"no-cache")] if decision.public else PRIVATE
    head = [(b"etag", etag), *caching, NOSNIFF, *cors]
    given = next((v for k, v in scope["headers"] if k == b"if-none-match"), b"")
    if given and matches(given, etag):
        await _reply(send, 304, head)
        return
    headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)), *head]
    await _reply(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _reply(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _with(send: Send, extra: list[tuple[bytes, bytes]]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return wrapped


PRIVATE, PUBLIC = _encoded(cache_headers(Decision())), _encoded(cache_headers(Decision(public=True)))
NOSNIFF = (b"x-content-type-options", b"nosniff")
EXPOSED = (b"access-control-expose-headers", b"content-length, content-range, retry-after")
ANY_ORIGIN = [(b"access-control-allow-origin", b"*"), EXPOSED]
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"range, authorization, if-none-match"),
    (b"access-control-max-age", b"86400"),
]
