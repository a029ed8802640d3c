"""The HTTP contract of docs/http.md from a client's side, against one server with one film."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness import TLS_CONTEXT, OTNet, ffmpeg, make_film, running, until

CHAPTERS = ";FFMETADATA1\ntitle=A Film\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=5\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1\nSTART=5\nEND=8\ntitle=Two\n"
NFO = "<movie><title>The Film</title><plot>It happens.</plot><year>2021</year><genre>Drama</genre></movie>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    base = tmp_path_factory.mktemp("http")
    library = base / "library"
    library.mkdir()
    plain = make_film(base / "plain.mp4", 8, size="640x360")
    (base / "chapters.txt").write_text(CHAPTERS)
    ffmpeg(
        "-i", str(plain), "-i", str(base / "chapters.txt"), "-map_metadata", "1", "-c", "copy", str(base / "film.mp4")
    )
    (library / "film.de.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nGuten <b>Tag</b> <script>x</script>\n")
    (library / "film.nfo").write_text(NFO)
    (base / "film.mp4").rename(library / "film.mp4")
    config = base / "otnet.toml"
    config.write_text(
        f"[profiles.quick]\npreset = 'ultrafast'\n[[libraries]]\nprofile = 'quick'\npath = {json.dumps(str(library))}\n"
    )
    with running(base / "data", options=("--public", "--config", str(config))) as otnet:
        assert otnet.settled("The Film")["state"] == "ready"
        yield otnet


@pytest.fixture
def film(served: OTNet) -> dict[str, Any]:
    title = served.title("The Film")
    assert title is not None
    return title


def test_media_resource_describes_tracks_chapters_and_metadata(film: dict[str, Any]) -> None:
    assert film["kind"] == "video" and film["playable"] and film["error"] is None
    assert abs(film["duration_s"] - 8) < 0.05
    assert film["progress"] == {"percent": 100.0, "speed": None, "eta_s": None, "stage": "ready"}
    assert [v["name"] for v in film["tracks"]["video"]] == ["360p", "240p"]
    assert film["tracks"]["text"] == [
        {
            "name": "text-de", "language": "de", "title": "", "label": "German", "roles": [], "forced": False,
            "default": False,
        }
    ]  # fmt: skip
    assert [c["title"] for c in film["chapters"]] == ["One", "Two"]
    assert film["info"] == {"synopsis": "It happens.", "year": 2021, "genres": ["Drama"]}
    assert -40 < film["tracks"]["audio"][0]["loudness_lufs"] < 0


def test_playback_urls_answer_with_their_media_types(served: OTNet, film: dict[str, Any]) -> None:
    kinds = {
        "hls": "application/vnd.apple.mpegurl",
        "dash": "application/dash+xml",
        "poster": "image/jpeg",
        "thumbnails": "text/vtt; charset=utf-8",
    }
    for name, kind in kinds.items():
        answer = served.get(film["playback"][name])
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["access-control-allow-origin"] == "*"


def test_subtitles_are_served_without_unsafe_markup(served: OTNet, film: dict[str, Any]) -> None:
    text = served.get(f"/media/{film['id']}/{film['revision']}/text-de/text.vtt").text
    assert "00:00:01.000 --> 00:00:03.000\nGuten <b>Tag</b>" in text
    assert "<script" not in text


def segment(film: dict[str, Any]) -> str:
    return f"/media/{film['id']}/{film['revision']}/360p/0.m4s"


def test_segments_are_immutable_and_support_range_requests(served: OTNet, film: dict[str, Any]) -> None:
    whole = served.get(segment(film))
    assert whole.status_code == 200 and "immutable" in whole.headers["cache-control"]
    part = served.get(segment(film), headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == whole.content[10:20]
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    tail = served.get(segment(film), headers={"Range": "bytes=-5"})
    assert tail.content == whole.content[-5:]
    beyond = served.get(segment(film), headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
    same = served.get(segment(film), headers={"If-None-Match": whole.headers["etag"]})
    assert same.status_code == 304 and not same.content
    head = httpx.head(served.url + segment(film))
    assert head.status_code == 200 and int(head.headers["content-length"]) == len(whole.content)


def test_cors_preflight_allows_range_requests(served: OTNet, film: dict[str, Any]) -> None:
    answer = httpx.options(served.url + segment(film), headers={"Origin": "https://example.org"})
    assert answer.status_code == 204 and "range" in answer.headers["access-control-allow-headers"]
    assert httpx.post(served.url + segment(film)).status_code == 405


@pytest.mark.parametrize("path", ["/media/nothing/main.mpd", "/api/v1/media/nothing", "/nowhere"])
def test_missing_resources_return_a_404_problem(served: OTNet, path: str) -> None:
    answer = served.get(path)
    body = answer.json()
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == "not_found" and body["title"] and body["remedy"]
    page = served.get("/nowhere", headers={"Accept": "text/html"})
    assert page.status_code == 404 and "{{" not in page.text and "This page does not exist." in page.text


def test_invalid_limit_names_the_field(served: OTNet) -> None:
    body = served.get("/api/v1/media?limit=many").json()
    assert (body["status"], body["field"]) == (400, "limit") and body["remedy"]


def test_health_readiness_and_metrics_endpoints(served: OTNet) -> None:
    assert served.get("/healthz").json() == {"status": "ok"}
    assert served.get("/readyz").json()["ready"] is True
    text = served.get("/metrics").text
    assert 'otnet_titles{state="ready"} 1.0' in text


def test_pages_have_a_strict_content_security_policy(served: OTNet) -> None:
    page = served.get("/")
    assert page.status_code == 200 and "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_server_sent_events_report_media_changes(served: OTNet, tmp_path: Path) -> None:
    """Server-sent events report a title from found to ready, then its removal."""
    library = served.data.parent / "library"
    news = make_film(tmp_path / "News.mp4", 5, size="160x90")
    with httpx.stream("GET", f"{served.url}/api/v1/media/events", timeout=60, verify=TLS_CONTEXT) as stream:
        news.rename(library / "News.mp4")
        states: list[str] = []
        kind = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
                if kind == "removed":
                    assert data["id"]
                    break
                if data["title"] != "News":
                    continue  # the film of the other tests may still be encoded
                states.append(data["state"])
                if data["state"] == "ready":
                    (library / "News.mp4").unlink()
        assert states[-1] == "ready"


def test_private_server_requires_a_token(tmp_path: Path, library: Path) -> None:
    make_film(library / "Secret.mp4", 2, size="160x90")
    (tmp_path / "config.toml").write_text(f'[[libraries]]\npath = "{library}"\npublish = "yes"\n')
    with running(tmp_path / "data", options=("--config", str(tmp_path / "config.toml"))) as otnet:
        assert otnet.get("/api/v1/media").status_code == 401
        assert otnet.get("/healthz").status_code == 200
        from otnet_server.playback.tokens import Tokens, secret_of

        token = Tokens(secret_of(tmp_path / "data")).make(60)
        headers = {"Authorization": f"Bearer {token}"}
        client = httpx.Client(base_url=otnet.url, headers=headers)
        title = until(
            "it is ready",
            lambda: next((m for m in client.get("/api/v1/media").json()["items"] if m["state"] == "ready"), None),
        )
        assert client.get(title["playback"]["dash"]).status_code == 200
        assert otnet.get(title["playback"]["dash"]).status_code == 401
        assert otnet.get(segment(title).replace("360p", title["tracks"]["video"][0]["name"])).status_code == 401
        visit = otnet.get(f"/?token={token}", follow_redirects=False)
        assert (
            visit.status_code == 303
            and "token" not in visit.headers["location"]
            and "HttpOnly" in visit.headers["set-cookie"]
        )
        forged = otnet.get("/api/v1/media", headers={"Authorization": "Bearer " + token[:-2] + "xx"})
        assert forged.status_code == 401
