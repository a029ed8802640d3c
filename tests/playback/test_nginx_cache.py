"""nginx with a cache before a server on another machine, as `otnet edge nginx --cache` sets it up, and requests for what
is in the cache that OTNet would refuse."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import httpx
import pytest

from otnet_server.cli.edge import NginxOptions, nginx_configuration
from otnet_server.errors import ConfigError
from tests.control.services import ControlPlane, control_plane
from tests.harness import until
from tests.nginx import nginx_before
from tests.playback.titles import PLAN, REVISION, STATES, content_in, files_of, ready_media

FORWARDED = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
BYTES = bytes(range(256)) * 10_000  # 2.5 MB: three slices


class Link(ThreadingHTTPServer):
    """Forwards nginx's requests to the server, and counts those for segments. `cut`: the server is away."""

    def __init__(self, server: str) -> None:
        super().__init__(("127.0.0.1", 0), _Forward)
        self.client, self.segments, self.cut = httpx.Client(base_url=server, timeout=30), 0, False
        self.lock, self.forwarded = threading.Lock(), set[tuple[str | None, ...]]()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Forward(BaseHTTPRequestHandler):
    server: Link
    protocol_version = "HTTP/1.1"

    def forward(self) -> None:
        link = self.server
        if link.cut:
            self.close_connection = True
            return
        with link.lock:
            link.segments += self.path.endswith(".m4s")
            link.forwarded.add(tuple(self.headers.get(name) for name in FORWARDED))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        answer = link.client.request(self.command, self.path, headers=headers | {"Accept-Encoding": "identity"})
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    do_GET = do_HEAD = do_POST = do_OPTIONS = forward

    def log_message(self, *_: object) -> None:
        pass


class Edge(NamedTuple):
    plane: ControlPlane
    link: Link
    client: httpx.Client
    segments: dict[str, str]

    def session(self, state: str) -> tuple[str, str]:
        """(the prefix of a new playback session of a title, the URL that ends it)."""
        owner = self.plane.owner
        media = self.segments[state].split("/")[2]
        document = owner.get(f"/api/v1/playback/{media}").json()
        return document["sources"]["hls"].partition("/media/")[0], document["session"]["url"]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)


@pytest.fixture(scope="module")
def running_edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    tmp_path = tmp_path_factory.mktemp("edge")
    with control_plane(tmp_path / "data", public=True, trusted_proxies=("127.0.0.1",)) as plane:
        segments = {}
        for state in ("public", "members", "entitled", "private", "draft", "scheduled", "expired"):
            media = ready_media(plane, state, content_in(plane.owner, state))
            path = next(p for p in files_of(media) if p.endswith(".m4s"))
            segments[state] = path.replace(REVISION, f"{REVISION[:-1]}{STATES.index(state)}")
            (plane.settings.data / segments[state].lstrip("/")).write_bytes(BYTES)
        with (
            Link(plane.url) as link,
            nginx_before(f"127.0.0.1:{link.server_port}", None, tmp_path / "nginx") as (url, _),
        ):
            with httpx.Client(base_url=url, timeout=30) as client:
                yield Edge(plane, link, client, segments)
            link.shutdown()
            link.client.close()


@pytest.fixture
def edge(running_edge: Edge) -> Edge:
    """Each test requests the segments of titles of its own."""
    running_edge.link.cut, running_edge.link.segments = False, 0
    return running_edge


def test_segment_is_fetched_once_for_all_sessions(edge: Edge) -> None:
    prefixes = [edge.session("members")[0] for _ in range(4)]
    path = edge.segments["members"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: edge.get(prefixes[n % 4] + path), range(16)))
    assert {a.status_code for a in answers} == {200} and all(a.content == BYTES for a in answers)
    assert edge.link.segments == 3, "one request for each slice"
    part = edge.get(prefixes[0] + path, Range="bytes=1500000-1500009")
    assert (part.status_code, part.content) == (206, BYTES[1_500_000:1_500_010])
    assert part.headers["x-cache"] == "HIT" and edge.link.segments == 3
    assert answers[0].headers["cache-control"].startswith("private"), "as OTNet says, not as nginx keeps it"


def test_cached_segment_is_refused_to_others(edge: Edge) -> None:
    """A forged token, the token of another title, no token, and a title that does not exist for the caller."""
    (mine, _), (other, _) = edge.session("entitled"), edge.session("members")
    path = edge.segments["entitled"]
    assert edge.get(mine + path).content == BYTES
    for prefix, status in ((mine[:-3] + "AAA", 404), (other, 404), ("/p/x", 404), ("", 401)):
        answer = edge.get(prefix + path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), prefix
    for tail in ("..%2f" + path.lstrip("/"), "x/../" + path.rpartition("/")[2]):
        assert BYTES[:100] not in edge.get(f"/media/{edge.segments['public'].split('/')[2]}/{tail}").content


def test_cached_segment_is_refused_above_the_quality_of_a_grant(edge: Edge) -> None:
    owner, viewer, path = edge.plane.owner, edge.plane.owner.colleague("audience"), edge.segments["entitled"]
    content = edge.plane.rows("media", id=path.split("/")[2])[0]["content"]
    assert edge.get(edge.session("entitled")[0] + path).status_code == 200, "it is in the cache"
    owner.make("grants", user=viewer.id, scope="title", content=content, max_quality="sd")
    prefix = viewer.get(f"/api/v1/playback/{content}").json()["sources"]["hls"].partition("/media/")[0]
    assert PLAN.video is not None
    low = path.replace(f"/{PLAN.video.rungs[0].name}/", f"/{PLAN.video.rungs[-1].name}/")
    for _ in range(2):
        assert edge.get(prefix + low).status_code == 200
        refused = edge.get(prefix + path)
        assert (refused.status_code, refused.json()["code"]) == (403, "quality_not_included")


def test_caller_does_not_choose_the_address_that_the_server_sees(edge: Edge) -> None:
    """Neither in the check nor in the request for a slice: regions and policies depend on it."""
    prefix, _ = edge.session("scheduled")
    edge.link.forwarded.clear()
    answer = edge.get(
        prefix + edge.segments["scheduled"], **{"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    )
    assert answer.status_code == 200 and edge.link.segments
    assert edge.link.forwarded == {(edge.client.base_url.netloc.decode(), "127.0.0.1", "http")}


def test_headers_that_policies_add_for_one_viewer_are_not_kept_for_others(edge: Edge) -> None:
    path, owner = edge.segments["expired"], edge.plane.owner
    (media,) = edge.plane.rows("media", id=path.split("/")[2])
    owner.make("policies", name="Marks", expression="true", action="watermark_id", content=media["content"])
    for _ in range(2):
        prefix, _ = edge.session("expired")
        answer = edge.get(prefix + path)
        assert answer.content == BYTES and "otnet-watermark-id" not in answer.headers
        assert "otnet-watermark-id" in httpx.get(edge.plane.url + prefix + path).headers


def test_segments_of_an_ended_session_stop(edge: Edge) -> None:
    (prefix, url), path = edge.session("private"), edge.segments["private"]
    assert edge.get(prefix + path).status_code == 200
    assert httpx.delete(edge.plane.url + url).status_code == 204
    until("the segment is refused", lambda: edge.get(prefix + path).status_code == 403, 30)
    edge.link.cut = True
    assert edge.get(prefix + path).status_code != 200, "also while the server does not answer"


def test_viewers_go_on_while_the_server_does_not_answer(edge: Edge) -> None:
    (prefix, _), path = edge.session("draft"), edge.segments["draft"]
    unseen, _ = edge.session("draft")
    assert edge.get(prefix + path).status_code == 200
    edge.link.cut = True
    again = edge.get(prefix + path)
    assert (again.status_code, again.content) == (200, BYTES)
    refused = edge.get(unseen + path)
    assert (refused.status_code, refused.json()["code"]) == (503, "origin_away") and "retry-after" in refused.headers


def test_segment_of_a_deleted_revision_is_not_sent_from_the_cache(edge: Edge) -> None:
    path = edge.segments["public"]
    revision = path.split("/")[3]
    assert edge.get(path).status_code == 200
    edge.plane.run(edge.plane.server.core.services.protections.forget(path.split("/")[2], revision))
    until("the segment is refused", lambda: edge.get(path).status_code == 404, 30)


@pytest.mark.parametrize(
    "options",
    [{"media": ""}, {"media": "/m", "cache": "/c"}, {"media": "/m; root /"}, {"media": "/m", "listen": "80 {"},
     {"media": "/m", "name": "a$b"}, {"media": "/m", "certificate": "/c.pem"}],
)  # fmt: skip
def test_options_that_would_break_the_configuration_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        nginx_configuration(NginxOptions("80", "127.0.0.1:8096", "/checks")._replace(**options))
