"""Real-world media files: duration, size, tracks and A/V sync are preserved.

The expected values come from decoding the whole source, never from its container metadata.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from otnet_server.media.filenames import title_of
from tests.harness import FFMPEG, REAL_MEDIA, OTNet, running, until

RATE = 8000  # samples per second, enough to locate a sound


@dataclass(frozen=True)
class Expected:
    """Expected properties of a file: displayed picture size (limited to 360 lines), tracks and what is left out."""

    picture: tuple[int, int] | None
    channels: tuple[int, ...] = (2,)
    text: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    notice: str = ""
    poster: bool = True


REAL = {
    "bbb_2500ms.ts": Expected((640, 360)),
    "bbb_960x540_60fps_vp8.webm": Expected((640, 360), (2, 6)),
    "bear-cbr-no-seek-table-trailing-garbage.mp3": Expected(None, (2, 2, 2), poster=False),
    "bear_with_picture.flac": Expected(None, (2, 2, 2)),
    "big-buck-bunny-720p.mp4": Expected((640, 360), (2, 6)),
    "hlg10-color-test.mp4": Expected((640, 360)),
    "internal_emulator_transformer_output_270_rotated.mp4": Expected((360, 640)),
    "sample.avi": Expected((640, 266)),
    "sample_edit_list.mp4": Expected((360, 640)),
    "sample_with_ass_subtitles.mkv": Expected((540, 360), text=("und",)),
    "sample_with_chapters.mp4": Expected((540, 360), chapters=("Chapter 1", "Chapter 2", "Chapter 3")),
    "sample_with_pgs_subtitles.mkv": Expected((540, 360), notice=r"“eng” are images \(hdmv_pgs_subtitle\)"),
    "sample_with_srt.mkv": Expected((540, 360), text=("en",)),
}
FILES = list(REAL)


@dataclass(frozen=True)
class Decoded:
    """Times in seconds: of every distinct frame, and of the start and end of the audio."""

    pictures: tuple[float, ...]
    sound: tuple[float, float] | None


@cache
def decode(*source: str) -> Decoded:
    """Decode the whole source and return its timestamps."""
    argv = [FFMPEG, "-nostdin", "-v", "error", "-copyts", *source, "-map", "0:v:0?", "-map", "0:a:0?"]
    argv += ["-fps_mode", "passthrough", "-f", "framecrc", "-"]
    lines = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.splitlines()
    kinds = dict(re.findall(r"^#media_type (\d): (\w+)", "\n".join(lines), re.MULTILINE))
    bases = {n: Fraction(b) for n, b in re.findall(r"^#tb (\d): (\S+)", "\n".join(lines), re.MULTILINE)}
    pictures: set[float] = set()
    begin, end = float("inf"), 0.0
    for line in lines:
        if line.startswith("#"):
            continue
        stream, _, pts, duration = (part.strip() for part in line.split(",")[:4])
        if kinds[stream] == "video":
            pictures.add(float(int(pts) * bases[stream]))
        else:
            begin = min(begin, float(int(pts) * bases[stream]))
            end = max(end, float((int(pts) + int(duration)) * bases[stream]))
    return Decoded(tuple(sorted(pictures)), (begin, end) if end else None)


def decoded_audio(origin: float, *source: str) -> np.ndarray:
    """Mono audio with every frame placed at its timestamp; sample 0 is at `origin`."""
    argv = [FFMPEG, "-nostdin", "-v", "error", "-copyts", *source, "-map", "0:a:0", "-ac", "1"]
    raw = subprocess.run([*argv, "-f", "f32le", "-"], capture_output=True, stdin=subprocess.DEVNULL).stdout
    table = subprocess.run(
        [*argv, "-f", "framecrc", "-"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout
    (base,) = re.findall(r"^#tb 0: (\S+)", table, re.MULTILINE)
    rate = 1 / float(Fraction(base))
    heard, placed, at = np.frombuffer(raw, "<f4"), np.zeros(60 * RATE, "f4"), 0
    for line in table.splitlines():
        if not line.startswith("#"):
            pts, samples = int(line.split(",")[2]), int(line.split(",")[3])
            times = (pts + np.arange(samples)) / rate - origin
            kept = times >= 0
            placed[(times[kept] * RATE).astype(int)] = heard[at : at + samples][kept]
            at += samples
    return placed


def lag(there: np.ndarray, here: np.ndarray) -> float:
    """How many seconds later the audio starts in `there` than in `here`."""
    assert there.any() and here.any(), "silence"
    size = 1 << (len(there) + len(here)).bit_length()
    match = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)
    at = int(np.argmax(np.abs(match)))
    return (at if at < size // 2 else at - size) / RATE


@cache
def decoded_source(name: str) -> Decoded:
    whole = decode("-i", str(REAL_MEDIA / name))
    return whole if REAL[name].picture else Decoded((), whole.sound)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    absent = [name for name in FILES if not (REAL_MEDIA / name).is_file()]
    if absent:
        pytest.skip(f"{REAL_MEDIA} (or OTNET_TEST_MEDIA) lacks real media to test with: {', '.join(absent)}")
    base = tmp_path_factory.mktemp("real")
    library, config = base / "library", base / "otnet.toml"
    library.mkdir()
    config.write_text(
        '[profiles.small]\npreset = "ultrafast"\nheights = [360]\n'
        f'[[libraries]]\nname = "real"\npath = "{library}"\nprofile = "small"\n'
    )
    with running(base / "data", options=("--public", "--config", str(config))) as server:
        for name in FILES:
            shutil.copyfile(REAL_MEDIA / name, base / name)
            (base / name).rename(library / name)

        def settled() -> bool:
            states = [m["state"] for m in server.media()]
            return len(states) == len(FILES) and set(states) <= {"ready", "failed"}

        until("every title is settled", settled, 240, 0.25)
        yield server


def title(server: OTNet, name: str) -> dict[str, Any]:
    found = server.title(title_of(name))
    assert found is not None
    assert found["state"] == "ready", found["error"]
    return found


def rate_of(server: OTNet, shown: dict[str, Any]) -> float:
    return float(re.findall(r"FRAME-RATE=([\d.]+)", server.get(shown["playback"]["hls"]).text)[0])


def tolerance(seconds: float, frame: float) -> float:
    """The larger of one frame and one percent."""
    return max(frame, seconds / 100) + 0.001


@pytest.mark.parametrize("name", FILES)
def test_duration_matches_the_decoded_source(server: OTNet, name: str) -> None:
    shown, real = title(server, name), decoded_source(name)
    assert real.sound is not None
    if not real.pictures:
        lasts = real.sound[1] - real.sound[0]
        assert shown["kind"] == "audio" and abs(shown["duration_s"] - lasts) <= tolerance(lasts, 1024 / 48000)
        return
    frame = 1 / rate_of(server, shown)
    lasts = max(real.pictures[-1] + frame, real.sound[1]) - real.pictures[0]
    assert shown["kind"] == "video" and abs(shown["duration_s"] - lasts) <= tolerance(lasts, frame)


@pytest.mark.parametrize("name", FILES)
def test_tracks_chapters_and_poster_match_the_source(server: OTNet, name: str) -> None:
    shown, expected = title(server, name), REAL[name]
    tracks = shown["tracks"]
    sizes = [(v["width"], v["height"]) for v in tracks["video"]]
    assert sizes[:1] == ([expected.picture] if expected.picture else [])
    assert tuple(a["channels"] for a in tracks["audio"]) == expected.channels
    assert tuple(t["language"] for t in tracks["text"]) == expected.text
    assert tuple(c["title"] for c in shown["chapters"]) == expected.chapters
    assert re.search(expected.notice, " ".join(shown["notices"]))
    if expected.poster:
        assert server.get(shown["playback"]["poster"]).content.startswith(b"\xff\xd8\xff")
    else:
        assert shown["playback"]["poster"] is None


@pytest.mark.parametrize("name", [n for n, expected in REAL.items() if expected.text])
def test_subtitles_contain_cues(server: OTNet, name: str) -> None:
    shown = title(server, name)
    (track,) = shown["tracks"]["text"]
    served = server.get(f"/media/{shown['id']}/{shown['revision']}/{track['name']}/text.vtt").text
    assert re.search(r"^\d\d:\d\d:\d\d\.\d{3} --> .*\n(<b>)?\w", served, re.MULTILINE), served


@pytest.mark.parametrize("manifest", ["hls", "dash"])
@pytest.mark.parametrize("name", FILES)
def test_manifests_decode_to_the_whole_source(server: OTNet, tmp_path: Path, name: str, manifest: str) -> None:
    shown, real = title(server, name), decoded_source(name)
    served = decode(*(hls(server, shown) if manifest == "hls" else dash(server, shown)))
    assert served.sound is not None and real.sound is not None
    if not real.pictures:
        lasts = real.sound[1] - real.sound[0]
        assert not served.pictures and abs(served.sound[1] - lasts) <= tolerance(lasts, 1024 / 48000)
        return
    rate = rate_of(server, shown)
    wanted = (real.pictures[-1] - real.pictures[0]) * rate + 1
    assert abs(len(served.pictures) - wanted) <= 1, f"{len(served.pictures)} pictures at {rate}"
    gaps = np.diff(served.pictures)
    assert np.allclose(gaps, 1 / rate, atol=0.001), "every picture has its place"
    lasts = max(real.sound[1] - real.pictures[0], len(served.pictures) / rate)
    assert abs(served.sound[1] - lasts) <= tolerance(lasts, 1 / rate)


@pytest.mark.parametrize("name", FILES)
def test_audio_and_video_stay_in_sync(server: OTNet, name: str) -> None:
    """Audio and video start at 0, and the offset between them equals that of the source."""
    shown, real = title(server, name), decoded_source(name)
    assert real.sound is not None
    served = decode(*hls(server, shown))
    assert served.sound is not None and served.sound[0] == 0
    frame = 1024 / 48000
    if served.pictures:
        assert served.pictures[0] == 0
        frame = 1 / rate_of(server, shown)
    origin = real.pictures[0] if real.pictures else real.sound[0]
    found = lag(decoded_audio(0, *hls(server, shown)), decoded_audio(origin, "-i", str(REAL_MEDIA / name)))
    assert abs(found) <= frame, f"the sound comes {found:.4f} s late"


def hls(server: OTNet, shown: dict[str, Any]) -> tuple[str, ...]:
    return ("-i", server.url + shown["playback"]["hls"])


def dash(server: OTNet, shown: dict[str, Any]) -> tuple[str, ...]:
    return ("-i", server.url + shown["playback"]["dash"])
