"""Hostile HTTP requests: path traversal, unknown object names, spoofed headers and missing credentials."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from otnet_server.api import docs
from otnet_server.api import routes as routes_module
from otnet_server.playback.access import Access
from tests.harness import ROOT, OTNet, make_film, running
from tests.routes import route_table

AUTH = "/api/v1/auth"
OPEN = {
    "/.well-known/jwks.json", "/healthz", "/readyz", "/ui", "/p", "/edge/check", "/api/v1/time", "/guide", "/channel/{name}", "/studio/", "/docs", *docs.DOC_PATHS, "/artwork/{id}/{name}",
    *(f"{AUTH}/{n}" for n in ("session", "setup", "login", "reset", "reset/confirm", "oidc/{provider}",
                            "invitation", "invitation/accept")),
    *(f"{AUTH}/{n}" for n in ("signup", "device", "token")), "/api/v1/site", "/api/v1/telemetry",
    "/api/v1/direct_uploads/{token}", "/preview/{token}", "/preview/{token}/images/{kind}/{id}/{version}/{name}",
    "/api/v1/site/previews/{token}", "/api/v1/site/previews/{token}/playback", "/browse", "/profiles",
    *(f"/api/v1/playback/sessions/{{session}}{tail}" for tail in ("", "/heartbeat")),
    "/api/v1/whep", "/api/v1/whep/{preview}",
    *(f"/api/v1/licence/{tail}" for tail in ("{system}", "{system}/certificate", "clearkey/keys/{key_id}")),
    *(f"/{n}" for n in ("", "search", "list", "profile", "sign-in", "sign-up", "reset", "activate", "embed.js", "sw.js",
                        "manifest.webmanifest", "robots.txt", "tv/{path:path}", "player/v1/{path:path}", "embed/{id}",
                        "watch/{id}", "images/{kind}/{id}/{version}/{name}")),
    *(f"/{n}/{{name}}" for n in ("title", "series", "person", "category", "genre")),
    f"{AUTH}/oidc/{{provider}}/callback", *(f"/api/v1/{s}/openapi.json" for s in ("dashboard", "public", "partner", "site")),
}  # fmt: skip
SPOOFED = (
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-For", "::1, 10.0.0.1"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=localhost"),
    ("X-Forwarded-Host", "localhost"),
    ("X-Original-URL", "/healthz"),
    ("X-Rewrite-URL", "/healthz"),
    ("X-HTTP-Method-Override", "OPTIONS"),
)


class RawResponse(NamedTuple):
    status: int
    kind: str
    body: bytes


class Published(NamedTuple):
    """A server with two films, and the name of a rendition that both have."""

    server: OTNet
    one: dict[str, Any]
    two: dict[str, Any]
    rendition: str


def declared_routes() -> tuple[dict[str, Access], dict[str, set[str]]]:
    """(declared access, methods of each existing route) of the real route table."""
    built: list[Any] = []
    real = routes_module.Starlette

    def keeping(**given: Any) -> Any:
        built.append(real(**given))
        return built[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes_module, "Starlette", keeping)
        made = route_table()
    methods: dict[str, set[str]] = {}
    for route in (route for app in built for route in app.routes):
        methods.setdefault(route.path, set()).update(getattr(route, "methods", None) or {"GET"})
    return made.declared, methods


def send_raw(server: OTNet, target: bytes, *headers: tuple[str, str], method: str = "GET") -> RawResponse:
    """Send a request exactly as written; a client library would normalize the path."""
    port = int(server.url.rpartition(":")[2])
    lines = [f"{method} ".encode() + target + b" HTTP/1.1", b"Host: x", b"Connection: close"]
    lines += [f"{name}: {value}".encode() for name, value in headers]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        answer = HTTPResponse(wire, method=method)
        answer.begin()
        return RawResponse(answer.status, answer.getheader("content-type", ""), answer.read())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    base = tmp_path_factory.mktemp("published")
    make_film(base / "library" / "One.mp4", 1)
    make_film(base / "library" / "Two.mp4", 2)
    with running(base / "data", base / "library") as server:
        one, two = server.settled("One"), server.settled("Two")
        assert one["state"] == two["state"] == "ready"
        yield Published(server, one, two, one["tracks"]["video"][0]["name"])


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    base = tmp_path_factory.mktemp("private")
    make_film(base / "library" / "Mine.mp4", 1)
    with running(base / "data", base / "library", options=(), OTNET_SERVER__RATE="1000000") as server:
        yield server


# Hostile replacements for `<rendition>/0.m4s` in /media/<media>/<revision>/<rendition>/0.m4s.
UNKNOWN_OBJECTS = (
    "../../../secret.key", "../../../../data/secret.key", "%2e%2e/%2e%2e/%2e%2e/secret.key", "%2E%2E%2F%2E%2E%2Fsecret.key",
    "..%2f..%2f..%2fsecret.key", "..%5C..%5C..%5Csecret.key", "..\\..\\..\\secret.key", "%252e%252e/secret.key",
    "{r}/..%2f..%2f..%2f..%2fsecret.key", "{r}/%2e%2e%5C%2e%2e%5Cinit.mp4", "{r}/..%5Cinit.mp4", "./{r}/../../secret.key",
    "{r}/init.mp4%00", "{r}/init.mp4%00.m4s", "%00/init.mp4", "{r}/0%00.m4s", "{r}/init.mp4/", "{r}//init.mp4", "/{r}/init.mp4",
    "{r}/00.m4s", "{r}/000.m4s", "{r}/+0.m4s", "{r}/-0.m4s", "{r}/0.0.m4s", "{r}/0x0.m4s", "{r}/1e3.m4s", "{r}/%200.m4s",
    "{r}/0.m4s%20", "{r}/0_0.m4s", "{r}/%D9%A0.m4s", "{r}/%EF%BC%90.m4s", "{r}/%C2%B2.m4s", "{r}/1.m4s", "{r}/-400.m4s",
    "{r}/99999999999999999999999999.m4s", "{r}/18446744073709551616.m4s", "{r}/" + "9" * 3000 + ".m4s", "{r}/0.M4S",
    "{r}/0.mp4", "{r}/.m4s", "{r}/0.", "{r}/.", "{r}/..", "{r}/", "{r}", "", ".", "..", "video/init.mp4", "audio/init.mp4",
    "{r}/index.vtt", "{r}/text.vtt", "text-en/text.vtt", "thumbnails/loose/0.jpg", "thumbnails/00.jpg", "thumbnails/-1.jpg",
    "thumbnails/999999.jpg", "thumbnails/9999999.jpg", "thumbnails/0.jpg%00", "thumbnails/init.mp4", "poster.jpg/0.m4s",
    "poster.png", ".incoming/x", "{r}/{r}/0.m4s", "%7b%7d/0.m4s", "{r}/%ff.m4s", "%ff%fe/init.mp4", "CON/init.mp4",
)  # fmt: skip


@pytest.mark.parametrize("tail", UNKNOWN_OBJECTS, ids=[tail[:40] for tail in UNKNOWN_OBJECTS])
def test_unknown_object_names_are_not_found(published: Published, tail: str) -> None:
    one = published.one
    target = f"/media/{one['id']}/{one['revision']}/" + tail.replace("{r}", published.rendition)
    assert_refused(published.server, target)


def test_objects_of_one_title_are_not_found_under_another(published: Published) -> None:
    one, two, r = published.one, published.two, published.rendition
    for target in (
        f"/media/{one['id']}/{two['revision']}/{r}/init.mp4",
        f"/media/{two['id']}/{one['revision']}/{r}/0.m4s",
        f"/media/{one['revision']}/{one['id']}/{r}/init.mp4",
        f"/media/{one['id']}/{one['id']}/{r}/init.mp4",
        f"/media/{one['id'].upper()}/{one['revision']}/{r}/init.mp4",
        f"/media/{one['id']}/{one['revision']}0/{r}/init.mp4",
        f"/media/{one['id']}/{r}/init.mp4",
        f"/media/{one['id']}/*/{r}/init.mp4",
        f"/media/{one['id']}/'%20OR%201=1--/{r}/init.mp4",
        f"/media/x/../{one['id']}/{one['revision']}/{r}/init.mp4",
        "/media/", "/media//", "/media/x/main.m3u8", "/media/../main.m3u8", "/media/%2e%2e/main.mpd",
        "/media/%00/main.mpd", f"/media/{one['id']}/MAIN.mpd"
    ):  # fmt: skip
        assert_refused(published.server, target)


@pytest.mark.parametrize("target", [
    "/ui/../otnet.db", "/ui/%2e%2e/%2e%2e/pyproject.toml", "/ui/..%2f..%2fpyproject.toml", "/ui/..%5c..%5cpyproject.toml",
    "/ui//etc/passwd", "/ui/%00", "/watch/../../etc/passwd", "/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/api/v1/media/..%2f..%2fsecret.key", "/api/v1/media/%00", "/api/v1/media/" + "a" * 5000, "//etc/passwd",
])  # fmt: skip
def test_path_traversal_is_refused(published: Published, target: str) -> None:
    assert_refused(published.server, target)


@pytest.mark.parametrize("target", [b"/media/\xff\xfe/main.mpd", b"/media/a b/main.mpd", b"media/x", b"http://x/media/x/main.mpd",
                                    b"*", b"/media/\x00/main.mpd", b"/media/x\\..\\main.mpd"])  # fmt: skip
def test_malformed_request_lines_are_refused(published: Published, target: bytes) -> None:
    answer = send_raw(published.server, target)
    assert answer.status in (400, 404), answer


@pytest.mark.parametrize("header", SPOOFED, ids=[": ".join(header) for header in SPOOFED])
def test_spoofed_headers_do_not_grant_access(private: OTNet, header: tuple[str, str]) -> None:
    for path in (b"/api/v1/media", b"/metrics", b"/media/x/main.mpd"):
        assert send_raw(private, path, header) == send_raw(private, path)
        assert send_raw(private, path, header).status == 401


def test_every_route_declares_its_access() -> None:
    said, there = declared_routes()
    assert set(there) <= set(said), f"routes that nobody declared: {set(there) - set(said)}"
    assert set(said) - set(there) == {"/media", "/p", "/channels"}, "delivery asks for itself, in its hot path"
    assert {path for path, access in said.items() if access is Access.OPEN} == OPEN


PROTECTED_ROUTES = sorted(
    path for said, there in [declared_routes()] for path, access in said.items()
    if access is not Access.OPEN and "GET" in there.get(path, {"GET"})
)  # fmt: skip


def example_path(path: str) -> bytes:
    return {"/media": "/media/x/main.mpd", "/channels": "/channels/000000000000/main.mpd"}.get(
        path, re.sub(r"\{\w+\}", "x", path)
    ).encode()


@pytest.mark.parametrize("path", PROTECTED_ROUTES)
@pytest.mark.parametrize("header", [("Accept", "*/*"), ("Authorization", "Bearer x"), ("Authorization", "Bearer "),
                                    ("Cookie", "otnet_token=x"), ("Authorization", "Basic eDp4")], ids=str)  # fmt: skip
def test_private_server_refuses_unauthenticated_requests(private: OTNet, path: str, header: tuple[str, str]) -> None:
    for method in ("GET", "HEAD"):
        assert send_raw(private, example_path(path), header, method=method).status == 401
    answer = send_raw(private, example_path(path), header)
    assert answer.kind == "application/problem+json" and json.loads(answer.body)["code"] in (
        "sign_in",
        "bad_key",
        "bad_token",
    )
    assert send_raw(private, example_path(path) + b"?token=x").status in (303, 401), (
        "a page first keeps the token it is given"
    )


@pytest.mark.parametrize("token", [
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJhdWQiOiJvdG5ldDp2aWV3ZXIiLCJleHAiOjk5OTk5OTk5OTl9.",
    "a.b.c", "x" * 5000, "%00",
])  # fmt: skip
def test_forged_tokens_are_refused(private: OTNet, token: str) -> None:
    assert send_raw(private, b"/api/v1/media", ("Authorization", f"Bearer {token}")).status == 401
    assert send_raw(private, f"/api/v1/media?token={token}".encode()).status == 401


def test_token_from_the_command_line_grants_viewer_routes_only(private: OTNet) -> None:
    command = [sys.executable, "-c", "from otnet_server.cli import main; main()", "token", "--data", str(private.data)]
    made = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, stdin=subprocess.DEVNULL)
    token = made.stdout.strip()
    key = ("Authorization", f"Bearer {token}")
    for path in PROTECTED_ROUTES:
        if declared_routes()[0][path] is not Access.ADMITTED:
            assert send_raw(private, example_path(path), key).status == 401, "a viewer is no member and no partner"
            continue
        if path.endswith("/events"):
            with private.client.stream("GET", path, headers=[key]) as answer:
                assert answer.status_code == 200 and next(answer.iter_lines()) == ": connected"
            continue
        let_in = (405,) if path == "/mcp" else (200, 404)  # MCP clients send POST
        assert send_raw(private, example_path(path), key).status in let_in, path
        assert send_raw(private, example_path(path), ("Cookie", f"otnet_token={token}")).status in let_in, path
    items = json.loads(send_raw(private, b"/api/v1/media", key).body)["items"]
    assert [m["title"] for m in items] in ([], ["Mine"])


def test_unauthenticated_requests_do_not_reveal_whether_a_title_exists(private: OTNet, tmp_path: Path) -> None:
    answers = {
        send_raw(private, target) for target in (b"/api/v1/media/x", b"/media/x/main.mpd", b"/media/x/y/z/0.m4s")
    }
    assert {answer.status for answer in answers} == {401}


def assert_refused(server: OTNet, target: str) -> None:
    answer = send_raw(server, target.encode())
    assert answer.status in (400, 404), (target, answer)
    assert answer.kind == "application/problem+json", (target, answer)
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status and problem["code"] and problem["title"], problem
    secret = (server.data / "secret.key").read_bytes()
    assert secret not in answer.body and b"root:" not in answer.body and str(server.data).encode() not in answer.body
