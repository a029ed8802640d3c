"""From a WHIP publisher to the live stream of a channel."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from otnet_server.live.stream import LiveStream
from tests.live.running import ingest_url, make_key, media_of, running, until
from tests.live.whip import publishing

pytest.importorskip("aiortc")
WHIP = {"ingest_whip": {"host": "127.0.0.1", "port": 0, "addresses": ["127.0.0.1"]}}


async def test_a_whip_stream_plays_and_ends_when_its_publisher_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has, begin = list[dict[str, bool]](), LiveStream.begin

    def noted(stream: LiveStream, at: float, **what: bool) -> None:
        has.append(what)
        begin(stream, at, **what)

    monkeypatch.setattr(LiveStream, "begin", noted)
    async with running(tmp_path / "data", plugins=WHIP, grace_s=30) as run:
        key, _ = await make_key(run)
        async with publishing(ingest_url(run, "whip", key), key, 4) as encoder:
            media = await media_of(run)
            stream = run.server.live.find(media)
            assert stream is not None and stream.connected and has == [{"pictures": True, "sound": True}]
            await encoder.communicate()

        async def left() -> bool:
            return not stream.connected

        await until(left)


def test_aiortc_has_what_is_used_of_its_internals() -> None:
    from aiortc import RTCRtpReceiver, rtcrtpreceiver

    from otnet_server.live.whip import media

    assert list(inspect.signature(rtcrtpreceiver.decoder_worker).parameters) == list(
        inspect.signature(media.pass_on).parameters
    )
    source = inspect.getsource(RTCRtpReceiver)
    assert "target=decoder_worker" in source and "__timestamp_mapper = TimestampMapper()" in source
    assert "self.__decoder_queue.put((codec, encoded_frame))" in source
    assert inspect.iscoroutinefunction(RTCRtpReceiver._handle_rtcp_packet)
    assert "self._origin" in inspect.getsource(rtcrtpreceiver.TimestampMapper)
    assert "await self._queue.get()" in inspect.getsource(rtcrtpreceiver.RemoteStreamTrack.recv)
