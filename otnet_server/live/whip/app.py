"""The HTTP side of WHIP (RFC 9725): a POST with an offer begins a session, a DELETE ends it."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from otnet_server.live.whip import media

MAX_OFFER_BYTES = 64 << 10
CONNECT_S = 15.0
SDP = "application/sdp"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag",
    "Access-Control-Allow-Methods": "POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
}
STATUSES = {"already_publishing": 409, "too_many_keys": 429, "unavailable": 503}


class Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class Session:
    """A publisher. `send` hands MPEG-TS on, `closed` is called once."""

    number: int
    address: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    connection: RTCPeerConnection | None = None
    task: asyncio.Task[None] | None = None


# Asks whether a key may publish in a session: the code and the sentence of a refusal, or None.
Publish = Callable[[int, str, str], Awaitable[tuple[str, str] | None]]
Send = Callable[[int, bytes], Awaitable[None]]
Close = Callable[[int], Awaitable[None]]


class WhipApp:
    def __init__(self, publish: Publish, send: Send, close: Close, max_sessions: int, max_per_address: int) -> None:
        self._publish, self._send, self._close = publish, send, close
        self._max_sessions, self._max_per_address = max_sessions, max_per_address
        self._sessions: dict[str, Session] = {}
        self._by_address = Counter[str]()
        self._numbers = 0
        self.app = Starlette(routes=[
            Route("/whip", self._begin, methods=["POST"]),
            Route("/whip", self._options, methods=["OPTIONS"]),
            Route("/whip/{session}", self._delete, methods=["DELETE"]),
            Route("/whip/{session}", self._options, methods=["OPTIONS"]),
        ])  # fmt: skip

    async def end(self, number: int) -> None:
        """End a session from the server's side."""
        for session in list(self._sessions.values()):
            if session.number == number:
                await self._end(session)

    async def close(self) -> None:
        await asyncio.gather(*(self._end(session) for session in list(self._sessions.values())))

    async def _options(self, request: Request) -> Response:
        return Response(status_code=204, headers={**CORS, "Accept-Post": SDP})

    async def _delete(self, request: Request) -> Response:
        session = self._sessions.get(request.path_params["session"])
        if session is None:
            return Response("This session does not exist.", 404, CORS)
        await self._end(session)
        return Response(status_code=200, headers=CORS)

    async def _begin(self, request: Request) -> Response:
        try:
            session, answer = await self._session(request)
        except Refused as e:
            headers = {**CORS, "WWW-Authenticate": "Bearer"} if e.status == 401 else CORS
            return Response(str(e), e.status, headers, "text/plain")
        headers = {**CORS, "Location": f"/whip/{session.id}", "ETag": f'"{session.id[:8]}"'}
        return Response(answer, 201, headers, SDP)

    async def _session(self, request: Request) -> tuple[Session, str]:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Refused(401, "Send the stream key as the bearer token.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
            raise Refused(415, f"Send the offer as {SDP}.")
        offer = await _body(request)
        address = request.client.host if request.client is not None else ""
        if len(self._sessions) >= self._max_sessions or self._by_address[address] >= self._max_per_address:
            raise Refused(503, "There are too many WHIP publishers. Try again later.")
        self._numbers += 1
        session = Session(self._numbers, address)
        self._sessions[session.id] = session
        self._by_address[address] += 1
        try:
            return session, await self._negotiate(session, offer, key.strip())
        except BaseException:
            await self._end(session)
            raise

    async def _negotiate(self, session: Session, offer: str, key: str) -> str:
        session.connection = connection = RTCPeerConnection()
        for kind in media.CODECS:  # before the offer is read, which chooses the codecs
            if f"m={kind} " in offer:
                connection.addTransceiver(kind, "recvonly").setCodecPreferences(media.capabilities(kind))
        try:
            await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        except Exception as e:  # aiortc raises many kinds for what it can't read
            raise Refused(422, "The offer can't be read, or has neither H.264 (baseline) nor Opus.") from e
        receivers = [t.receiver for t in connection.getTransceivers() if t.kind in media.CODECS]
        if not receivers or len({r.track.kind for r in receivers}) < len(receivers):
            raise Refused(422, "Offer one video track and one audio track, or one of them.")
        if (refusal := await self._publish(session.number, key, session.address)) is not None:
            raise Refused(STATUSES.get(refusal[0], 401), refusal[1])
        try:
            await connection.setLocalDescription(await connection.createAnswer())
        except Exception as e:
            raise Refused(422, "Offer H.264 (baseline) and Opus.") from e
        answer = connection.localDescription.sdp
        if any(f"m={r.track.kind} 0 " in answer for r in receivers):
            raise Refused(422, "Offer H.264 (baseline) and Opus.")
        session.task = asyncio.ensure_future(self._receive(session, connection, receivers))
        return answer

    async def _receive(self, session: Session, connection: RTCPeerConnection, receivers: list[RTCRtpReceiver]) -> None:
        changed = asyncio.Event()
        connection.on("connectionstatechange", changed.set)

        async def until(states: tuple[str, ...]) -> None:
            while connection.connectionState not in states:
                changed.clear()
                await changed.wait()

        async def send(data: bytes) -> None:
            await self._send(session.number, data)

        try:
            async with asyncio.timeout(CONNECT_S):
                await until(("connected", "failed", "closed"))
            if connection.connectionState == "connected":
                left = asyncio.ensure_future(until(("failed", "closed", "disconnected")))
                receiving = asyncio.ensure_future(media.receive(receivers, send))
                await asyncio.wait((left, receiving), return_when=asyncio.FIRST_COMPLETED)
                for task in (left, receiving):
                    task.cancel()
                await asyncio.gather(left, receiving, return_exceptions=True)
        except TimeoutError:
            pass
        finally:
            ending = asyncio.ensure_future(self._end(session))
            await asyncio.shield(ending)

    async def _end(self, session: Session) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        self._by_address[session.address] -= 1
        if not self._by_address[session.address]:
            del self._by_address[session.address]
        if session.connection is not None:
            await session.connection.close()
        if session.task is not None and session.task is not asyncio.current_task():
            session.task.cancel()
        await self._close(session.number)


async def _body(request: Request) -> str:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_OFFER_BYTES:
            raise Refused(413, "The offer is too long.")
    return body.decode("utf-8", "replace")
