"""Previews of live streams: the frames that wait, who may watch, and the WHEP endpoint."""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from otnet_server.config import PROFILES
from otnet_server.errors import PreviewRefused
from otnet_server.live import preview_service
from otnet_server.live.argv import START_S
from otnet_server.live.frame_queue import MAX_BYTES, MAX_FRAMES, FrameQueue
from otnet_server.live.preview_service import PreviewService
from otnet_server.live.previews import Previews
from otnet_server.live.whip.frames import Frame as Message
from otnet_server.live.whip.frames import pack_frame, unpack_frame
from otnet_server.live.whip.previews import SentPreviews
from otnet_server.media.fragments import Frame
from otnet_server.media.live_plan import AUDIO_NAME, live_plan
from otnet_server.protocols import LiveFrame, LivePreview, PreviewSession
from tests.control.services import ControlPlane, Person

PLAN = live_plan(1920, 1080, Fraction(25), PROFILES["live"], "live")
INITS = {"1080p": b"1080", "720p": b"720", "360p": b"360", AUDIO_NAME: b"sound"}
SDP = {"Content-Type": "application/sdp"}


def picture(time: float = 0.0, *, keyframe: bool = False, size: int = 1) -> LiveFrame:
    return LiveFrame("video", time, keyframe, bytes(size))


def taken(queue: FrameQueue) -> list[LiveFrame]:
    return list(iter(queue.take, None))


# --- the queue ---


def test_pictures_begin_with_a_keyframe_and_sound_at_once() -> None:
    queue, sound = FrameQueue(), LiveFrame("audio", 0.0, True, b"x")
    for frame in (picture(), sound, picture(), picture(1, keyframe=True), picture(2)):
        queue.add(frame)
    assert taken(queue) == [sound, picture(1, keyframe=True), picture(2)] and queue.lost == 2


@pytest.mark.parametrize("size", [1, MAX_BYTES // 10, MAX_BYTES + 1])
def test_frames_that_are_not_taken_are_lost_up_to_a_keyframe(size: int) -> None:
    queue = FrameQueue()
    for number in range(10 * MAX_FRAMES):
        queue.add(picture(number, keyframe=number % 50 == 0, size=size))
        assert len(queue._frames) <= MAX_FRAMES and queue._bytes <= MAX_BYTES
    left = taken(queue)
    assert not left or left[0].keyframe
    assert [f.time for f in left] == [left[0].time + n for n in range(len(left))], "nothing is missing in between"
    assert queue.lost + len(left) == 10 * MAX_FRAMES and (size <= MAX_BYTES or not left)


def test_a_frame_is_the_same_on_the_other_side_of_the_pipe() -> None:
    frame = LiveFrame("audio", 3600.25, False, b"\0\1\2")
    assert unpack_frame(pack_frame(frame)) == frame
    for wrong in (b"", b"\7" + pack_frame(frame)[1:]):
        with pytest.raises((struct.error, IndexError)):
            unpack_frame(wrong)


# --- of a stream ---


async def test_a_preview_has_the_lowest_rung_on_the_clock_of_the_stream() -> None:
    previews = Previews(PLAN, INITS)
    assert PLAN.video is not None
    clock = PLAN.video.timeline.timescale
    frame = Frame((START_S + 2) * clock, 1, True, b"picture")
    previews.add("360p", frame)  # nobody watches
    preview = previews.watch()
    previews.begin(7.0)
    for rendition in ("1080p", "720p", "360p"):
        previews.add(rendition, frame)
    previews.add(AUDIO_NAME, Frame((START_S + 1) * 48_000, 1024, True, b"sound"))
    assert (preview.video_init, preview.audio_init) == (b"360", b"sound")
    assert await preview.next() == LiveFrame("video", 9.0, True, b"picture")
    assert await preview.next() == LiveFrame("audio", 8.0, True, b"sound")
    waiting = asyncio.ensure_future(preview.next())
    await asyncio.sleep(0)
    previews.close()
    assert await waiting is None and preview.closed
    preview.close()
    assert not previews._watched


class Pipe:
    """A writer to a process that takes nothing while `stuck`."""

    def __init__(self) -> None:
        self.stuck, self.written = asyncio.Event(), list[bytes]()
        self.stuck.set()

    def write(self, data: bytes) -> None:
        self.written.append(data)

    async def drain(self) -> None:
        await self.stuck.wait()


async def test_a_process_that_hangs_holds_up_nothing() -> None:
    pipe, previews = Pipe(), Previews(PLAN, INITS)
    sent = SentPreviews(pipe, 2)  # type: ignore[arg-type]
    slow, other = previews.watch(), previews.watch()
    starting = asyncio.ensure_future(sent.send("offer", slow))
    await asyncio.sleep(0)
    sent.handle(Message("answer", 1, b'{"sdp": "v=0"}'))
    assert await starting == PreviewSession(1, "v=0")
    pipe.stuck.clear()
    for number in range(1000):
        previews.add("360p", Frame(number, 1, number % 50 == 0, bytes(1000)))
        await other.next()
    assert len(pipe.written) < 10 and len(slow._queue._frames) <= MAX_FRAMES and other._queue.lost == 0
    await sent.close()  # the process has ended
    assert slow.closed and previews._watched == [other]


async def test_previews_are_limited_and_end_when_the_browser_leaves_or_the_stream_ends() -> None:
    pipe, previews = Pipe(), Previews(PLAN, INITS)
    sent = SentPreviews(pipe, 2)  # type: ignore[arg-type]
    started = [asyncio.ensure_future(sent.send("offer", previews.watch())) for _ in range(3)]
    await asyncio.sleep(0)
    for number in (1, 2):
        sent.handle(Message("answer", number, b'{"sdp": "v=0"}'))
    with pytest.raises(PreviewRefused, match="Too many"):
        await started[2]
    assert len(previews._watched) == 2
    await asyncio.gather(*started[:2])
    sent.handle(Message("left", 1))
    assert len(previews._watched) == 1
    refused = asyncio.ensure_future(sent.send("offer", previews.watch()))
    await asyncio.sleep(0)
    sent.handle(Message("answer", 3, b'{"code": "bad_offer", "message": "No."}'))
    with pytest.raises(PreviewRefused, match="No"):
        await refused
    previews.close()
    async with asyncio.timeout(1):
        while sent._previews:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert [Message("unwatch", n).encode() in pipe.written for n in (1, 2, 3)] == [False, True, True]


# --- who may watch ---


class Sender:
    """Answers every offer except “bad”, whose preview it does not close."""

    def __init__(self) -> None:
        self.sends_previews, self.previews, self.ended = True, list[LivePreview](), list[int]()

    async def send_preview(self, offer: str, preview: LivePreview) -> PreviewSession:
        if offer == "bad":
            raise PreviewRefused("bad_offer", "The offer can't be used.")
        self.previews.append(preview)
        return PreviewSession(len(self.previews), "v=0 answer")

    async def end_preview(self, id: int) -> None:
        self.ended.append(id)
        self.previews[id - 1].close()


def live_stream(id: str = "s1") -> Any:
    return SimpleNamespace(row=SimpleNamespace(id=id), previews=Previews(PLAN, INITS), sends_pictures=True)


async def test_a_token_starts_one_preview_of_one_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    streams, sender = {"night": live_stream()}, Sender()
    service = PreviewService(streams.get, [sender])
    token = service.ticket("night").token
    started = await service.start(token, "v=0")
    assert started.answer == "v=0 answer" and not service.is_valid(token) and token not in repr(started)
    assert await service.end(started.id) and not await service.end(started.id) and sender.ended == [1]
    bad = service.ticket("night").token
    with pytest.raises(PreviewRefused, match="can't be used"):
        await service.start(bad, "bad")
    assert not streams["night"].previews._watched
    old = service.ticket("night").token
    streams["night"] = live_stream("s2")
    with pytest.raises(PreviewRefused, match="has ended"):
        await service.start(old, "v=0")
    late = service.ticket("night").token
    monkeypatch.setattr(preview_service.time, "monotonic", lambda: 1e12)
    assert not service.is_valid(late) and not service.is_valid("") and not service.is_valid("x")
    service.ticket("night")
    assert len(service._tickets) == 1, "old tokens are forgotten"
    first, *_, last = [service.ticket("night").token for _ in range(50)]
    assert len(service._tickets) == preview_service.MAX_TOKENS
    assert service.is_valid(last) and not service.is_valid(first)


async def test_why_there_is_no_preview() -> None:
    stream, sender = live_stream(), Sender()

    def code(service: PreviewService) -> str:
        with pytest.raises(PreviewRefused) as refused:
            service.ticket("night")
        assert refused.value.remedy
        return refused.value.code

    found = {"night": stream}.get
    assert code(PreviewService(found, [])) == "previews_off"
    assert code(PreviewService({}.get, [sender])) == "not_received"
    stream.sends_pictures = False
    assert code(PreviewService(found, [sender])) == "no_pictures"
    sender.sends_previews = False
    assert code(PreviewService(found, [sender])) == "not_running"


# --- by HTTP ---


@pytest.fixture
def received(plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Sender]]:
    """A channel whose stream this process receives."""
    channel, sender = plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"], Sender()
    service = plane.server.previews
    monkeypatch.setattr(service, "_senders", [sender])
    monkeypatch.setattr(service, "_find", {channel: live_stream()}.get)
    yield channel, sender
    plane.run(service.stop())


def test_an_editor_starts_and_ends_a_preview(plane: ControlPlane, received: tuple[str, Sender]) -> None:
    channel, sender = received
    answer = plane.owner.post(f"channels/{channel}/preview")
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store", answer.text
    ticket = answer.json()
    assert set(ticket) == {"url", "token", "expires_at"} and ticket["url"] == "http://studio.test/api/v1/whep"
    bearer = {**SDP, "Authorization": f"Bearer {ticket['token']}"}
    viewer = plane.anonymous()
    whep = viewer.post
    assert whep(ticket["url"], content="v=0", headers=SDP).status_code == 401
    assert whep(ticket["url"], content="v=0", headers={**bearer, "Authorization": "Bearer x"}).status_code == 401
    assert whep(ticket["url"], content="v=0", headers={**bearer, "Content-Type": "text/plain"}).status_code == 415
    assert whep(ticket["url"], content="v" * 70_000, headers=bearer).status_code == 413
    started = whep(ticket["url"], content="v=0", headers=bearer)
    assert started.status_code == 201 and started.text == "v=0 answer" and started.headers["etag"]
    assert started.headers["content-type"] == "application/sdp" and started.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in started.headers, "no other site may use a token"
    assert whep(ticket["url"], content="v=0", headers=bearer).status_code == 401, "a token is for one start"
    place = started.headers["location"]
    assert viewer.delete(place).status_code == 200 and sender.ended == [1]
    assert viewer.delete(place).status_code == 404
    for method, path, status in (("PATCH", place, 405), ("GET", ticket["url"], 405), ("OPTIONS", ticket["url"], 204)):
        assert viewer.request(method, path).status_code == status


def test_an_offer_that_can_not_be_used_is_refused(plane: ControlPlane, received: tuple[str, Sender]) -> None:
    ticket = plane.owner.post(f"channels/{received[0]}/preview").json()
    headers = {**SDP, "Authorization": f"Bearer {ticket['token']}"}
    answer = plane.anonymous().post(ticket["url"], content="bad", headers=headers)
    assert answer.status_code == 422 and answer.json()["code"] == "bad_offer"


def test_only_editors_get_a_preview(plane: ControlPlane, received: tuple[str, Sender]) -> None:
    path = f"channels/{received[0]}/preview"
    for role in ("analyst", "reader", "audience"):
        assert plane.owner.colleague(role).post(path).status_code == 403, role
    assert plane.owner.colleague("editor").post(path).status_code == 201
    assert plane.owner.post("channels/000000000000/preview").status_code == 404
    assert plane.owner.key("channel:write").post(path).status_code == 404
    assert plane.anonymous().post(f"/api/v1/dashboard/{path}").status_code == 401
    assert Person(plane, cookies=dict(plane.owner.cookies)).post(path).status_code == 403, "without the CSRF token"


def test_the_answer_says_why_there_is_no_preview(plane: ControlPlane, received: tuple[str, Sender]) -> None:
    path, service = f"channels/{received[0]}/preview", plane.server.previews
    service._find = {}.get
    answer = plane.owner.post(path)
    assert answer.status_code == 409 and answer.json()["code"] == "not_received"
    organization = plane.rows("channel", id=received[0])[0]["organization"]
    media = plane.put("media", organization=organization, library="x", title="Night", present=True, info={})
    plane.put("live_stream", organization=organization, channel=received[0], media=media,
              revision=secrets.token_hex(5), epoch="2026", started_at="2026")  # fmt: skip
    assert plane.owner.post(path).json()["code"] == "received_elsewhere"
    service._senders = []
    assert plane.owner.post(path).json()["code"] == "previews_off"
