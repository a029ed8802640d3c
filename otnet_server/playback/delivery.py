"""Delivery of media over HTTP: the hot path, a plain ASGI application.

A published segment is immutable, so its file and headers are cached by path, and what was read of it recently. A
repeated request then takes a few dictionary look-ups and a send, without a thread switch. A request for a planned
segment that is not published yet prioritises its chunk and waits for it. Everything else is 404.
Manifests and playlists are made on request and cached until the revision changes. `otnet_server.media.urls` says what
each path names.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from otnet_server.errors import ApiError, StorageUnavailable
from otnet_server.live.captions import captions_between
from otnet_server.live.stream import LiveStream
from otnet_server.manifests import dash, hls
from otnet_server.media import urls, webvtt
from otnet_server.media.drm import Quality
from otnet_server.media.protection import includes_rendition, includes_video
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.revision_presentation import presentation_of
from otnet_server.media.states import State
from otnet_server.media.urls import Kind, MediaPath
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.revision_cache import RevisionCache, piece_of, wait_for_piece
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.block_cache import BlockCache
from otnet_server.playback.client_presence import ClientLeft, while_connected
from otnet_server.playback.conditional_requests import byte_range, matches
from otnet_server.playback.documents import AT_EDGE, CONTENT_TYPES, cached_document, make_document
from otnet_server.playback.edge_policies import EdgePolicies
from otnet_server.playback.live_delivery import LiveBody, respond, send_body
from otnet_server.playback.responses import (
    ANY_ORIGIN_HEADERS,
    EXPOSED_HEADERS,
    NO_STORE,
    NO_STORE_HEADERS,
    NOSNIFF_HEADER,
    PREFLIGHT_HEADERS,
    cache_headers,
    live_problem,
    refusal_response,
    send_document,
    send_response,
    with_headers,
)
from otnet_server.playback.visibility import (
    NOT_FOUND,
    QUALITY_NOT_INCLUDED,
    SESSION_ENDED,
    Decision,
    no_quality,
)
from otnet_server.problems import problem
from otnet_server.protection.signalling import SignallingReader
from otnet_server.protocols import Storage
from otnet_server.storage.objects import read_object

MAX_CACHED_OBJECTS = 50_000
RECENT_CLIENT_S = 60.0
BLOCK_CACHE_BYTES = 64 << 20
PRESIGNED_S = 5  # an access decision reaches every request within this time
CHECK_S = 1  # added to the time for which permissions are remembered


NOT_PREPARED = "This title is not prepared for playback yet: it waits for its turn, or its start is being encoded."
PART_NOT_READY = "This part is still being encoded."


class CachedObject(NamedTuple):
    """A published object: its file (None: read it from the storage), key, size in bytes, ETag, and the headers of a
    complete response."""

    path: str | None
    key: str
    size: int
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class Delivery:
    """`prioritise_chunk(media, revision, track, number)` moves a chunk to the front of the queue, and
    `prioritise_media(media)` a media that is not planned yet. `find_live(media, revision)` is the live stream that this
    process records into a media, if there is one."""

    def __init__(
        self,
        media_queries: MediaQueries,
        revisions: RevisionCache,
        storage: Storage,
        prioritise_chunk: Callable[[str, str, str, int], Awaitable[None]],
        prioritise_media: Callable[[str], Awaitable[None]],
        authorization: Authorization,
        signalling: SignallingReader,
        policies: EdgePolicies,
        find_live: Callable[[str, str], LiveStream | None],
        *,
        wait_s: float,
        cors: tuple[str, ...],
    ) -> None:
        self._media_queries, self._revisions, self._storage = media_queries, revisions, storage
        self._prioritise_chunk, self._prioritise_media = prioritise_chunk, prioritise_media
        self._authorization, self._signalling, self._policies = authorization, signalling, policies
        self._wait_s, self._find_live = wait_s, find_live
        self._origins = set(cors)
        self._objects: dict[str, CachedObject] = {}
        self._blocks = BlockCache(BLOCK_CACHE_BYTES)
        self._recent_clients: dict[str, float] = {}
        revisions.on_deleted.append(self._forget_objects)

    def _forget_objects(self, media: str, revision: str) -> None:
        """Drop what is remembered of the objects of a deleted revision."""
        prefix = f"{urls.url(media, revision)}/"
        for path in [path for path in self._objects if path.startswith(prefix)]:
            del self._objects[path]

    def active_client_count(self) -> int:
        """The number of addresses that requested a segment within the last minute."""
        since = time.monotonic() - RECENT_CLIENT_S
        self._recent_clients = {address: at for address, at in self._recent_clients.items() if at > since}
        return len(self._recent_clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, path = urls.split_session(scope["path"])
        if token is not None:
            scope = {**scope, "path": path}
        method = scope["method"]
        cors = self.cors(scope)
        if method == "OPTIONS":
            await send_response(send, 204, [*cors, *PREFLIGHT_HEADERS])
        elif method not in ("GET", "HEAD"):
            await problem(405, "method_not_allowed", "Media can only be read.", headers={"Allow": "GET, HEAD"})(
                scope, receive, send
            )
        else:
            decision = await self._decide(scope, token)
            if decision.refusal is not None:
                await refusal_response(decision.refusal)(scope, receive, with_headers(send, cors))
            elif cached := self._objects.get(scope["path"]):
                if scope["path"].endswith(".m4s"):
                    self._note_client(scope)
                await self._send_object(scope, receive, send, cached, decision, cors)
            else:
                await self._resolve_and_send(scope, receive, send, token, decision, cors)

    async def check(self, request: Request) -> Response:
        """Whether the request whose URI is in `X-Original-URI` may have an object, for nginx's `auth_request`: 204 with
        headers of the object, or 403. `X-Accel-Expires` says for how many seconds nginx may use the answer for all
        requests of the same playback session and revision, or of the same revision where there is no session."""
        original = urlsplit(request.headers.get("x-original-uri", ""))
        token, path = urls.split_session(unquote(original.path))
        scope = {**request.scope, "path": path, "query_string": original.query.encode("latin-1", "replace")}
        # A path that is not exactly an object's, such as one with "..", could name another media for nginx than for us.
        parsed = urls.parse(path)
        decision = await self._decide(scope, token) if parsed is not None else Decision(NOT_FOUND)
        if decision.refusal is None and parsed is not None and not await self._has_revision(parsed):
            decision = Decision(NOT_FOUND)  # nginx may still have what was deleted here
        if decision.refusal is None and parsed is not None and parsed.kind is Kind.PLAYLIST and decision.by_request:
            decision = Decision(NOT_FOUND)  # policies may add tags for one viewer: nginx must not share the playlist
        if decision.refusal is not None:
            # The end of a session replaces what nginx knows about it. Other refusals may be those of one viewer only.
            expires = str(CHECK_S if decision.refusal is SESSION_ENDED else 0)
            return Response(status_code=403, headers={"Cache-Control": "no-store", "X-Accel-Expires": expires})
        self._note_client(scope)
        unlimited = not decision.by_request and decision.max_quality is None
        for_all = unlimited and (token is not None or decision.public)
        response = Response(status_code=204, headers={"X-Accel-Expires": str(CHECK_S if for_all else 0)})
        response.raw_headers += [*cache_headers(decision), *self.cors(scope)]
        return response

    async def _has_revision(self, path: MediaPath) -> bool:
        revision = await self._revisions.get(path.revision)
        return revision is not None and revision.media == path.media

    def _note_client(self, scope: Scope) -> None:
        self._recent_clients[scope["client"][0] if scope["client"] else ""] = time.monotonic()

    async def _decide(self, scope: Scope, token: str | None) -> Decision:
        if not scope["path"].startswith(f"{urls.PREFIX}/"):
            return Decision(NOT_FOUND)
        media = scope["path"].split("/", 3)[2]
        remembered = self._authorization.remembered(scope, media, token)
        decision = remembered or await self._authorization.media(scope, media, token)
        if decision.refusal is None and decision.max_quality is not None:
            decision = await self._check_quality(scope["path"], decision)
        return await self._policies.decide(scope, media, token, decision)

    async def _check_quality(self, path: str, decision: Decision) -> Decision:
        """The decision, or a refusal of a rendition above the quality that the caller may have."""
        parsed = urls.parse(path)
        revision = await self._revisions.get(parsed.revision) if parsed is not None and parsed.rendition else None
        if parsed is None or revision is None:
            return decision
        if includes_rendition(revision.plan, parsed.rendition, decision.max_quality):
            return decision
        return Decision(NOT_FOUND if parsed.kind is Kind.PLAYLIST else QUALITY_NOT_INCLUDED)

    def cors(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers that let the page that sends a request read the response."""
        if "*" in self._origins:
            return ANY_ORIGIN_HEADERS
        origin = next((v for k, v in scope["headers"] if k == b"origin"), b"")
        if origin.decode("latin-1") in self._origins:
            return [(b"access-control-allow-origin", origin), (b"vary", b"origin"), EXPOSED_HEADERS]
        return [(b"vary", b"origin")]

    async def _resolve_and_send(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        token: str | None,
        decision: Decision,
        cors: list[tuple[bytes, bytes]],
    ) -> None:
        path, started = urls.parse(scope["path"]), time.monotonic()
        result: CachedObject | tuple[bytes, str] | LiveBody | int = 404
        if path is not None:
            try:
                live = await self._live(scope, receive, path, decision.max_quality)
                if live is not None:
                    result = live
                elif path.kind == Kind.MANIFEST:
                    result = await self._manifest(path, decision.max_quality)
                else:
                    result = await self._resolve(receive, path, decision.max_quality)
            except ClientLeft:
                return
            except ApiError as e:  # the DRM provider is not available, or no rendition is allowed
                await problem(e.status, e.code, e.message, e.remedy, headers=NO_STORE)(
                    scope, receive, with_headers(send, cors)
                )
                return
        if time.monotonic() - started > 1:  # after waiting for a piece the permission may have ended
            decision = await self._decide(scope, token)
        if decision.refusal is not None:
            await refusal_response(decision.refusal)(scope, receive, with_headers(send, cors))
            return
        if isinstance(result, LiveBody):
            await self._send_live(scope, receive, send, result, decision, cors)
        elif isinstance(result, CachedObject):
            if len(self._objects) >= MAX_CACHED_OBJECTS:
                self._objects.clear()
            self._objects[scope["path"]] = result
            await self._send_object(scope, receive, send, result, decision, cors)
        elif isinstance(result, tuple):
            body, refusal = self._policies.with_tags(scope, result[0])
            if refusal is not None:
                await refusal_response(refusal)(scope, receive, with_headers(send, cors))
                return
            await send_document(scope, send, body, result[1], decision, cors)
        elif result == 503:
            await problem(
                503,
                "not_yet",
                NOT_PREPARED if path is not None and path.kind == Kind.MANIFEST else PART_NOT_READY,
                "Try again in a moment.",
                headers={"Retry-After": "2", "Cache-Control": "no-store"},
            )(scope, receive, with_headers(send, cors))
        else:
            await refusal_response(NOT_FOUND)(scope, receive, with_headers(send, cors))

    async def _live(
        self, scope: Scope, receive: Receive, path: MediaPath, max_quality: Quality | None
    ) -> LiveBody | None:
        """The answer of the live edge; None for what it does not have."""
        stream = self._find_live(path.media, path.revision)
        if stream is None and path.kind == Kind.TEXT_SEGMENT and path.rendition.endswith(AT_EDGE):
            return await self._ended_captions(path)
        revision = await self._revisions.get(stream.row.revision) if stream is not None else None
        if stream is None or revision is None:
            return None
        async with while_connected(receive):
            return await respond(stream, revision, path, scope["query_string"].decode("latin-1"), max_quality)

    async def _ended_captions(self, path: MediaPath) -> LiveBody | None:
        """The captions of a segment of a stream that has ended, for players that still have its playlist."""
        name, revision = path.rendition.removesuffix(AT_EDGE), await self._revisions.get(path.revision)
        if revision is None or revision.media != path.media or (name, 0) not in revision.pieces:
            return None
        try:
            data = await read_object(self._storage, urls.storage_key(path.media, path.revision, urls.text_path(name)))
        except (StorageUnavailable, OSError):
            return LiveBody(503)
        text = captions_between(webvtt.parse(data.decode()), path.number / 1000, path.part / 1000)
        return LiveBody(200, text, CONTENT_TYPES["vtt"])

    async def _send_live(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        result: LiveBody,
        decision: Decision,
        cors: list[tuple[bytes, bytes]],
    ) -> None:
        if result.status != 200:
            response = refusal_response(NOT_FOUND) if result.status == 404 else live_problem(result.status)
            await response(scope, receive, with_headers(send, cors))
            return
        refusal = None
        if result.is_document and isinstance(result.body, bytes):
            body, refusal = self._policies.with_tags(scope, result.body)
            result = result._replace(body=body)
        if refusal is not None:
            await refusal_response(refusal)(scope, receive, with_headers(send, cors))
            return
        if not result.is_document:
            self._note_client(scope)
        caching = cache_headers(decision) if result.immutable else NO_STORE_HEADERS
        headers = [*caching, NOSNIFF_HEADER, *cors]
        if isinstance(result.body, bytes):
            await send_body(scope, receive, send, result, headers)
            return
        with suppress(ClientLeft):
            async with while_connected(receive), aclosing(result.body):
                await send_body(scope, receive, send, result, headers)

    async def _manifest(self, path: MediaPath, max_quality: Quality | None) -> tuple[bytes, str] | int:
        row = await self._media_queries.media(path.media)
        if row is None:
            return 404
        revision_id = row.playing or row.current
        revision = await self._revisions.get(revision_id) if revision_id else None
        if revision is None:
            if row.state == State.FAILED or not revision_id:
                return 404
            await self._prioritise_media(row.id)  # it is made before what nobody waits for
            return 503
        if revision.growing and ("video", 0) not in revision.pieces:
            return 503

        if max_quality is not None and not includes_video(revision.plan, max_quality):
            raise ApiError(*no_quality(max_quality))
        signalling = await self._signalling.read(revision.media, revision.protection, max_quality)

        def make(revision: Revision) -> str:
            created_at = datetime.fromisoformat(row.created_at)
            presentation = presentation_of(revision, created_at, signalling.by_key, max_quality)
            if path.path == urls.HLS_MANIFEST:
                return hls.multivariant(presentation)
            return dash.mpd(presentation, datetime.now(UTC))

        return cached_document(revision, path.path, make, signalling.version, max_quality) or 404

    async def _resolve(
        self, receive: Receive, path: MediaPath, max_quality: Quality | None
    ) -> CachedObject | tuple[bytes, str] | int:
        revision = await self._revisions.get(path.revision)
        if revision is None or revision.media != path.media:
            return 404
        if path.kind is Kind.PART:
            return 404  # at the live edge only
        if path.kind in (Kind.PLAYLIST, Kind.STORYBOARD):
            signalling = await self._signalling.read(revision.media, revision.protection, max_quality)

            def make(revision: Revision) -> str | None:
                return make_document(revision, path, signalling.by_key, max_quality)

            return cached_document(revision, path.path, make, signalling.version, max_quality) or 404
        if path.kind == Kind.AUDIO_FILE:
            if revision.protection is not None:
                return 404  # it would not be encrypted
            return await self._find_object(path, absent=404)
        piece = piece_of(revision, path)
        if piece is None:
            return 404
        if piece not in revision.pieces and not await self._wait_until_published(receive, revision, piece):
            return 503
        if "failed" in revision.pieces[piece]:
            return 404
        return await self._find_object(path)

    async def _wait_until_published(self, receive: Receive, revision: Revision, piece: Piece) -> bool:
        track, number = piece
        if track in ("poster", "sheet"):
            return False
        await self._prioritise_chunk(revision.media, revision.id, track, number)
        async with while_connected(receive):
            return await wait_for_piece(revision, piece, self._wait_s)

    async def _find_object(self, path: MediaPath, absent: int = 503) -> CachedObject | int:
        key = urls.storage_key(path.media, path.revision, path.path)
        try:
            stored = await self._storage.stat(key)
        except StorageUnavailable:
            return 503
        if stored is None:
            return absent
        file = self._storage.path(key)
        etag = f'"{stored.etag}"'.encode()
        headers = [
            (b"content-type", CONTENT_TYPES[key.rpartition(".")[2]].encode()),
            (b"content-length", str(stored.size).encode()),
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            NOSNIFF_HEADER,
        ]
        return CachedObject(str(file) if file else None, key, stored.size, etag, headers)

    async def _send_object(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        cached: CachedObject,
        decision: Decision,
        cors: list[tuple[bytes, bytes]],
    ) -> None:
        range_header: bytes | None = None
        caching = cache_headers(decision)
        for name, value in scope["headers"]:
            if name == b"range":
                range_header = value
            elif name == b"if-none-match" and matches(value, cached.etag):
                await send_response(send, 304, [(b"etag", cached.etag), *caching, *cors])
                return
        start, end, status = 0, cached.size, 200
        headers = cached.headers + caching + cors
        if range_header is not None and (span := byte_range(range_header, cached.size)) is not None:
            if span == (0, 0):
                await send_response(send, 416, [(b"content-range", b"bytes */%d" % cached.size), *cors])
                return
            start, end = span
            status = 206
            headers = [(k, v) for k, v in headers if k != b"content-length"]
            headers += [
                (b"content-length", b"%d" % (end - start)),
                (b"content-range", b"bytes %d-%d/%d" % (start, end - 1, cached.size)),
            ]
        if cached.path is None and (url := await self._presigned_url(cached.key)) is not None:
            await send_response(send, 307, [(b"location", url), *NO_STORE_HEADERS, *cors])
            return
        if scope["method"] == "HEAD":
            await send_response(send, status, headers)
            return
        blocks = self._storage.open(cached.key, start, end) if cached.path is None else None
        try:
            body = await self._next_block(blocks, cached, start, end)
        except (OSError, StorageUnavailable):
            self._objects.pop(scope["path"], None)
            await problem(
                503,
                "storage_away",
                "The media storage is not available.",
                "Try again in a few seconds.",
                headers={"Retry-After": "5", "Cache-Control": "no-store"},
            )(scope, receive, with_headers(send, cors))
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        at = start + len(body)
        while at < end:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            body = await self._next_block(blocks, cached, at, end)
            at += len(body)
        await send({"type": "http.response.body", "body": body})
        if blocks is not None:
            await anext(blocks, b"")  # let the storage end its own request

    async def _next_block(
        self, blocks: AsyncIterator[bytes] | None, cached: CachedObject, start: int, end: int
    ) -> bytes:
        """The next bytes of an object: of `blocks`, or from its file. Raises OSError when there are none."""
        if blocks is None:
            return self._blocks.read(cached.path or "", start, end, cached.size)
        block = await anext(blocks, b"")
        if not block and start < end:
            raise OSError(f"{cached.key} is shorter than {end} bytes")
        return block

    async def _presigned_url(self, key: str) -> bytes | None:
        """A URL at the storage for the client to load the object from, or None when this server delivers it."""
        try:
            url = await self._storage.presign(key, PRESIGNED_S)
        except StorageUnavailable:
            return None
        return url.encode() if url is not None else None
