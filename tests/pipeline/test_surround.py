"""Every channel of a surround source is in its own channel of the 5.1 rendition, and the stereo downmix does not clip."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from otnet_server import binaries
from otnet_server.cli.plan import make_plan
from otnet_server.config import load
from otnet_server.pipeline.encode_requests import audio_request
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protocols import Workspace
from tests.harness import FFMPEG, REAL_MEDIA, ffmpeg

RATE = 48_000
TONES_51 = {"FL": 300, "FR": 400, "FC": 500, "LFE": 60, "BL": 700, "BR": 800}
ORDER = list(TONES_51)
# layout, codec → the tones that each channel of the 5.1 rendition has.
SOURCES: dict[tuple[str, str], dict[str, set[int]]] = {
    ("5.1", "ac3"): {n: {f} for n, f in TONES_51.items()},
    ("5.1(side)", "flac"): {n: {f} for n, f in TONES_51.items()},
    ("5.1", "aac"): {n: {f} for n, f in TONES_51.items()},
    # FL FR FC LFE BC SL SR: the back centre is in both surround channels.
    ("6.1", "flac"): {"FL": {300}, "FR": {400}, "FC": {500}, "LFE": {60}, "BL": {700, 800}, "BR": {700, 900}},
    # FL FR FC LFE BL BR SL SR: back and side channels are merged.
    ("7.1", "flac"): {"FL": {300}, "FR": {400}, "FC": {500}, "LFE": {60}, "BL": {700, 900}, "BR": {800, 1000}},
}


def surround(path: Path, layout: str, codec: str, gain: float) -> Path:
    """Two seconds with one tone per channel: 300, 400, 500, 60, 700, 800, … Hz, amplitude `gain`."""
    tones = [300, 400, 500, 60, 700, 800, 900, 1000][: {"6.1": 7, "7.1": 8}.get(layout, 6)]
    each = "|".join(f"{gain}*sin(2*PI*{f}*t)" for f in tones)
    source = f"aevalsrc='{each}':c={layout}:s={RATE}:d=2"
    ffmpeg("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-c:a", codec, str(path))
    return path


async def encoded(source: Path, folder: Path) -> dict[int, np.ndarray]:
    """Channels of a rendition → its decoded samples, one column a channel."""
    settings = load(overrides={"data": folder / "data"})
    plan = await make_plan(source, settings, "standard")
    encoder = PluginHost(settings, binaries.find(settings.tools)).audio_encoder()
    work = folder / "work"
    work.mkdir()
    found = {}
    channels = {a.name: a.channels for a in plan.audio}
    request = audio_request(plan, dict.fromkeys(channels, 0), source, Workspace(work, runner.run))
    async for part in encoder.encode(request):
        if part.number == 0:
            found[channels[part.rendition]] = decoded(part.file, channels[part.rendition])
    return found


def decoded(path: Path, channels: int) -> np.ndarray:
    decode = [FFMPEG, "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    data = subprocess.run(decode, check=True, capture_output=True).stdout
    return np.frombuffer(data, np.float32).reshape(-1, channels)


def tones(samples: np.ndarray) -> set[int]:
    """Frequencies (Hz, rounded to ten) that are at most 20 dB below the loudest; empty for silence."""
    middle = samples[RATE // 2 : RATE // 2 + RATE]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) / len(middle)
    if spectrum.max() < 0.002:
        return set()
    return {round(int(f), -1) for f in np.flatnonzero(spectrum > spectrum.max() / 10)}


@pytest.mark.parametrize(("layout", "codec"), SOURCES, ids=lambda x: x)
async def test_each_channel_of_a_surround_source_is_preserved(layout: str, codec: str, tmp_path: Path) -> None:
    made = await encoded(surround(tmp_path / "film.mkv", layout, codec, 0.2), tmp_path)
    assert {n: tones(made[6][:, i]) for i, n in enumerate(ORDER)} == SOURCES[layout, codec]
    left, right = tones(made[2][:, 0]), tones(made[2][:, 1])
    assert {300, 500} <= left and 400 not in left
    assert {400, 500} <= right and 300 not in right


async def test_channels_of_the_surround_sample_file_are_preserved(tmp_path: Path) -> None:
    case = REAL_MEDIA / "cases" / "surround-5.1-ac3.mkv"
    if not case.is_file():
        pytest.skip("the case files are not here")
    made = await encoded(case, tmp_path)
    assert {n: tones(made[6][:, i]) for i, n in enumerate(ORDER)} == {n: {f} for n, f in TONES_51.items()}


@pytest.mark.parametrize("layout", ["5.1", "7.1"])
async def test_stereo_downmix_does_not_clip(layout: str, tmp_path: Path) -> None:
    made = await encoded(surround(tmp_path / "loud.mkv", layout, "flac", 0.9), tmp_path)
    assert 0.6 < np.abs(made[2]).max() <= 1.0


async def test_stereo_is_not_limited(tmp_path: Path) -> None:
    source = tmp_path / "stereo.mkv"
    tone = f"aevalsrc='0.9*sin(2*PI*300*t)|0.9*sin(2*PI*400*t)':c=stereo:s={RATE}:d=2"
    ffmpeg("-f", "lavfi", "-i", tone, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-c:a", "flac", str(source))
    made = await encoded(source, tmp_path)
    assert list(made) == [2]
    assert np.abs(made[2][RATE // 2 : RATE]).max() > 0.85
