"""Files that people really have, packaged by a server: the pictures, the sound and the colours are those of the source.

All files are in one library of one server. What is decoded are the published segments.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.harness import FFMPEG, OTNet, ffmpeg, running
from tests.packages import beeps, combed_rows, flashes, joined, loudest_tone, pictures, sound, tags

PULSES = (1.0, 2.5, 5.0)
TOLERANCE_S = 0.04
SYNC_S = 0.02  # between a flash and its beep, beside half a picture
GREEN_709 = (134, 63, 51)  # (0, 192, 0) in BT.709, limited range


def pulses(at: tuple[float, ...] = PULSES) -> str:
    return "+".join(f"between(t,{t},{t + 0.1})" for t in at)


def scene(
    path: Path, seconds: float, *options: str, size: str = "160x90", sound: str = "aac", layout: str = "mono"
) -> Path:
    """White pictures and beeps at the same times."""
    beep = f"0.5*sin(2*PI*1000*t)*({pulses()})"
    video = f"color=gray:s={size}:r=25:d={seconds},drawbox=enable='{pulses()}':color=white:t=fill"
    audio = f"aevalsrc='{'|'.join([beep] * {'mono': 1, 'stereo': 2, '5.1': 6}[layout])}':c={layout}:s=48000:d={seconds}"
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", sound)
    ffmpeg("-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio, *codecs, *options, str(path))
    return path


def tones(path: Path, *frequencies: int, options: tuple[str, ...] = ()) -> Path:
    """Three seconds with one audio track for each frequency."""
    inputs: list[str] = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3"]
    maps = ["-map", "0"]
    for number, frequency in enumerate(frequencies, 1):
        inputs += ["-f", "lavfi", "-i", f"sine={frequency}:r=48000:d=3"]
        maps += ["-map", str(number)]
    ffmpeg(*inputs, *maps, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", *options, str(path))
    return path


def joined_files(target: Path, *parts: Path) -> None:
    target.write_bytes(b"".join(part.read_bytes() for part in parts))


def b_pictures_in_avi(folder: Path, parts: Path) -> None:
    options = ("-c:v", "mpeg4", "-bf", "2", "-vtag", "XVID", "-an")
    scene(folder / "B-pictures in AVI.avi", 6, *options)


def film_with_pulldown(folder: Path, parts: Path) -> None:
    times = "setpts='(floor(N/2)*1001*5/60000+mod(N,2)*1001*2/60000)/TB'"
    source = "testsrc2=s=160x90:r=24000/1001:d=6"
    ffmpeg(
        "-f", "lavfi", "-i", source, "-vf", times, "-fps_mode", "passthrough", "-enc_time_base", "1/1000",
        "-c:v", "libx264", "-preset", "ultrafast", str(folder / "Film with pulldown.mkv"),
    )  # fmt: skip


def telecined_film(folder: Path, parts: Path) -> None:
    """Grainy film whose picture `n` is a grey of brightness `20 + 7 * (n % 29)`, as interlaced video with repeated
    fields. It begins inside a cycle of the pulldown. From 28 to 29 is a cut."""
    film = "color=black:s=160x90:r=24000/1001:d=16,geq=lum='20+7*mod(N,29)':cb=128:cr=128"
    ffmpeg(
        "-f", "lavfi", "-i", film, "-vf", "telecine=pattern=23,trim=start_frame=2,setpts=PTS-STARTPTS,setfield=tff,"
        "noise=c0s=10:c0f=t",
        "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "2", str(folder / "Telecined film.mkv"),
    )  # fmt: skip


def still_picture(folder: Path, parts: Path) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=0.04", "-f", "lavfi", "-i", "sine=440:d=20",
        "-c:v", "libx264", "-c:a", "aac", str(folder / "Still picture.mp4"),
    )  # fmt: skip


def joined_recordings(folder: Path, parts: Path) -> None:
    part = scene(parts / "part.ts", 6)
    joined_files(folder / "Joined recordings.ts", part, part)


def times_that_jump(folder: Path, parts: Path) -> None:
    first = scene(parts / "first.ts", 6)
    later = parts / "later.ts"
    ffmpeg("-i", str(first), "-c", "copy", "-output_ts_offset", "600", str(later))
    joined_files(folder / "Times that jump.ts", first, later)


def layout_that_changes(folder: Path, parts: Path) -> None:
    surround = scene(parts / "surround.ts", 6, sound="ac3", layout="5.1")
    stereo = scene(parts / "stereo.ts", 6, "-output_ts_offset", "6.08", sound="ac3", layout="stereo")
    both = parts / "layouts.ts"
    joined_files(both, surround, stereo)
    ffmpeg("-i", str(both), "-c", "copy", str(folder / "Layout that changes.mkv"))


def size_that_changes(folder: Path, parts: Path) -> None:
    small = scene(parts / "small.ts", 6)
    large = scene(parts / "large.ts", 6, "-output_ts_offset", "6.08", size="240x136")
    joined_files(folder / "Size that changes.ts", small, large)


def two_programmes(folder: Path, parts: Path) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:d=2", "-f", "lavfi", "-i", "sine=300:d=2",
        "-f", "lavfi", "-i", "testsrc2=s=160x90:d=2", "-f", "lavfi", "-i", "sine=900:d=2",
        "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264", "-c:a", "aac",
        "-program", "title=One:st=0:st=1", "-program", "title=Two:st=2:st=3", str(folder / "Two programmes.ts"),
    )  # fmt: skip


def ambisonics(folder: Path, parts: Path) -> None:
    channels = "0.3*sin(2*PI*300*t)|0.1*sin(2*PI*500*t)|0|0"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3",
        "-f", "lavfi", "-i", f"aevalsrc='{channels}':c='ambisonic 1':s=48000:d=3",
        "-c:v", "libx264", "-c:a", "libopus", "-mapping_family", "2", str(folder / "Ambisonics.mkv"),
    )  # fmt: skip


def green(path: Path, *options: str) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=0x00C000:s=1280x720:r=25:d=1,format=gbrp", *options, str(path))


def rgb(folder: Path, parts: Path) -> None:
    green(folder / "RGB.mkv", "-c:v", "libx264rgb", "-preset", "ultrafast", "-pix_fmt", "rgb24")


def untagged_hd(folder: Path, parts: Path) -> None:
    matrix = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    untag = "h264_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2"
    green(folder / "Untagged HD.mp4", "-vf", matrix, "-c:v", "libx264", "-preset", "ultrafast", "-bsf:v", untag)


def full_range(folder: Path, parts: Path) -> None:
    green(
        folder / "Full range.mp4", "-vf", "scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p", "-c:v", "libx264",
        "-color_range", "pc", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
    )  # fmt: skip


def two_tracks_alike(folder: Path, parts: Path) -> None:
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=eng")
    tones(folder / "Two tracks alike.mkv", 300, 400, options=languages)


def two_languages(folder: Path, parts: Path) -> None:
    languages = ("-vn", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra")
    tones(folder / "Two languages.mka", 300, 900, options=languages)


def surround_and_stereo(folder: Path, parts: Path) -> None:
    surround = "aevalsrc='" + "|".join(f"0.2*sin(2*PI*{f}*t)" for f in (300, 400, 500, 60, 700, 800)) + "':c=5.1:d=3"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3", "-f", "lavfi", "-i", surround,
        "-f", "lavfi", "-i", "sine=900:r=48000:d=3", "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264",
        "-c:a", "ac3", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra",
        str(folder / "Surround and stereo.mkv"),
    )  # fmt: skip


def interlaced_dv(folder: Path, parts: Path) -> None:
    """DV, whose field order is in the pictures alone: a bar that moves 16 pixels from field to field."""
    lum = "235*between(X,mod(16*N,640),mod(16*N,640)+40)"
    video = f"color=black:s=720x576:r=50:d=1.6,geq=lum='{lum}':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", video, "-vf", "interlace", "-r", "25", "-c:v", "dvvideo", "-pix_fmt", "yuv420p",
           str(folder / "Interlaced DV.avi"))  # fmt: skip


def still_first(folder: Path, parts: Path) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "color=red:s=160x90:r=1:d=1", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3",
        "-map", "0", "-map", "1", "-c:v:0", "mjpeg", "-c:v:1", "libx264", str(folder / "Still first.mkv"),
    )  # fmt: skip


def recorded_live(folder: Path, parts: Path) -> None:
    """A Windows Media stream without a duration in its header, because it was written to a pipe."""
    film = scene(parts / "live.mp4", 6)
    argv = [FFMPEG, "-v", "error", "-i", str(film), "-c:v", "wmv2", "-c:a", "wmav2", "-f", "asf", "-"]
    with (folder / "Recorded live.wmv").open("wb") as file:
        subprocess.run(argv, stdout=file, check=True)


def after_junk(folder: Path, parts: Path) -> None:
    film = scene(parts / "clean.ts", 3)
    (folder / "After junk.ts").write_bytes(bytes(n * 7 % 251 for n in range(440)) + film.read_bytes())


def without_index(folder: Path, parts: Path) -> None:
    film = scene(parts / "indexed.avi", 6, "-c:v", "mpeg4", "-c:a", "mp3")
    data = film.read_bytes()
    (folder / "Without index.avi").write_bytes(data[: data.rindex(b"idx1")])


SOURCES: list[Callable[[Path, Path], None]] = [
    after_junk, ambisonics, b_pictures_in_avi, film_with_pulldown, full_range, interlaced_dv, joined_recordings,
    layout_that_changes, recorded_live, rgb, size_that_changes, still_first, still_picture, surround_and_stereo,
    telecined_film, times_that_jump, two_languages, two_programmes, two_tracks_alike, untagged_hd, without_index,
]  # fmt: skip


@dataclass
class Packaged:
    """A title, its multivariant playlist, and the folders of its renditions."""

    title: dict[str, Any]
    playlist: str
    folders: dict[str, Path]

    def video(self, name: str = "") -> Path:
        rungs = [rung["name"] for rung in self.title["tracks"]["video"]]
        return joined(self.folders[name or rungs[0]])

    def audio(self, number: int = 0) -> Path:
        return joined(self.folders[[a["name"] for a in self.title["tracks"]["audio"]][number]])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    folder = tmp_path_factory.mktemp("awkward")
    library, parts = folder / "library", folder / "parts"
    library.mkdir()
    parts.mkdir()
    for build in SOURCES:
        build(library, parts)
    shutil.rmtree(parts)
    config = folder / "otnet.toml"
    config.write_text(f"[[libraries]]\nprofile = 'fast'\npath = {json.dumps(str(library))}\n")
    with running(folder / "data", options=("--public", "--config", str(config))) as otnet:
        yield otnet


@pytest.fixture
def packaged(server: OTNet) -> Callable[[str], Packaged]:
    def find(name: str) -> Packaged:
        title = server.settled(name)
        assert title["state"] == "ready", title["error"]
        folder = server.data / "media" / title["id"] / title["revision"]
        playlist = server.get(f"/media/{title['id']}/main.m3u8").text
        return Packaged(title, playlist, {p.name: p for p in folder.iterdir() if p.is_dir()})

    return find


Find = Callable[[str], Packaged]


@pytest.mark.parametrize(
    ("name", "pulses_s", "seconds"),
    [
        ("Joined recordings", (*PULSES, 7.0, 8.5, 11.0), 12),
        ("Times that jump", (*PULSES, 7.0, 8.5, 11.0), 12),
        ("Layout that changes", (*PULSES, 7.0, 8.5, 11.0), 12),
        ("Size that changes", (*PULSES, 7.0, 8.5, 11.0), 12),
        ("Recorded live", PULSES, 6),
        ("Without index", PULSES, 6),
    ],
)
def test_flashes_and_beeps_are_where_they_are_in_the_source(
    packaged: Find, name: str, pulses_s: tuple[float, ...], seconds: float
) -> None:
    made = packaged(name)
    shown, heard = pictures(made.video()), beeps(sound(made.audio()))
    assert len(shown) == pytest.approx(seconds * 25, abs=3)
    assert [p.time for p in shown] == pytest.approx([n / 25 for n in range(len(shown))], abs=0.001)
    assert heard == pytest.approx(pulses_s, abs=TOLERANCE_S)
    assert flashes(shown) == pytest.approx(heard, abs=SYNC_S + 0.04)


def test_flashes_of_an_avi_with_b_pictures(packaged: Find) -> None:
    """AVI has no presentation times: every player shows such pictures one later."""
    shown = pictures(packaged("B-pictures in AVI").video())
    assert len(shown) == 150
    assert flashes(shown) == pytest.approx([1.04, 2.56, 5.04], abs=0.001)


def test_film_with_pulldown_keeps_its_pictures(packaged: Find) -> None:
    made = packaged("Film with pulldown")
    shown = pictures(made.video())
    assert "FRAME-RATE=23.976" in made.playlist
    assert len(shown) == pytest.approx(144, abs=1)
    assert len({p.planes for p in shown}) > 100, "pictures are repeated"


def test_pictures_of_telecined_film_are_restored(packaged: Find) -> None:
    """Each picture of the film once and in order, also where chunks join."""
    made = packaged("Telecined film")
    shown = [round((p.planes[0] - 20) / 7) for p in pictures(made.video())]
    assert "FRAME-RATE=23.976" in made.playlist
    assert len(shown) == pytest.approx(382, abs=2)
    middle = shown[2:-6]  # the first and the last pictures lack a field
    assert [(b - a) % 29 for a, b in pairwise(middle)] == [1] * (len(middle) - 1)


def test_still_picture_is_held_until_the_sound_ends(packaged: Find) -> None:
    made = packaged("Still picture")
    shown = pictures(made.video())
    assert len(shown) == pytest.approx(500, abs=2)
    assert np.ptp([p.planes[0] for p in shown]) <= 2


@pytest.mark.parametrize("name", ["RGB", "Untagged HD", "Full range"])
def test_every_rung_has_the_colours_of_the_source_and_says_so(packaged: Find, name: str) -> None:
    made = packaged(name)
    for rung in made.title["tracks"]["video"]:
        file = made.video(rung["name"])
        assert pictures(file)[10].planes == pytest.approx(GREEN_709, abs=3), rung["name"]
        assert tags(file) == {
            "color_space": "bt709", "color_primaries": "bt709", "color_transfer": "bt709", "color_range": "tv",
        }  # fmt: skip


def test_first_programme_is_played(packaged: Find) -> None:
    made = packaged("Two programmes")
    assert [loudest_tone(sound(made.audio())[:, 0])] == pytest.approx([300], abs=2)
    assert any("Two" in notice for notice in made.title["notices"])


def test_ambisonics_are_played_as_mono(packaged: Find) -> None:
    samples = sound(packaged("Ambisonics").audio())
    assert [loudest_tone(samples[:, n]) for n in (0, 1)] == pytest.approx([300, 300], abs=2)


def test_moving_picture_is_chosen_before_a_still(packaged: Find) -> None:
    shown = pictures(packaged("Still first").video())
    assert len(shown) == 75 and len({p.planes for p in shown}) > 20


def test_interlaced_pictures_are_deinterlaced_whatever_the_container_says(server: OTNet, packaged: Find) -> None:
    """The rows of a combed picture differ by turns, where the bar was in one field and not in the other."""
    assert combed_rows(server.data.parent / "library" / "Interlaced DV.avi") > 0.01
    assert combed_rows(packaged("Interlaced DV").video()) < 0.001


def test_tracks_that_differ_in_nothing_are_offered_with_unlike_names(packaged: Find) -> None:
    made = packaged("Two tracks alike")
    assert [loudest_tone(sound(made.audio(n))[:, 0]) for n in (0, 1)] == pytest.approx([300, 400], abs=2)
    assert 'NAME="English"' in made.playlist and 'NAME="English 2"' in made.playlist


def test_groups_of_audio_have_the_same_members(packaged: Find) -> None:
    """RFC 8216 §4.3.4.1.1. A language without 5.1 is in the group of 5.1 with its stereo rendition."""
    members: dict[str, list[str]] = {}
    for line in packaged("Surround and stereo").playlist.splitlines():
        if line.startswith("#EXT-X-MEDIA:TYPE=AUDIO"):
            group, name = (line.split(f'{key}="')[1].split('"')[0] for key in ("GROUP-ID", "NAME"))
            members.setdefault(group, []).append(name)
    assert list(members.values()) == [["English", "French"], ["English", "French"]]


def test_languages_of_sound_alone_are_renditions_and_not_variants(packaged: Find) -> None:
    made = packaged("Two languages")
    lines = made.playlist.splitlines()
    variants = [line for line in lines if line.startswith("#EXT-X-STREAM-INF")]
    assert len(variants) == 3 and all('AUDIO="' in v for v in variants)
    assert sum(line.startswith("#EXT-X-MEDIA:TYPE=AUDIO") for line in lines) == 6
