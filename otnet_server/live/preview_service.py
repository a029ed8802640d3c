"""Who may watch a preview: tokens that editors get for a stream that this process receives, and the previews that run.

A token is for one start within a minute. A preview ends after an hour at the latest, so that whoever is no editor any
more does not go on watching.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from otnet_server.errors import PreviewRefused
from otnet_server.live.previews import Preview
from otnet_server.live.stream import LiveStream
from otnet_server.protocols import PreviewSender

TOKEN_S = 60
MAX_PREVIEW_S = 3600.0
MAX_TOKENS = 20  # of a channel that were not used yet; older ones are forgotten


@dataclass(frozen=True)
class Ticket:
    """A token, with the time of day until which a preview can be started with it."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class StartedPreview:
    """`id` is a secret: whoever has it can end the preview."""

    id: str = field(repr=False)
    answer: str


class _Running(NamedTuple):
    sender: PreviewSender
    session: int
    preview: Preview
    timer: asyncio.TimerHandle


class PreviewService:
    """`find` gives the stream of a channel that this process receives."""

    def __init__(self, find: Callable[[str], LiveStream | None], senders: Sequence[PreviewSender]) -> None:
        self._find, self._senders = find, senders
        self._tickets: dict[str, tuple[float, str, str]] = {}  # token: until when, channel, stream
        self._running: dict[str, _Running] = {}

    def ticket(self, channel: str) -> Ticket:
        """A token for the stream of a channel. Raises PreviewRefused."""
        self._sender()
        stream = self._stream(channel)
        now = time.monotonic()
        self._tickets = {token: ticket for token, ticket in self._tickets.items() if ticket[0] > now}
        unused = [token for token, ticket in self._tickets.items() if ticket[1] == channel]
        for old in unused[: max(0, len(unused) - MAX_TOKENS + 1)]:
            del self._tickets[old]
        token = secrets.token_urlsafe(32)
        self._tickets[token] = (now + TOKEN_S, channel, stream.row.id)
        return Ticket(token, datetime.now(UTC) + timedelta(seconds=TOKEN_S))

    def is_valid(self, token: str) -> bool:
        ticket = self._tickets.get(token)
        return ticket is not None and ticket[0] > time.monotonic()

    async def start(self, token: str, offer: str) -> StartedPreview:
        """Start a preview with a valid token, which is then used. Raises PreviewRefused."""
        _, channel, id = self._tickets.pop(token)
        sender, stream = self._sender(), self._stream(channel)
        if stream.row.id != id:
            raise PreviewRefused("not_received", "The live stream has ended.", "Ask for another preview.")
        preview = stream.previews.watch()
        try:
            session = await sender.send_preview(offer, preview)
        except BaseException:
            preview.close()
            raise
        started = StartedPreview(secrets.token_urlsafe(24), session.answer)
        for old in [id for id, running in self._running.items() if running.preview.closed]:
            self._running.pop(old).timer.cancel()
        loop = asyncio.get_running_loop()
        timer = loop.call_later(MAX_PREVIEW_S, preview.close)
        self._running[started.id] = _Running(sender, session.id, preview, timer)
        return started

    async def end(self, id: str) -> bool:
        """End a preview; false if there is none with this id."""
        running = self._running.pop(id, None)
        if running is None:
            return False
        running.timer.cancel()
        await running.sender.end_preview(running.session)
        return True

    async def stop(self) -> None:
        await asyncio.gather(*(self.end(id) for id in list(self._running)))

    def _sender(self) -> PreviewSender:
        if not self._senders:
            raise PreviewRefused("previews_off", "Previews by WebRTC are not enabled on this server.",
                                 "Add “ingest_whip” to plugins.enabled.")  # fmt: skip
        sender = next((sender for sender in self._senders if sender.sends_previews), None)
        if sender is None:
            raise PreviewRefused("not_running", "The WHIP server, which sends previews, is not running.",
                                 "See the log of the server.")  # fmt: skip
        return sender

    def _stream(self, channel: str) -> LiveStream:
        stream = self._find(channel)
        if stream is None:
            raise PreviewRefused("not_received", "This process of the server receives no live stream of the channel.",
                                 "Start the encoder.")  # fmt: skip
        if not stream.sends_pictures:
            raise PreviewRefused("no_pictures", "The live stream has no pictures at this moment.",
                                 "Check the encoder.")  # fmt: skip
        return stream
