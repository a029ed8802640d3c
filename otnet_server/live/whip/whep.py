"""Sends a live stream to one browser by WebRTC (WHEP, draft-ietf-wish-whep).

Pictures are sent as the server's encoder has made them. WebRTC has no AAC: sound is decoded, and encoded as Opus,
here and only while somebody watches.
"""

from __future__ import annotations

import asyncio
import base64
import io
import re
from collections.abc import Awaitable, Callable, Coroutine
from fractions import Fraction
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription

from otnet_server.live.frame_queue import FrameQueue
from otnet_server.live.whip.frames import Frame, frame, unpack_frame
from otnet_server.live.whip.media import capabilities
from otnet_server.protocols.preview import LiveFrame

CONNECT_S = 15.0
MAX_PACKETS = 8  # of a track that aiortc has not taken yet
VIDEO_CLOCK, AUDIO_CLOCK = 90_000, 48_000
OPUS_SAMPLES = 960  # 20 ms
OPUS_BIT_RATE = 96_000
MAX_DRIFT = AUDIO_CLOCK // 10  # samples; sound that is farther from its time jumps to it
# Browsers hide their addresses behind names that only their own network can resolve, so the candidates of an offer are
# not used: the browser is at the address from which its first check comes (RFC 8445 §7.3.1.3). These addresses, which
# nobody has (RFC 5737, RFC 3849), keep the ICE agent waiting for it.
NO_CANDIDATES = (
    "a=candidate:1 1 udp 1 192.0.2.1 9 typ host",
    "a=candidate:2 1 udp 1 2001:db8::1 9 typ host",
)


class OfferRefused(Exception):
    """The offer can't be used; the sentence says why."""


class Track(MediaStreamTrack):
    """A track whose packets are put into it."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._packets: asyncio.Queue[Any] = asyncio.Queue(MAX_PACKETS)

    async def put(self, packet: Any) -> None:
        await self._packets.put(packet)

    async def recv(self) -> Any:
        return await self._packets.get()


class VideoPackets:
    """H.264 from length prefixes to start codes, with the parameter sets before keyframes."""

    def __init__(self, init: bytes) -> None:
        self._container = av.open(io.BytesIO(init), format="mp4")
        self._stream = self._container.streams.video[0]
        self._filter = av.BitStreamFilterContext("h264_mp4toannexb", self._stream)
        self._last = -1

    def packets(self, taken: LiveFrame) -> list[Any]:
        packet = av.Packet(taken.data)
        packet.stream = self._stream
        packet.is_keyframe = taken.keyframe
        ready = self._filter.filter(packet)
        for one in ready:
            self._last = max(self._last + 1, round(taken.time * VIDEO_CLOCK))
            one.time_base = Fraction(1, VIDEO_CLOCK)
            one.pts = one.dts = self._last
        return list(ready)


class AudioPackets:
    """Opus from AAC."""

    def __init__(self, init: bytes) -> None:
        self._container = av.open(io.BytesIO(init), format="mp4")
        self._decoder: Any = self._container.streams.audio[0].codec_context
        self._resampler = av.AudioResampler(
            format="s16", layout="stereo", rate=AUDIO_CLOCK, frame_size=OPUS_SAMPLES
        )  # fmt: skip
        self._encoder: Any = av.CodecContext.create("libopus", "w")
        self._encoder.bit_rate = OPUS_BIT_RATE
        self._encoder.format, self._encoder.layout = "s16", "stereo"
        self._encoder.sample_rate, self._encoder.time_base = AUDIO_CLOCK, Fraction(1, AUDIO_CLOCK)
        self._next = -1  # the time of the next packet in samples

    def packets(self, taken: LiveFrame) -> list[Any]:
        time = round(taken.time * AUDIO_CLOCK)
        if abs(time - self._next) > MAX_DRIFT:
            self._next = max(time, self._next)
        encoded: list[Any] = []
        for decoded in self._decoder.decode(av.Packet(taken.data)):
            decoded.pts = None
            for whole in self._resampler.resample(decoded):
                whole.pts = None
                encoded += self._encoder.encode(whole)
        for one in encoded:
            one.time_base = Fraction(1, AUDIO_CLOCK)
            one.pts = one.dts = self._next
            self._next += OPUS_SAMPLES
        return encoded


class WhepSession:
    """One browser. `on_left` is called once, when it has left."""

    def __init__(self, video_init: str, audio_init: str, on_left: Callable[[], Awaitable[None]]) -> None:
        """The init segments are in base64."""
        self._inits = {"video": base64.b64decode(video_init), "audio": base64.b64decode(audio_init)}
        self._on_left = on_left
        self._connection = RTCPeerConnection()
        self._queue, self._changed = FrameQueue(), asyncio.Event()
        self._tracks: dict[str, Track] = {}
        self._task: asyncio.Task[None] | None = None
        self._left = False

    def add(self, live_frame: LiveFrame) -> None:
        if live_frame.kind in self._tracks:
            self._queue.add(live_frame)
            self._changed.set()

    async def answer(self, offer: str) -> str:
        """The SDP answer. Raises OfferRefused."""
        kinds = re.findall(r"^m=(\w+)", offer, re.MULTILINE)
        if "video" not in kinds or len(kinds) > len(set(kinds)) or set(kinds) - {"video", "audio"}:
            raise OfferRefused("Offer one video track, or one video track and one audio track.")
        for kind in dict.fromkeys(kinds):
            self._tracks[kind] = track = Track(kind)
            self._connection.addTrack(track)
        for transceiver in self._connection.getTransceivers():
            transceiver.setCodecPreferences(capabilities(transceiver.kind))
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(without_candidates(offer), "offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
            answer = self._connection.localDescription.sdp
        except Exception as e:  # aiortc raises many kinds for what it can't read
            raise OfferRefused("The offer can't be used. Offer H.264 (baseline) and Opus, to receive.") from e
        if re.search(r"^m=\w+ 0 ", answer, re.MULTILINE) or answer.count("a=sendonly") != len(kinds):
            raise OfferRefused("The offer can't be used. Offer H.264 (baseline) and Opus, to receive.")
        self._task = asyncio.ensure_future(self._run())
        return answer

    async def close(self) -> None:
        if self._left:
            return
        self._left = True
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        await self._connection.close()
        await self._on_left()

    async def _run(self) -> None:
        changed = asyncio.Event()
        self._connection.on("connectionstatechange", changed.set)

        async def until(states: tuple[str, ...]) -> None:
            while self._connection.connectionState not in states:
                changed.clear()
                await changed.wait()

        try:
            async with asyncio.timeout(CONNECT_S):
                await until(("connected", "failed", "closed"))
            if self._connection.connectionState == "connected":
                left = asyncio.ensure_future(until(("failed", "closed", "disconnected")))
                sending = asyncio.ensure_future(self._send())
                await asyncio.wait((left, sending), return_when=asyncio.FIRST_COMPLETED)
                for task in (left, sending):
                    task.cancel()
                await asyncio.gather(left, sending, return_exceptions=True)
        except TimeoutError:
            pass
        finally:
            await asyncio.shield(asyncio.ensure_future(self.close()))

    async def _send(self) -> None:
        """Hand frames to the tracks from now on: what came before the connection is old."""
        self._queue = FrameQueue()
        pictures = VideoPackets(self._inits["video"])
        sound = AudioPackets(self._inits["audio"]) if "audio" in self._tracks else None
        while True:
            self._changed.clear()
            await self._changed.wait()
            while (taken := self._queue.take()) is not None:
                packets = pictures.packets(taken) if taken.kind == "video" or sound is None else sound.packets(taken)
                for packet in packets:
                    await self._tracks[taken.kind].put(packet)


class WhepSessions:
    """All browsers that watch, by their numbers."""

    def __init__(self, send: Callable[[Frame], Awaitable[None]]) -> None:
        self._send = send
        self._sessions: dict[int, WhepSession] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def handle(self, message: Frame) -> None:
        """A message of the server about a preview."""
        session = self._sessions.get(message.session)
        if message.kind == "watch":
            self._begin(message.session, message.values)
        elif session is not None and message.kind == "frame":
            session.add(unpack_frame(message.data))
        elif session is not None and message.kind == "unwatch":
            self._in_background(session.close())

    async def close(self) -> None:
        await asyncio.gather(*(session.close() for session in list(self._sessions.values())))

    def _begin(self, number: int, values: dict[str, str]) -> None:
        async def left() -> None:
            self._sessions.pop(number, None)
            await self._send(Frame("left", number))

        session = self._sessions[number] = WhepSession(values["video_init"], values["audio_init"], left)

        async def answer() -> None:
            try:
                await self._send(frame("answer", number, sdp=await session.answer(values["offer"])))
            except OfferRefused as e:
                await self._send(frame("answer", number, code="bad_offer", message=str(e)))
                await session.close()

        self._in_background(answer())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def without_candidates(offer: str) -> str:
    """The offer with candidates that nobody has instead of its own. Pure."""
    lines = [line for line in offer.splitlines() if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    sections: list[str] = []
    for line in lines:
        if line.startswith("m=") and any(one.startswith("m=") for one in sections):
            sections += NO_CANDIDATES
        sections.append(line)
    return "\r\n".join([*sections, *NO_CANDIDATES, ""])
