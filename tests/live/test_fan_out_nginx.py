"""Many viewers of one live stream behind nginx, as `otnet edge nginx` sets it up: the server sees one request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import httpx
import pytest

from otnet_server.playback import delivery, live_delivery
from tests.control.services import ControlPlane, control_plane
from tests.harness import until
from tests.live.fed import PARTS, FedStream, answer, sent
from tests.nginx import nginx_before

PLAYERS, SESSIONS = 24, 3


class Edge(NamedTuple):
    """nginx at `url` before the server; `requests` are those of players that the server has seen."""

    plane: ControlPlane
    url: str
    requests: list[str]


@pytest.fixture(scope="module", params=["media", "cache"])
def running_edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    work, requests = tmp_path_factory.mktemp("edge"), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        respond = live_delivery.respond

        async def counted(stream: object, revision: object, path: object, query: str, *more: object) -> object:
            requests.append(query)
            return await respond(stream, revision, path, query, *more)  # type: ignore[arg-type]

        patch.setattr(delivery, "respond", counted)
        with control_plane(work / "data", public=True, trusted_proxies=("127.0.0.1",)) as plane:
            media = plane.settings.data / "media" if request.param == "media" else None
            with nginx_before(plane.url.removeprefix("http://"), media, work / "nginx") as (url, _):
                yield Edge(plane, url, requests)


@pytest.fixture(scope="module")
def members_stream(running_edge: Edge) -> FedStream:
    return FedStream(running_edge.plane, "members")


@pytest.fixture
def edge(running_edge: Edge, members_stream: FedStream) -> Edge:
    """The edge before a stream for members, which is at the start of a segment."""
    number, part = members_stream.track.next
    members_stream.feed((PARTS - part) % PARTS if number >= 4 else 4 * PARTS)
    running_edge.requests.clear()
    return running_edge


def session(edge: Edge, stream: FedStream) -> str:
    """The prefix of a new playback session."""
    document = edge.plane.owner.get(f"/api/v1/playback/{stream.media}").json()
    return str(document["sources"]["hls"].partition("/media/")[0])


def hint(stream: FedStream) -> str:
    number, part = stream.track.next
    return f"{stream.path}/{stream.time_of(number)}.{part}.m4s"


@pytest.mark.parametrize("what", ["playlist", "part"])
def test_server_sees_one_of_all_players_that_wait(edge: Edge, members_stream: FedStream, what: str) -> None:
    sessions = [session(edge, members_stream) for _ in range(SESSIONS)]
    path = members_stream.reload() if what == "playlist" else hint(members_stream)
    with ExitStack() as stack:
        players = [stack.enter_context(sent(edge.url, sessions[n % SESSIONS] + path)) for n in range(PLAYERS)]
        until("the server sees a request", lambda: members_stream.waiting(), 20)
        stack.enter_context(sent(edge.url, "/healthz")).recv(1)  # nginx has read the requests that came before
        assert members_stream.waiting() == 1
        members_stream.feed()
        answers = {answer(player) for player in players}
    assert len(answers) == 1 and answers.pop()[0] == 200
    assert len(edge.requests) == 1
    later = httpx.get(edge.url + sessions[0] + path)
    assert (later.headers["x-cache"], later.status_code, len(edge.requests)) == ("HIT", 200, 1)
    expected = "no-store" if what == "playlist" else "private"
    assert later.headers["cache-control"].startswith(expected)


def test_others_get_neither_a_playlist_nor_a_part_of_the_cache(edge: Edge, members_stream: FedStream) -> None:
    mine, part, playlist = session(edge, members_stream), hint(members_stream), members_stream.reload()
    members_stream.feed()
    for path in (part, playlist):
        assert httpx.get(edge.url + mine + path).status_code == 200
        for prefix, status in (("", 401), (mine[:-3] + "AAA", 404)):
            assert httpx.get(edge.url + prefix + path).status_code == status


def test_part_that_does_not_come_is_not_remembered(edge: Edge, members_stream: FedStream) -> None:
    mine, number = session(edge, members_stream), members_stream.track.next[0]
    path = f"{mine}{members_stream.path}/{members_stream.time_of(number)}.1.m4s"
    assert httpx.get(edge.url + path).status_code == 404
    ahead = f"{mine}{members_stream.path}/index.m3u8?_HLS_msn={number + 9}"
    assert httpx.get(edge.url + ahead).status_code == 400
    members_stream.feed(PARTS)
    assert httpx.get(edge.url + path).status_code == 200
    members_stream.feed(9 * PARTS)
    assert httpx.get(edge.url + ahead).status_code == 200


def test_directives_written_in_other_ways_do_not_change_what_others_get(edge: Edge, members_stream: FedStream) -> None:
    mine, number = session(edge, members_stream), members_stream.track.next[0]
    playlist = f"{mine}{members_stream.path}/index.m3u8"
    members_stream.feed()
    tricks = (f"_HLS_msn={number - 1}&_HLS_msn={number}", f"_HLS_part=0&_HLS_msn={number}&_HLS_part=", "x=1")
    for query in tricks:
        assert httpx.get(f"{edge.url}{playlist}?{query}", timeout=20).status_code == 200, query
    members_stream.feed()
    text = httpx.get(f"{edge.url}{playlist}?_HLS_msn={number}&_HLS_part=1").text
    assert f"{members_stream.time_of(number)}.1.m4s" in text.partition("PRELOAD-HINT")[0]
    assert "x=1" not in edge.requests[-1]


def test_playlist_without_a_directive_is_always_the_newest(edge: Edge, members_stream: FedStream) -> None:
    url = f"{edge.url}{session(edge, members_stream)}{members_stream.path}/index.m3u8"
    before = httpx.get(url).text
    members_stream.feed()
    assert httpx.get(url).text != before


def test_tags_of_policies_reach_viewers_although_the_playlist_is_in_the_cache(
    edge: Edge, members_stream: FedStream
) -> None:
    members_stream.feed()
    number = members_stream.track.next[0]
    path = f"{session(edge, members_stream)}{members_stream.path}/index.m3u8?_HLS_msn={number}&_HLS_part=0"
    assert "#EXT-X-MARK" not in httpx.get(edge.url + path).text
    body = {"name": "Marks", "expression": "true", "phase": "manifest", "action": "manifest_tag",
            "value": "#EXT-X-MARK:1", "content": members_stream.content}  # fmt: skip
    policy = edge.plane.owner.make("policies", **body)
    until("the policy is in force", lambda: "#EXT-X-MARK" in httpx.get(edge.url + path).text, 30)
    edge.plane.owner.delete(f"policies/{policy['id']}").raise_for_status()
    until("it has ended", lambda: "#EXT-X-MARK" not in httpx.get(edge.url + path).text, 30)
