"""A stream is sent on to other servers, as it comes, and none of them slows it down."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import Any

import pytest

from otnet_server.ingest.addresses import Address, Rules
from otnet_server.live import push
from otnet_server.live.flv import AUDIO, VIDEO, Tag
from otnet_server.live.push import PushQueue, Simulcast, Target, parse
from otnet_server.live.rtmp import RtmpConnection, RtmpData, RtmpError, RtmpPublish
from otnet_server.live.rtmp.publisher import RtmpPublisher
from tests.control.services import ControlPlane
from tests.live.rtmp_client import tags
from tests.live.streams import KeptStream, KeptStreams
from tests.live.test_flv import KEYFRAME, PICTURE, SOUND

HERE = Rules(frozenset({"127.0.0.1"}))
SETUP, SOUND_SETUP = b"\x17\0\0\0\0avcC", b"\xaf\0\x12\x10"


def picture(time: int, *, keyframe: bool = False, size: int = 0) -> Tag:
    return Tag(VIDEO, time, False, keyframe, (KEYFRAME if keyframe else PICTURE) + bytes(size))


def setups() -> list[Tag]:
    return [Tag(VIDEO, 0, True, False, SETUP), Tag(AUDIO, 0, True, False, SOUND_SETUP)]


async def nobody(host: str, port: int) -> list[Address]:
    return []


def simulcast(rules: Rules = HERE) -> Simulcast:
    return Simulcast(rules, nobody, ssl.create_default_context)


def second(at: int) -> list[Tag]:
    return [t for n in range(25) for t in (picture(at + n * 40, keyframe=n == 0), Tag(AUDIO, at + n * 40, False, False, SOUND))]  # fmt: skip


async def state(service: Simulcast, wanted: str) -> dict[str, str]:
    async with asyncio.timeout(20):
        while not (found := [s for s in service.states() if s["state"] == wanted]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found[0]


async def frames(stream: KeptStream, count: int) -> list[tuple[int, int, bytes]]:
    async with asyncio.timeout(20):
        while not stream.data or len(found := tags(bytes(stream.data))) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


@pytest.fixture
def target(plane: ControlPlane) -> tuple[str, Target]:
    """Another channel, as the target."""
    channel = str(plane.owner.make("channels", name=f"Other {secrets.token_hex(4)}")["id"])
    made = plane.owner.post(f"channels/{channel}/stream_keys", json={"name": "Simulcast"}).json()
    url = made["rtmp_url"].replace("studio.test", "127.0.0.1").rpartition("/")[0]
    return channel, Target("t1", "Other", url, made["key"])


def test_client_and_server_understand_each_other() -> None:
    publisher, server = RtmpPublisher("live", "rtmp://example.org/live", "KEY"), RtmpConnection()
    received, accepted = list[Any](), False
    for _ in range(9):
        received += server.receive(publisher.data_to_send())
        if not accepted and any(isinstance(e, RtmpPublish) for e in received):
            accepted = True
            server.accept()
        publisher.receive(server.data_to_send())
    assert publisher.publishing
    assert [(e.application, e.key) for e in received if isinstance(e, RtmpPublish)] == [("live", "KEY")]
    sent = picture(0x1234567, keyframe=True, size=100_000)
    events = server.receive(publisher.message(sent.kind, sent.time, sent.payload))
    [tag] = tags(b"".join(e.flv for e in events if isinstance(e, RtmpData)))
    assert tag == (VIDEO, sent.time, sent.payload)


def test_a_server_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(RtmpError, match="does not speak RTMP"):
        RtmpPublisher("live", "rtmp://example.org/live", "KEY").receive(b"HTTP/1.1 400" + bytes(4000))


@pytest.mark.parametrize(
    "url", ["http://a.example/x", "rtmp://a.example", "rtmp:///x", "rtmp://u:p@a.example/x", "rtmp://a:99999/x", ""]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError):
        parse(url)


def test_a_slow_target_loses_pictures_and_goes_on_with_a_keyframe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "MAX_QUEUE_BYTES", 10_000)
    queue = PushQueue()
    queue.add(picture(0))  # not a keyframe
    for n in range(180):
        queue.add(picture(n * 40, keyframe=n % 25 == 0, size=1000))
    kept = []
    while (tag := queue.take()) is not None:
        kept.append(tag)
    assert kept[0].keyframe and len(kept) <= 10 and queue.lost + len(kept) == 181


async def test_a_stream_is_published_on_another_server(
    target: tuple[str, Target], streams: KeptStreams, plane: ControlPlane
) -> None:
    channel, other = target
    service, source = simulcast(), object()
    for tag in setups():
        service.add(source, tag)
    await service.use([other])
    await state(service, "live")
    for tag in second(5000):
        service.add(source, tag)
    [stream] = streams.of(channel)
    found = await frames(stream, 52)
    assert [body for _, _, body in found[:3]] == [SETUP, SOUND_SETUP, KEYFRAME] and found[-1][1] - found[2][1] == 960
    again = object()  # the publisher connects again, and its times begin with 0
    for tag in [*setups(), *second(0)]:
        service.add(again, tag)
    found = await frames(stream, 52 + 52)
    times = [time for _, time, _ in found]
    assert times == sorted(times) and times[-1] - times[2] == 2 * 960 + 40
    assert service.states() == [{"id": "t1", "name": "Other", "state": "live", "detail": ""}]
    await service.stop()
    async with asyncio.timeout(10):
        while not stream.closed:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_target_that_refuses_is_tried_again_and_says_why(
    target: tuple[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "FIRST_PAUSE_S", 0.05)
    service = simulcast()
    await service.use([Target("t1", "Other", target[1].url, "ots_wrong")])
    failed = await state(service, "failed")
    assert "This stream key is not valid" in failed["detail"] and "ots_wrong" not in failed["detail"]
    await service.use([target[1]])
    await state(service, "live")
    await service.stop()


@contextlib.asynccontextmanager
async def deaf() -> AsyncIterator[int]:
    """A server that answers nothing."""
    taken: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: taken.append(writer), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in taken:
        writer.transport.abort()


async def test_a_target_that_does_not_answer_fails_alone(
    target: tuple[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "CONNECT_S", 0.2)
    async with deaf() as port:
        service = simulcast()
        await service.use([target[1], Target("t2", "Deaf", f"rtmp://127.0.0.1:{port}/live", "KEY")])
        assert (await state(service, "live"))["id"] == "t1"
        failed = await state(service, "failed")
        assert failed["id"] == "t2" and "does not answer" in failed["detail"]
        await service.stop()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
async def test_targets_in_the_own_network_are_refused(address: str) -> None:
    async def resolve(host: str, port: int) -> list[Address]:
        return [ip_address(address)]

    literal = f"[{address}]" if ":" in address else address
    for host in (literal, "rebinding.example.org"):
        service = Simulcast(Rules(), resolve, ssl.create_default_context)
        await service.use([Target("t1", "Inside", f"rtmp://{host}/live", "KEY")])
        assert "not on the public internet" in (await state(service, "failed"))["detail"]
        await service.stop()


async def test_a_key_that_a_server_quotes_is_not_shown(
    target: tuple[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object) -> None:
        raise RtmpError("The server refuses the stream: no stream SECRET here")

    monkeypatch.setattr(push.Push, "_publish", refuse)
    service = simulcast()
    await service.use([Target("t1", "Other", target[1].url, "SECRET")])
    assert "no stream … here" in (await state(service, "failed"))["detail"]
    await service.stop()
