"""The server is killed at random moments of an encode and restarted each time; nothing is lost."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from otnet_server.media.plan import Plan
from tests.harness import FFMPEG, OTNet, make_film, processes_of, running, until


def object_digests(data: Path) -> dict[str, str]:
    """Path within the revision → SHA-256 of every published object."""
    media = data / "media"
    return {
        "/".join(p.relative_to(media).parts[2:]): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(media.rglob("*"))
        if p.is_file()
    }


def write_config(tmp_path: Path, library: Path) -> Path:
    """Small chunks, so that kills interrupt many; one thread per encoder, so that the output is reproducible."""
    file = tmp_path / "otnet.toml"
    file.write_text(
        "[profiles.small]\npreset = 'ultrafast'\nthreads = 1\nheights = [180]\nchunk_segments = 1\n"
        f"[[libraries]]\nname = 'library'\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )
    return file


def decoded_audio(data: Path) -> np.ndarray:
    """The decoded samples of the whole audio track."""
    (folder,) = data.glob("media/*/*/audio-und-stereo")
    segments = sorted(folder.glob("*.m4s"), key=lambda p: int(p.stem))
    joined = data.with_suffix(".m4a")
    joined.write_bytes((folder / "init.mp4").read_bytes() + b"".join(p.read_bytes() for p in segments))
    argv = [FFMPEG, "-v", "error", "-i", str(joined), "-ac", "1", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(argv, check=True, capture_output=True).stdout, np.float32)


@dataclass
class Calm:
    """A film that was encoded without a kill: the server, now stopped, and what it published."""

    server: OTNet
    film: Path
    title: dict[str, Any]
    digests: dict[str, str]

    @property
    def data(self) -> Path:
        return self.server.data


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Calm]:
    """Encodes a film of a number of seconds at the first call and returns the same later."""

    @cache
    def encode(seconds: int) -> Calm:
        folder = tmp_path_factory.mktemp("calm")
        library = folder / "library"
        film = make_film(library / "Film.mp4", seconds)
        options = ("--public", "--config", str(write_config(folder, library)))
        with running(folder / "calm", options=options) as server:
            title = server.settled("Film")
            assert title["state"] == "ready"
        return Calm(server, film, title, object_digests(server.data))

    return encode


@pytest.mark.parametrize(
    ("kills", "seconds"),
    [(4, 32), pytest.param(25, 260, marks=[pytest.mark.long, pytest.mark.timeout(1200)])],
    ids=["4 kills", "25 kills"],
)
def test_killing_the_server_while_encoding_loses_nothing(
    kills: int, seconds: int, tmp_path: Path, library: Path, encoded: Callable[[int], Calm]
) -> None:
    calm = encoded(seconds)
    undisturbed = calm.digests
    shutil.copy(calm.film, library / "Film.mp4")
    options = ("--public", "--config", str(write_config(tmp_path, library)))
    rng = random.Random(4)
    server = OTNet(tmp_path / "data", [], options)
    times: dict[Path, int] = {}
    within = 0
    try:
        for _ in range(kills):
            server.start()
            moment = rng.uniform(0.0, 0.9)
            begun = time.monotonic()
            until("the moment to kill", lambda b=begun, m=moment: time.monotonic() - b >= m, 10, 0.005)
            state = server.title("Film")
            server.kill()
            until("every process is gone", lambda: not processes_of(tmp_path / "data"))
            # Segments published earlier still exist and were not written again.
            for path, mtime in times.items():
                assert path.stat().st_mtime_ns == mtime, f"{path.name} was written again"
            times = published_files(tmp_path / "data")
            within += state is None or state["state"] != "ready"
        server.start()
        assert server.settled("Film")["state"] == "ready"
        for path, mtime in times.items():
            assert path.stat().st_mtime_ns == mtime, f"{path.name} was written again"
    finally:
        server.stop()
    assert within > kills // 2, "it was ready before it was killed often enough"
    disturbed = object_digests(tmp_path / "data")
    assert disturbed.keys() == undisturbed.keys()
    differ = {k for k in undisturbed if disturbed[k] != undisturbed[k]}
    # An AAC encoder keeps rate-control state, so a resumed pass allocates bits slightly differently;
    # the decoded audio is the same.
    assert all(k.startswith("audio") for k in differ), differ
    assert np.max(np.abs(decoded_audio(tmp_path / "data") - decoded_audio(calm.data))) < 0.02
    assert not list((tmp_path / "data" / "work").iterdir())
    assert not list((tmp_path / "data" / "media" / ".incoming").iterdir())
    assert not processes_of(tmp_path / "data")


def published_files(data: Path) -> dict[Path, int]:
    """Files of all indexed segments, with their modification times."""
    found: dict[Path, int] = {}
    with sqlite3.connect(data / "otnet.db") as db:
        rows = db.execute(
            "select r.media, c.revision, c.sizes, c.number from chunk c join revision r on r.id = c.revision where c.track = 'video'"
        ).fetchall()
        plans = dict(db.execute("select id, plan from revision where plan is not null").fetchall())
    for media, revision, _, number in rows:
        plan = Plan.model_validate_json(plans[revision])
        assert plan.video is not None
        chunk = plan.video.timeline.chunks[number]
        for segment in range(chunk.segment, chunk.segment + chunk.segments):
            path = (
                data
                / "media"
                / media
                / revision
                / "180p"
                / f"{plan.video.timeline.starts[segment] * plan.video.timeline.ticks_per_frame}.m4s"
            )
            found[path] = path.stat().st_mtime_ns
    return found


def test_kill_before_the_ready_state_is_stored_reencodes_nothing(encoded: Callable[[int], Calm]) -> None:
    calm = encoded(32)
    with sqlite3.connect(calm.data / "otnet.db") as db:
        db.execute("UPDATE revision SET state = 'encoding'")
        db.execute("UPDATE media SET state = 'encoding'")
    loose = calm.data / "media" / calm.title["id"] / calm.title["revision"] / "thumbnails" / "loose"
    loose.mkdir()
    (loose / "0.jpg").write_bytes(b"a picture that was on its way into a sheet")
    try:
        assert calm.server.start().settled("Film")["state"] == "ready"
        assert object_digests(calm.data) == calm.digests
    finally:
        calm.server.stop()
