"""Eight unlike titles on one channel, in real time: every player goes through every seam, and sound and picture stay
together. Each title flashes and beeps about once a second; the middle of a flash is the middle of its beep."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.channels.house import House
from tests.channels.test_players import LOAD, WATCH, player_page
from tests.channels.test_playout import ALLOWED, record
from tests.harness import FFMPEG, ffmpeg, running, until
from tests.manifests.test_players import PLAYS
from tests.packages import SAMPLE_RATE, Picture, beeps, flashes
from tests.pages import Pages
from tests.studio import create_record, owner

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

SECONDS = 7
#: Name: size, frame rate, and options of the sound; None: there is no sound.
PICTURES: dict[str, tuple[str, str, tuple[str, ...] | None]] = {
    "Film": ("640x272", "24000/1001", ("-c:a", "aac", "-ac", "2", "-ar", "48000")),
    "Fifty": ("640x360", "50", ("-c:a", "ac3", "-ac", "6", "-ar", "48000")),
    "Ntsc": ("480x360", "30000/1001", ("-c:a", "aac", "-ac", "1", "-ar", "44100")),
    "Tall": ("202x360", "30", ("-c:a", "libmp3lame", "-ac", "2", "-ar", "22050")),
    "Odd": ("427x241", "25", ("-c:a", "aac", "-ac", "1", "-ar", "32000")),
    "Sixty": ("1280x720", "60", ("-c:a", "libopus", "-ac", "2", "-ar", "48000")),
    "Silent": ("640x360", "25", None),
}
SOUND = "Sound"
DRIFT_S = 0.04

#: Times of flashes and of beeps, in milliseconds of the page's clock.
MARKS = """async () => { const video = document.querySelector('video'); video.muted = false;
    window.marks = { flashes: [], beeps: [] };
    const picture = new OffscreenCanvas(4, 4).getContext('2d', { willReadFrequently: true });
    let bright = false;
    const frame = (_, { expectedDisplayTime }) => { picture.drawImage(video, 0, 0, 4, 4);
        const on = picture.getImageData(2, 2, 1, 1).data[1] > 180;
        if (on && !bright) marks.flashes.push(expectedDisplayTime); bright = on; video.requestVideoFrameCallback(frame); };
    video.requestVideoFrameCallback(frame);
    const context = new AudioContext({ latencyHint: 'interactive' });
    const meter = `registerProcessor('meter', class extends AudioWorkletProcessor { last = -1;
        process([[samples]]) { if (samples) for (let n = 0; n < samples.length; n++) if (Math.abs(samples[n]) > 0.05) {
            const at = currentTime + n / sampleRate;
            if (at - this.last > 0.2) this.port.postMessage(at); this.last = at; } return true; } })`;
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([meter], { type: 'text/javascript' })));
    const node = new AudioWorkletNode(context, 'meter');
    node.port.onmessage = ({ data }) => { const { contextTime, performanceTime } = context.getOutputTimestamp();
        marks.beeps.push(performanceTime + (data - contextTime) * 1000); };
    context.createMediaElementSource(video).connect(node).connect(context.destination);
    await context.resume(); }"""


def make_marked(path: Path, size: str, rate: str, sound: tuple[str, ...] | None) -> None:
    """A film of `SECONDS` that is white for a tenth of its whole frames, with beeps of the same length beside it."""
    numerator, _, denominator = rate.partition("/")
    frames = round(int(numerator) / int(denominator or 1))
    flash = f"color=c=0x203040:s={size}:r={rate},drawbox=c=white:t=fill:enable='lt(mod(n,{frames}),{frames // 10})'"
    period = f"({frames}*{denominator or 1}/{numerator})"
    inputs = ["-f", "lavfi", "-i", flash]
    if sound is not None:
        tone = f"0.5*sin(2*PI*880*t)*lt(mod(t\\,{period})\\,{period}*{frames // 10}/{frames})"
        inputs += ["-f", "lavfi", "-i", f"aevalsrc={tone}:s=48000", *sound]
    picture = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p" if size != "427x241" else "yuv444p")
    ffmpeg(*inputs, *picture, "-t", str(SECONDS), str(path))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    base = tmp_path_factory.mktemp("unlike")
    library = base / "library"
    library.mkdir()
    for name, (size, rate, sound) in PICTURES.items():
        make_marked(library / f"{name}.mkv", size, rate, sound)
    ffmpeg("-f", "lavfi", "-i", "sine=f=300:r=44100", "-t", str(SECONDS), str(library / f"{SOUND}.mp3"))
    (library / "Film.en.srt").write_text("1\n00:00:01,000 --> 00:00:05,500\nA caption\n")
    (library / "Odd.de.srt").write_text("1\n00:00:01,000 --> 00:00:05,500\nEin Untertitel\n")
    with running(base / "data", library, options=("--public",)) as server, owner(server) as client:
        names = [*PICTURES, SOUND]
        for name in names:
            server.settled(name)

        def contents() -> dict[str, str] | None:
            ids = {item["title"]: item["id"] for item in client.get("/api/v1/dashboard/content").json()["items"]}
            return ids if set(names) <= set(ids) else None

        ids = until("every title is content", contents)
        channel = create_record(
            client, "channels", name="Unlike", language="en", status="on", scheduler="loop", window_s=120,
            titles=[ids[name] for name in names], caption_languages="en, de",
        )  # fmt: skip
        yield House(server, client, channel, channel)


@pytest.fixture(scope="module")
def played(house: House) -> House:
    """The house when each title has been on."""

    def complete() -> bool:
        playlist = house.client.get(house.url("360p/index.m3u8")).text
        return playlist.count("#EXT-X-DISCONTINUITY\n") > len(PICTURES) + 1

    until("the channel has played every title", complete, 240, 1)
    return house


def apart(shown: list[float], heard: list[float]) -> list[float]:
    """For each flash with a beep nearby, how much later the beep is, in the unit of the times."""
    nearest = [min((beep - flash for beep in heard), key=abs, default=9e9) for flash in shown]
    return [difference for difference in nearest if abs(difference) < 0.25 * (1000 if shown[-1] > 5000 else 1)]


def test_flashes_and_beeps_stay_together_when_ffmpeg_reads_the_channel(played: House, tmp_path: Path) -> None:
    playlist = record(played, tmp_path)
    read = [FFMPEG, "-nostdin", "-v", "error", *ALLOWED, "-copyts", "-i", str(playlist)]
    small = ["-map", "v", "-vf", "scale=4:4:flags=area,format=gray", "-fps_mode", "passthrough"]
    small += ["-enc_time_base", "1:90000"]
    at_their_times = ["-map", "a", "-af", "aresample=async=1:min_hard_comp=0.001:first_pts=0"]
    outputs = {
        "times": [*small, "-f", "framecrc"],
        "pictures": [*small, "-f", "rawvideo"],
        "sound": [*at_their_times, "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le"],
    }
    for name, options in outputs.items():
        done = subprocess.run([*read, *options, str(tmp_path / name)], capture_output=True, text=True, check=True)
        assert done.stderr == ""
    lines = [line for line in (tmp_path / "times").read_text().splitlines() if not line.startswith("#")]
    times = [int(line.split(",")[2]) / 90_000 for line in lines]
    luma = np.fromfile(tmp_path / "pictures", np.uint8).reshape(-1, 16).mean(axis=1)
    shown = flashes([Picture(time, (float(y), 0, 0)) for time, y in zip(times, luma, strict=True)])
    heard = beeps(np.fromfile(tmp_path / "sound", np.float32).reshape(-1, 1))
    differences = apart(shown, heard)
    print([round(d * 1000) for d in differences])
    assert len(differences) > 6 * (SECONDS - 2)
    assert max(map(abs, differences)) < DRIFT_S


@pytest.mark.parametrize(("player", "manifest"), PLAYS)
def test_players_go_through_eight_titles_in_real_time(played: House, pages: Pages, player: str, manifest: str) -> None:
    page = player_page(pages, played, player)
    url = played.url(f"main.{'m3u8' if manifest == 'hls' else 'mpd'}")
    page.evaluate(MARKS)
    page.evaluate(f"async (url) => {{ await ({LOAD[player]})(document.querySelector('video'), url); }}", url)
    page.evaluate("void document.querySelector('video').play()")
    position = "document.querySelector('video').currentTime"

    def playing() -> float:
        assert page.evaluate("errors") == []
        at = float(page.evaluate(position))
        return at if at > 0.2 else 0.0

    start = until("it plays", playing, 60)
    page.evaluate(WATCH)
    cycle = (len(PICTURES) + 1) * SECONDS + 5

    def through() -> bool:
        assert page.evaluate("errors") == []
        return bool(page.evaluate(position) > start + cycle)

    until("it has played every title", through, 2 * cycle, 0.5)
    assert page.evaluate("stalls") == []
    marks: dict[str, Any] = page.evaluate("marks")
    differences = apart(marks["flashes"], marks["beeps"])
    print(player, manifest, [round(d) for d in differences])
    assert len(differences) > 4 * (SECONDS - 1)
    assert max(abs(d - statistics.median(differences)) for d in differences) < DRIFT_S * 1000
