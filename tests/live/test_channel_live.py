"""A stream is published by RTMP and played as a channel: the whole way, with real ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import imageio_ffmpeg
import pytest

from tests.channels.test_playout import read_with_ffmpeg
from tests.harness import OTNet, running, until
from tests.studio import create_record, owner

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SOURCE = (
    "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=f=440:r=48000",
    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "50", "-c:a", "aac", "-f", "flv",
)  # fmt: skip


SECONDS = 20
MULTIVARIANT = (
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="audio-und.m3u8"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",AUDIO="a"\n360p.m3u8\n'
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, httpx.Client]]:
    base = tmp_path_factory.mktemp("live")
    (base / "library").mkdir()
    with running(base / "data", base / "library") as server, owner(server) as client:
        yield server, client


class TakenOver:
    """A viewer who stays on the manifests of the schedule while a live stream takes over."""

    def __init__(self, viewer: httpx.Client, channel: str) -> None:
        self.viewer, self.folder = viewer, f"/channels/{channel}/"
        self.seen: dict[tuple[str, str], str] = {}

    def periods(self) -> list[str]:
        """The numbers of the airings in the window, in order."""
        for name in ("main.mpd", "360p/index.m3u8", "audio-und/index.m3u8"):
            answer = self.viewer.get(self.folder + name)
            if answer.status_code == 503:  # the slate is being encoded
                return []
            assert answer.status_code == 200, answer.text
            self.seen[name, answer.headers["otnet-at"]] = answer.text
        playlist = self.viewer.get(self.folder + "360p/index.m3u8").text
        return list(dict.fromkeys(line.split("/")[1] for line in playlist.splitlines() if line.startswith("../")))

    def live(self) -> bool:
        return len(self.periods()) > 1

    def handed_back(self) -> bool:
        return len(self.periods()) > 2

    def check_documents(self) -> None:
        """What was delivered while the stream grew is what is delivered for these seconds now."""
        for (name, at), text in self.seen.items():
            assert self.viewer.get(self.folder + name, params={"at": at}).text == text, (name, at)

    def recorded(self, folder: Path, server: str) -> Path:
        for name in ("360p", "audio-und"):
            playlist = self.viewer.get(f"{self.folder}{name}/index.m3u8").text.replace("../", server + self.folder)
            (folder / f"{name}.m3u8").write_text(playlist + "#EXT-X-ENDLIST\n")
        (folder / "main.m3u8").write_text(MULTIVARIANT)
        return folder / "main.m3u8"


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

    viewer = httpx.Client(base_url=server.url, timeout=30)
    taken_over = TakenOver(viewer, channel["id"])
    until("the schedule is on", taken_over.periods, 60)
    camera = publish(url, seconds=SECONDS)
    try:

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
        until("the stream has taken over the schedule", taken_over.live, 30, 0.5)
        today = viewer.get(f"/api/v1/channels/{channel['slug']}").json()["today"]
        assert "live" in [entry["kind"] for entry in today]
        (on,) = viewer.get("/api/v1/channels").json()["items"]
        assert on["live_since"] is not None
        assert camera.wait(60) == 0
    finally:
        camera.kill()
        camera.wait()
    title = until("the recording is a title", lambda: next((m for m in server.media() if m["state"] == "ready"), None))
    assert abs(title["duration_s"] - SECONDS) < 0.5
    until("the schedule goes on", taken_over.handed_back, 60, 0.5)
    taken_over.check_documents()
    assert read_with_ffmpeg(taken_over.recorded(tmp_path, server.url), "-f", "null", "-") == ""
    assert server.get("/api/v1/channels").json()["items"][0]["live_since"] is None
    recording = server.get(f"/api/v1/playback/{title['id']}").json()
    decoded = subprocess.run(
        [FFMPEG, "-nostdin", "-loglevel", "error", "-i", f"{server.url}{recording['sources']['hls']}", "-f", "null", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert decoded.stderr == ""
