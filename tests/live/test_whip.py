"""From a WHIP publisher to the live stream of a channel."""

from __future__ import annotations

import asyncio
import inspect
import statistics
from pathlib import Path
from unittest.mock import AsyncMock

import httpx
import pytest

from otnet_server.live.stream import LiveStream
from tests.live.camera import film
from tests.live.running import ingest_url, make_key, media_of, running, until
from tests.live.whip import Watcher, publishing

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


async def test_an_editor_sees_and_hears_the_stream_in_less_than_a_second(tmp_path: Path) -> None:
    async with running(tmp_path / "data", plugins=WHIP, grace_s=30) as run, httpx.AsyncClient(timeout=30) as http:
        connection = await run.server.live.open(run.channel, "flv")
        filming = asyncio.ensure_future(film(connection, 60))
        await media_of(run)
        stream, watcher = run.server.live.of_channel(run.channel), Watcher()
        assert stream is not None
        headers = {
            "Content-Type": "application/sdp",
            "Authorization": f"Bearer {run.server.previews.ticket(run.channel).token}",
        }
        answer = await http.post(f"{run.url}/api/v1/whep", content=await watcher.offer(), headers=headers)
        assert answer.status_code == 201, answer.text
        assert "VP8" not in answer.text and answer.text.count("a=sendonly") == 2
        await watcher.connect(answer.text)

        async def seen() -> bool:
            return len(watcher.clocks) > 50 and watcher.loudest > 1000

        await until(seen, 40)
        assert 0 < statistics.median(watcher.delays[25:]) < 5000  # a busy machine is slow
        assert (await http.delete(run.url + answer.headers["location"])).status_code == 200
        assert not stream.previews._watched
        await watcher.close()
        filming.cancel()
        await asyncio.gather(filming, return_exceptions=True)


@pytest.mark.parametrize("change", [
    ("m=video", "m=text"), ("H264", "H265"), ("a=recvonly", "a=sendonly"), ("m=audio", "m=video"), ("m=", "n=")
], ids=str)  # fmt: skip
async def test_an_offer_of_a_preview_that_can_not_be_used_is_refused(change: tuple[str, str]) -> None:
    from otnet_server.live.whip.whep import OfferRefused, WhepSession

    watcher, left = Watcher(), AsyncMock()
    session = WhepSession("", "", left)
    offer = await watcher.offer()
    with pytest.raises(OfferRefused):
        await session.answer(offer.replace(*change))
    await session.close()
    await session.close()
    left.assert_awaited_once()
    await watcher.close()


def test_the_candidates_of_an_offer_are_not_used() -> None:
    """Nobody can make the server send packets to another machine."""
    from otnet_server.live.whip.whep import without_candidates

    offer = (
        "v=0\r\nm=video 9 X 1\r\na=candidate:1 1 udp 1 10.0.0.1 22 typ host\r\na=end-of-candidates\r\nm=audio 9 X 2\r\n"
    )
    kept = without_candidates(offer)
    assert "10.0.0.1" not in kept and kept.count("192.0.2.1") == 2 and "a=end-of-candidates" not in kept
    assert kept.index("192.0.2.1") < kept.index("m=audio") < kept.rindex("192.0.2.1")


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
