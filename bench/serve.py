"""A server process to measure, and the films to measure it with."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg

ROOT = Path(__file__).resolve().parent.parent
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@dataclass
class RunningServer:
    url: str
    started_s: float
    process: subprocess.Popen[bytes]

    def json(self, path: str) -> Any:
        return httpx.get(self.url + path, timeout=60).json()

    def wait(
        self, check: Callable[[dict[str, Any]], bool], seconds: float = 1200, pause: float = 0.05
    ) -> dict[str, Any]:
        """The newest title once `check` holds; asks seldom, so as not to measure the asking."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            items = self.json("/api/v1/media?limit=1")["items"]
            if items and check(items[0]):
                media: dict[str, Any] = items[0]
                return media
            time.sleep(pause)
        raise TimeoutError("the title did not get there")


@contextlib.contextmanager
def serving(data: Path, *options: str, prelude: str = "", **more: str) -> Iterator[RunningServer]:
    """`otnet serve` on a free port; `started_s` is the time from the spawn to the first answer. `prelude`: Python that
    runs before it, in its process."""
    log = data.parent / f"{data.name}.log"
    argv = [
        sys.executable,
        "-c",
        f"{prelude}\nfrom otnet_server.cli import main; main()",
        "serve",
        "--data",
        str(data),
        "--port",
        "0",
        *options,
    ]
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            argv, stdout=out, stderr=out, env=os.environ | {"OTNET_LOG__FORMAT": "json"} | more, cwd=ROOT
        )
    try:
        url = ""
        while not url:
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
            url = next((line["url"] for line in lines if line.get("event") == "listening"), "")
            time.sleep(0.005)
        httpx.get(url + "/healthz").raise_for_status()
        yield RunningServer(url, time.perf_counter() - started, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def sign_up(server: RunningServer, data: Path) -> Iterator[httpx.Client]:
    """The client of a server's owner, who is signed up the first time. `data` is the data folder of the server."""
    log = data.with_name(f"{data.name}.log").read_text().splitlines()
    setup = next((json.loads(line)["setup"] for line in log if '"setup"' in line), None)
    account = {"email": "b@example.org", "password": "a long password"}
    with httpx.Client(base_url=server.url, timeout=30) as owner:
        if setup is not None:
            values = {"organization": "B", "name": "B", "code": setup.partition("code=")[2]}
            answer = owner.post("/api/v1/auth/setup", json=account | values)
        else:
            answer = owner.post("/api/v1/auth/login", json=account)
        owner.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf"]
        yield owner


def film(path: Path, seconds: int) -> Path:
    """1080p at 30 frames/s with grain and sound: harder than bars, easier than noise."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        source = "mandelbrot=size=1920x1080:rate=30:end_scale=0.01:maxiter=150"
        part = path.with_name("part.mp4")
        tone = "sine=frequency=330:sample_rate=48000"
        codec = ["-c:v", "libx264", "-preset", "superfast", "-crf", "24", "-pix_fmt", "yuv420p"]
        length = ["-t", str(min(seconds, 20)), "-vf", "noise=alls=4:allf=t"]
        run_ffmpeg("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", tone, *length, *codec, "-c:a", "aac", str(part))
        run_ffmpeg("-stream_loop", str(seconds // 20), "-i", str(part), "-t", str(seconds), "-c", "copy", str(path))
        part.unlink()
    return path


def run_ffmpeg(*argv: str) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *argv], check=True, stdin=subprocess.DEVNULL)
