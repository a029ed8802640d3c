"""Segments that nginx sends, configured as docs/operating.md says: each answer is that of the server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from otnet_server.playback.tokens import Tokens, secret_of
from tests.control.services import ControlPlane, control_plane
from tests.harness import TLS_CONTEXT, until
from tests.nginx import nginx_before
from tests.playback.test_access_decision import callers_of
from tests.playback.titles import PLAN, REVISION, STATES, content_in, files_of, ready_media

SAME_HEADERS = (
    "content-type", "content-length", "cache-control", "access-control-allow-origin", "access-control-expose-headers",
    "x-content-type-options", "content-range", "vary",
)  # fmt: skip
BY_SERVER = (".m3u8", ".mpd", "index.vtt")  # documents that no file contains


class Edge:
    """A server with a title in each state, and nginx before it."""

    def __init__(self, plane: ControlPlane, url: str) -> None:
        self.plane, self.url, self.callers = plane, url, callers_of(plane)
        self.client = httpx.Client(timeout=30, verify=TLS_CONTEXT)
        self.titles = {
            state: ready_media(plane, state, content_in(plane.owner, state) if state != "unlinked" else None)
            for state in STATES
        }

    def request(self, method: str, path: str, **more: object) -> tuple[httpx.Response, httpx.Response]:
        """The answers to a request of the server itself and of nginx."""
        direct, through = (self.client.request(method, base + path, **more) for base in (self.plane.url, self.url))  # type: ignore[arg-type]
        return direct, through

    def segment(self, state: str) -> str:
        return next(p for p in self.files(state) if p.endswith(".m4s"))

    def files(self, state: str) -> list[str]:
        """A path of each content type."""
        by_suffix = {p.rpartition(".")[2]: p for p in files_of(self.titles[state])}
        return [p.replace(REVISION, f"{REVISION[:-1]}{STATES.index(state)}") for p in by_suffix.values()]


@pytest.fixture(scope="module", params=[True, False], ids=["public server", "private server"])
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    work = tmp_path_factory.mktemp("edge")
    with (
        control_plane(work / "data", public=request.param, trusted_proxies=("127.0.0.1",)) as plane,
        nginx_before(plane.url.removeprefix("http://"), work / "data" / "media", work / "nginx") as (url, _),
    ):
        edge = Edge(plane, url)
        yield edge
        edge.client.close()


def by_nginx(response: httpx.Response) -> bool:
    """Whether nginx sent the file itself: it adds Last-Modified, which OTNet does not send."""
    return response.headers.get("server", "").startswith("nginx") and "last-modified" in response.headers


@pytest.mark.parametrize("state", STATES)
def test_every_caller_gets_the_answer_of_the_server(edge: Edge, state: str) -> None:
    for name, caller in edge.callers.items():
        credentials = {k: v for k, v in caller.headers.items() if k == "authorization"}
        cookies = "; ".join(f"{k}={v}" for k, v in caller.cookies.items())
        headers = {**credentials, **({"Cookie": cookies} if cookies else {}), "Accept-Encoding": "identity"}
        for path in edge.files(state):
            direct, through = edge.request("GET", path, headers=headers)
            assert through.status_code == direct.status_code, (name, path)
            assert through.content == direct.content or "text/" in direct.headers["content-type"], (name, path)
            for header in SAME_HEADERS:
                assert through.headers.get(header) == direct.headers.get(header), (name, path, header)
            if direct.status_code == 200:
                assert by_nginx(through) != path.endswith(BY_SERVER), (name, path)


def test_ranges_conditional_requests_and_other_methods(edge: Edge) -> None:
    token = edge.plane.owner.cookies["otnet_session"]
    headers = {"Cookie": f"otnet_session={token}", "Accept-Encoding": "identity"}
    path = edge.segment("public")
    for method, more in (
        ("GET", {"Range": "bytes=2-5"}), ("HEAD", {}), ("OPTIONS", {"Origin": "https://example.org"}), ("POST", {}),
        ("DELETE", {}),
    ):  # fmt: skip
        direct, through = edge.request(method, path, headers={**headers, **more})
        assert (through.status_code, through.content) == (direct.status_code, direct.content), method
        for header in SAME_HEADERS:
            assert through.headers.get(header) == direct.headers.get(header), (method, header)
    first = edge.client.get(edge.url + path, headers=headers)
    again = edge.client.get(edge.url + path, headers={**headers, "If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_answer_for_staff_does_not_admit_others(edge: Edge) -> None:
    path, token = edge.segment("draft"), edge.plane.owner.cookies["otnet_session"]
    for _ in range(3):
        staff = edge.client.get(edge.url + path, headers={"Cookie": f"otnet_session={token}"})
        assert staff.status_code == 200 and by_nginx(staff)
        assert edge.client.get(edge.url + path).status_code == (404 if edge.plane.settings.server.public else 401)


def test_segments_stop_within_five_seconds_of_the_end_of_a_playback_session(edge: Edge) -> None:
    owner, media = edge.plane.owner, edge.titles["members"]
    with httpx.Client(base_url=edge.url, cookies=dict(owner.cookies), timeout=30) as client:
        document = client.get(f"/api/v1/playback/{media}").json()
        prefix = httpx.URL(document["sources"]["hls"]).path.partition("/media/")[0]
        path, other = prefix + edge.segment("members"), prefix + edge.segment("draft")
        anonymous = httpx.Client(base_url=edge.url, timeout=30)
        first = anonymous.get(path)
        assert first.status_code == 200 and by_nginx(first) and first.headers["cache-control"].startswith("private")
        assert anonymous.get(other).status_code == 404, "a session is for one media"
        session = httpx.URL(document["session"]["url"]).path
        ended = client.delete(session, headers={"Origin": edge.url})
        assert ended.status_code == 204, ended.text
    at = time.monotonic()
    until("the segment is refused", lambda: anonymous.get(path).status_code == 403, 30)
    assert time.monotonic() - at < 5
    assert anonymous.get(path).json()["code"] == "session_ended"
    anonymous.close()


def test_renditions_above_the_quality_of_a_grant_are_refused(edge: Edge) -> None:
    owner, viewer = edge.plane.owner, edge.plane.owner.colleague("audience")
    content = edge.plane.rows("media", id=edge.titles["entitled"])[0]["content"]
    owner.make("grants", user=viewer.id, scope="title", content=content, max_quality="sd")
    document = viewer.get(f"/api/v1/playback/{content}").json()
    prefix = httpx.URL(document["sources"]["hls"]).path.partition("/media/")[0]
    high = edge.segment("entitled")
    assert PLAN.video is not None
    low = high.replace(f"/{PLAN.video.rungs[0].name}/", f"/{PLAN.video.rungs[-1].name}/")
    for path in (low, high, low, high):
        answer = edge.client.get(edge.url + prefix + path)
        if path == low:
            assert answer.status_code == 200 and by_nginx(answer)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "quality_not_included")
    name = PLAN.video.rungs[0].name
    for spelling in (f"/{name}%2f0.m4s", f"//{name}//0.m4s", f"/x/../{name}/0.m4s", f"/./{name}/0.m4s",
                     f"/%{ord(name[0]):x}{name[1:]}/0.m4s"):  # fmt: skip
        path = prefix + high.removesuffix(f"/{name}/0.m4s") + spelling
        url = httpx.URL(edge.url).copy_with(raw_path=path.encode())
        assert edge.client.get(url).status_code in (403, 404), spelling


def test_path_that_nginx_resolves_to_another_media_is_decided_for_that_media(edge: Edge) -> None:
    public, private = edge.titles["public"], edge.segment("draft")
    token = f"?token={Tokens(secret_of(edge.plane.settings.data)).make(3600)}"
    for between in ("..", "%2e%2e", "x/../..", "%2E./", "..//"):
        path = f"/media/{public}/{between}/{private.removeprefix('/media/')}{token}"
        for base, name in ((edge.url, "raw"), (edge.plane.url, "check")):
            if name == "raw":
                url = httpx.URL(base).copy_with(raw_path=path.encode())
                assert edge.client.get(url).status_code == 404, path
            else:
                headers = {"X-Original-URI": path}
                assert edge.client.get(f"{base}/edge/check", headers=headers).status_code == 403, path
    assert edge.client.get(edge.url + private + token).status_code == 404, "no answer for another media is kept"


def test_nothing_but_media_can_be_reached(edge: Edge) -> None:
    media, token = edge.titles["public"], edge.plane.owner.cookies["otnet_session"]
    folder = edge.plane.settings.data / "media" / media
    (folder / ".incoming").mkdir()
    (folder / ".incoming" / "part.mp4").write_bytes(b"secret")
    (folder / "keys.json").write_bytes(b"secret")
    for tail in (
        "../../otnet.db", "..%2f..%2fotnet.db", "%2e%2e/%2e%2e/otnet.db", "x/../../../otnet.db", ".incoming/part.mp4",
        "keys.json", "x/%2e%2e/.incoming/part.mp4", "..%5c..%5cotnet.db", "%00/x.mp4",
    ):  # fmt: skip
        raw = httpx.URL(edge.url).copy_with(raw_path=f"/media/{media}/{tail}".encode())
        answer = edge.client.get(raw, headers={"Cookie": f"otnet_session={token}"})
        assert answer.status_code in (400, 404), tail
        assert b"secret" not in answer.content
    assert edge.client.get(f"{edge.url}/otnet-check").status_code == 404
