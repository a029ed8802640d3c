"""Many viewers of one live stream, and viewers who are slow, or leave."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from otnet_server.manifests import low_latency
from otnet_server.playback.visibility import Decision, MediaFacts
from tests.control.services import ControlPlane, control_plane
from tests.harness import until
from tests.live.fed import PARTS, FedStream, sent, tasks

PLAYERS = 12


@pytest.fixture(scope="module")
def public_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("fan-out") / "data", public=True) as plane:
        yield plane


@pytest.fixture(scope="module")
def shared_stream(public_plane: ControlPlane) -> FedStream:
    return FedStream(public_plane)


@pytest.fixture
def stream(shared_stream: FedStream) -> FedStream:
    """A stream at the start of a segment."""
    number, part = shared_stream.track.next
    shared_stream.feed((PARTS - part) % PARTS if number >= 4 else 4 * PARTS)
    return shared_stream


def test_playlist_is_made_once_for_all_who_wait_for_it(stream: FedStream, monkeypatch: pytest.MonkeyPatch) -> None:
    made, make = [], low_latency.media
    monkeypatch.setattr(low_latency, "media", lambda *a, **k: made.append(1) or make(*a, **k))
    url = stream.plane.url + stream.reload()
    with ThreadPoolExecutor(PLAYERS) as pool:
        answers = [pool.submit(httpx.get, url, timeout=30) for _ in range(PLAYERS)]
        until("all wait", lambda: stream.waiting() == PLAYERS, 20)
        stream.feed()
        bodies = {answer.result().raise_for_status().text for answer in answers}
    assert len(bodies) == 1 and len(made) == 1
    stream.feed()
    again = httpx.get(stream.plane.url + f"{stream.path}/index.m3u8").text
    assert again not in bodies and len(made) == 2, "the next part makes it new"


def test_manifest_is_made_once_for_a_part(stream: FedStream) -> None:
    url = f"{stream.plane.url}/media/{stream.media}/main.mpd"
    first, second = httpx.get(url), httpx.get(url)
    assert first.status_code == 200 and first.text == second.text, "publishTime included"
    stream.feed()
    assert httpx.get(url).text != first.text


def test_players_who_come_at_once_are_admitted_by_one_query(stream: FedStream, monkeypatch: pytest.MonkeyPatch) -> None:
    authorization, queries = stream.plane.server.playback.authorization, list[str]()
    facts = authorization.facts

    async def counted(id: str) -> MediaFacts | None:
        queries.append(id)
        return await facts(id)

    async def at_once() -> list[Decision]:
        scope = {"type": "http", "headers": [], "query_string": b"", "client": ("203.0.113.7", 1)}
        return await asyncio.gather(*(authorization.media(scope, stream.media) for _ in range(PLAYERS)))

    monkeypatch.setattr(authorization, "facts", counted)
    decisions = stream.plane.run(at_once())
    assert {decision.refusal for decision in decisions} == {None} and queries == [stream.media]
    stream.plane.run(at_once())
    assert len(queries) == 2, "nothing is remembered after the query"


@pytest.mark.parametrize("what", ["playlist", "part", "segment that comes", "segment that grows"])
def test_client_that_leaves_while_it_waits_leaves_no_task(stream: FedStream, what: str) -> None:
    number, _ = stream.track.next
    if what == "segment that grows":
        stream.feed()
    time = stream.time_of(number)
    paths = {"playlist": stream.reload(2), "part": f"{stream.path}/{time}.0.m4s"}
    before = tasks(stream.plane)
    with sent(stream.plane.url, paths.get(what, f"{stream.path}/{time}.m4s")):
        until("it waits", lambda: stream.waiting() == 1, 20)
    until("nobody waits", lambda: stream.waiting() == 0, 30)
    until("the tasks have ended", lambda: tasks(stream.plane) <= before, 30)


def test_viewer_who_reads_a_byte_at_a_time_holds_no_segment_and_delays_nobody(stream: FedStream) -> None:
    number, _ = stream.track.next
    time, size = stream.time_of(number), 4 << 20
    stream.feed(1, size)
    with sent(stream.plane.url, f"{stream.path}/{time}.m4s", receive_bytes=4096) as slow:
        stream.feed(PARTS - 1, size)
        segment = stream.track.segments[-1]
        parts = [weakref.ref(part) for part in segment.parts]
        complete = httpx.get(f"{stream.plane.url}{stream.path}/{time}.m4s")
        assert complete.headers["content-length"] == str(PARTS * size) and len(complete.content) == PARTS * size
        received = b""
        for _ in range(7):
            stream.feed(PARTS)
            received += slow.recv(1)
        for stored in range(number + 7):
            stream.plane.call(stream.track.stored, stored)
        assert not segment.parts and not any(part() for part in parts)
        while block := slow.recv(1 << 20):
            received += block
        assert size < len(received) < PARTS * size, "the connection is closed in the middle"
        assert not received.endswith(b"0\r\n\r\n")
