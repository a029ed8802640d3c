"""From the tracks of a publisher to MPEG-TS, without decoding anything.

aiortc decodes what it receives. Its function that does so is replaced by one that passes the frames on as they are.
That is no public interface of aiortc, so its version is pinned, and a test checks what is used here.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from typing import Any

import av
from aiortc import RTCRtpReceiver, rtcrtpreceiver
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.rtp import RtcpSrPacket

from otnet_server.live.whip.sync import RATES, Sync

OPTIONS = {"max_interleave_delta": "300000", "flush_packets": "1"}
NTP_UNIT = 1 << 32
NAL_IDR = 5
CODECS = {"video": "video/H264", "audio": "audio/opus"}


def capabilities(kind: str) -> list[RTCRtpCodecCapability]:
    """The codecs of a track that are used."""
    capabilities = RTCRtpReceiver.getCapabilities(kind)
    codecs = capabilities.codecs if capabilities is not None else []
    return [codec for codec in codecs if codec.mimeType == CODECS.get(kind)]


def pass_on(
    loop: asyncio.AbstractEventLoop,
    input_q: queue.Queue[Any],
    output_q: asyncio.Queue[Any],
    decode_error: threading.Event,
) -> None:
    """In place of aiortc's decoder."""
    while (task := input_q.get()) is not None:
        asyncio.run_coroutine_threadsafe(output_q.put(task[1]), loop)
    asyncio.run_coroutine_threadsafe(output_q.put(None), loop)


def install() -> None:
    """Let aiortc not decode."""
    rtcrtpreceiver.decoder_worker = pass_on


class Muxer:
    """MPEG-TS of H.264 and Opus. `kinds`: which tracks there are."""

    def __init__(self, kinds: set[str]) -> None:
        self._written = bytearray()
        self._sync, self._started = Sync(), time.monotonic()
        self._output = av.open(self, "w", format="mpegts", options=OPTIONS)
        self._streams: dict[str, Any] = {}
        if "video" in kinds:
            self._streams["video"] = self._output.add_mux_stream("h264", rate=30, width=1280, height=720)
        if "audio" in kinds:
            self._streams["audio"] = self._output.add_mux_stream("opus", rate=48_000)

    def write(self, data: bytes) -> int:
        """Called by PyAV."""
        self._written += data
        return len(data)

    def report(self, kind: str, time_of_day: float, rtp_time: int, origin: int) -> None:
        self._sync.report(kind, time_of_day, rtp_time, origin)

    def add(self, kind: str, data: bytes, ticks: int) -> bytes:
        """A frame, whose time is in ticks of its track; the bytes of the container that are ready."""
        seconds = self._sync.time(kind, ticks, time.monotonic() - self._started)
        packet = av.Packet(data)
        packet.stream = self._streams[kind]
        packet.time_base = Fraction(1, 90_000)
        packet.pts = packet.dts = round((seconds + 10) * 90_000)
        packet.is_keyframe = kind == "audio" or _is_keyframe(data)
        self._output.mux(packet)
        ready = bytes(self._written)
        self._written.clear()
        return ready


def _is_keyframe(data: bytes) -> bool:
    """Whether an access unit in Annex B has an IDR picture."""
    at = 0
    while (at := data.find(b"\0\0\1", at)) >= 0 and at + 3 < len(data):
        if data[at + 3] & 0x1F == NAL_IDR:
            return True
        at += 3
    return False


async def receive(receivers: list[RTCRtpReceiver], send: Callable[[bytes], Awaitable[None]]) -> None:
    """Mux the tracks until one of them ends."""
    muxer = Muxer({receiver.track.kind for receiver in receivers})
    for receiver in receivers:
        _follow_reports(receiver, muxer)
    tasks = [asyncio.ensure_future(_receive(receiver, muxer, send)) for receiver in receivers]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _receive(receiver: RTCRtpReceiver, muxer: Muxer, send: Callable[[bytes], Awaitable[None]]) -> None:
    kind = receiver.track.kind
    assert kind in RATES
    while True:
        try:
            frame: Any = await receiver.track.recv()
        except MediaStreamError:
            return
        if data := muxer.add(kind, bytes(frame.data), frame.timestamp):
            await send(data)


def _follow_reports(receiver: RTCRtpReceiver, muxer: Muxer) -> None:
    """Tell the muxer about the sender reports of a track."""
    handle = receiver._handle_rtcp_packet

    async def handle_and_report(packet: Any) -> None:
        origin = receiver._RTCRtpReceiver__timestamp_mapper._origin  # type: ignore[attr-defined]
        if isinstance(packet, RtcpSrPacket) and origin is not None:
            info = packet.sender_info
            muxer.report(receiver.track.kind, info.ntp_timestamp / NTP_UNIT, info.rtp_timestamp, origin)
        await handle(packet)

    receiver._handle_rtcp_packet = handle_and_report  # type: ignore[method-assign]
