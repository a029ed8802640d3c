"""A stream is published by RTMP and played as a channel: the whole way, with real ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import imageio_ffmpeg
import pytest

from tests.harness import OTNet, running, until
from tests.studio import create_record, owner

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SOURCE = (
    "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=f=440:r=48000",
    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "50", "-c:a", "aac", "-f", "flv",
)  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, httpx.Client]]:
    base = tmp_path_factory.mktemp("live")
    (base / "library").mkdir()
    with running(base / "data", base / "library") as server, owner(server) as client:
        yield server, client


def publish(url: str, *, seconds: float | None = None) -> subprocess.Popen[str]:
    limit = () if seconds is None else ("-t", str(seconds))
    command = [FFMPEG, "-nostdin", "-loglevel", "error", *SOURCE[:9], *limit, *SOURCE[9:], url]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_published_stream_plays_on_its_channel_and_becomes_a_title(
    studio: tuple[OTNet, httpx.Client], tmp_path: Path
) -> None:
    server, client = studio
    channel = create_record(client, "channels", name="Sport", status="on")
    key = client.post(f"/api/v1/dashboard/channels/{channel['id']}/stream_keys", json={"name": "OBS"})
    assert key.status_code == 201, key.text
    url = key.json()["rtmp_url"]

    wrong = publish(url + "x", seconds=2)
    assert wrong.wait(30) != 0 and "stream key" in (wrong.stderr.read() if wrong.stderr else "")

    camera = publish(url, seconds=8)
    try:
        viewer = httpx.Client(base_url=server.url, timeout=30)

        def on_air() -> dict[str, str] | None:
            answer = viewer.get(f"/api/v1/playback/{channel['id']}").json()
            sources: dict[str, str] = answer.get("sources", {})
            return sources if "/media/" in sources.get("hls", "") else None

        sources = until("the channel is live", on_air, 30)
        seen = subprocess.run(
            [FFMPEG, "-nostdin", "-loglevel", "error", "-t", "2", "-i", f"{server.url}{sources['hls']}", "-f", "null",
             "-"], capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "Error" not in seen.stderr, seen.stderr
        assert viewer.get(sources["dash"]).status_code == 200
        (on,) = viewer.get("/api/v1/channels").json()["items"]
        assert on["live_since"] is not None
        assert camera.wait(60) == 0
    finally:
        camera.kill()
        camera.wait()
    title = until("the recording is a title", lambda: next((m for m in server.media() if m["state"] == "ready"), None))
    assert abs(title["duration_s"] - 8) < 0.5
    assert server.get("/api/v1/channels").json()["items"][0]["live_since"] is None
    recording = server.get(f"/api/v1/playback/{title['id']}").json()
    decoded = subprocess.run(
        [FFMPEG, "-nostdin", "-loglevel", "error", "-i", f"{server.url}{recording['sources']['hls']}", "-f", "null", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert decoded.stderr == ""
