"""Live changes of media: server-sent events, each sent only to listeners that may see the media.

Changes are collected for `TICK_S` seconds, so that the progress of an encode is one event instead of hundreds.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.db.availability import log_failure
from otnet_server.errors import OtnetError
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.media_summary import MediaSummaries
from otnet_server.playback.visibility import Caller, MediaFacts

TICK_S = 0.5
CALLER_CHECK_S = 2.0
MAX_QUEUED = 1000
FindCaller = Callable[[], Awaitable[Caller | None]]
MaySee = Callable[[Caller, MediaFacts], Awaitable[bool]]


@dataclass(eq=False)
class Listener:
    """An open stream. `caller` returns the current caller, or None when they are no longer admitted; `may_see` says
    which media they receive. None in the queue ends the stream."""

    queue: asyncio.Queue[str | None]
    caller: FindCaller
    may_see: MaySee


class MediaChanges:
    def __init__(
        self, media_queries: MediaQueries, summaries: MediaSummaries, pipeline: Pipeline, authorization: Authorization
    ) -> None:
        self._media_queries, self._summaries = media_queries, summaries
        self._pipeline, self._authorization = pipeline, authorization
        self._listeners: set[Listener] = set()
        self._changed: set[str] = set()
        self._ending = False
        self._ticker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._pipeline.on_change.append(self.changed)
        self._ticker = asyncio.ensure_future(self._tick())

    async def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)

    def end_streams(self) -> None:
        """End all open streams, because the server stops. Pages connect again by themselves."""
        self._ending = True
        for listener in self._listeners:
            while listener.queue.full():
                listener.queue.get_nowait()
            listener.queue.put_nowait(None)

    def changed(self, media: str) -> None:
        """Report a change of a media at the next tick."""
        self._changed.add(media)

    async def events(self, caller: FindCaller, may_see: MaySee) -> AsyncIterator[str]:
        """Yield server-sent events about the media that the caller may see, until `caller` returns None."""
        listener = Listener(asyncio.Queue(MAX_QUEUED), caller, may_see)
        self._listeners.add(listener)
        try:
            yield ": connected\n\n"
            while not self._ending:
                try:
                    async with asyncio.timeout(CALLER_CHECK_S):
                        message = await listener.queue.get()
                except TimeoutError:
                    message = ": still here\n\n" if await caller() is not None else None
                if message is None:
                    return
                yield message
        finally:
            self._listeners.discard(listener)

    async def _tick(self) -> None:
        """Send the collected changes, and the progress of media that are being encoded, every TICK_S seconds."""
        while True:
            await asyncio.sleep(TICK_S)
            self._changed |= set(self._pipeline.active())
            changed, self._changed = self._changed, set()
            if changed and self._listeners:
                try:
                    await self._send(list(changed)[:MAX_QUEUED])
                except (SQLAlchemyError, OtnetError) as e:
                    log_failure("changes were not sent to listeners", e, media=len(changed))

    async def _send(self, changed: Sequence[str]) -> None:
        """Queue each change for the listeners that may see it now; end the streams of the others."""
        callers = {listener: await listener.caller() for listener in list(self._listeners)}
        for media in changed:
            row = await self._media_queries.media_or_removed(media)
            facts = await self._authorization.facts(media, include_removed=True)
            if row is None or facts is None:
                continue
            if not row.present:
                message = f"event: removed\ndata: {json.dumps({'id': media})}\n\n"
            else:
                message = f"event: media\ndata: {json.dumps(await self._summaries.summarize(row))}\n\n"
            for listener, caller in callers.items():
                if caller is not None and not listener.queue.full() and await listener.may_see(caller, facts):
                    listener.queue.put_nowait(message)
        for listener, caller in callers.items():
            if caller is None and not listener.queue.full():
                listener.queue.put_nowait(None)
