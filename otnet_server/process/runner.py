"""The one file that spawns: every outside tool of the pipeline runs through `run`.

A run has a beginning, limits and an end, and each is certain:

- It begins in the jail (`jail.py`), in a session and process group of its own, with an argument list
  (never a shell line) and stdin closed.
- A guard watches it: too long altogether, too long without progress, too much output. The kernel watches
  memory and file size for us, by the limits that the jail sets.
- It ends as a group. A limit or `end_all` asks first (SIGTERM) and insists 2 s later (SIGKILL); cancellation
  insists at once. The group is killed before its leader is reaped (that is what `_exited` waits for), so its
  number can't belong to a stranger yet, no child outlives a run, and nothing is left a zombie.

What the tool wrote is data about a stranger's file, so none of it reaches a user as it is (`command.py`), and
a claim that the disk is full is believed only when the disk says so too.

Progress: with `on_line`, a line that says something new (`LineProgress`); without, any byte from the tool or
growth of what it writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from asyncio import TaskGroup
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from otnet_server.process.command import Command, ProcessFailed, Result

JAIL = Path(__file__).with_name("jail.py")
LINE_MAX = 8192
LOG_PART = 512 << 10
TAIL_BYTES = 4096
GRACE_S = 2.0
CHUNK = 64 << 10
FULL_PROBE = 4 << 20


PROGRESS_KEYS = ("frame", "out_time_us", "out_time_ms", "out_time", "total_size")


def reason_of(returncode: int, log: str, disk_full: Callable[[], bool]) -> str:
    """Why a run that we did not stop ended badly. `disk_full` is asked only when the log claims it."""
    if returncode in (126, 127) and log.startswith("jail: "):
        return "missing_binary" if returncode == 127 else "exit"
    if re.search(r"No space left on device|Disk quota exceeded", log) and disk_full():
        return "disk_full"
    if returncode == -signal.SIGXFSZ or "File too large" in log:
        return "output_limit"
    if returncode == -signal.SIGKILL or re.search(r"Cannot allocate memory|bad_alloc|[Oo]ut of memory", log):
        return "memory"
    return "signal" if returncode < 0 else "exit"


@dataclass
class LineProgress:
    """Tells a tool that works from one that only talks: ffmpeg's `-progress` repeats its block while it
    hangs. Of the `key=value` lines only those of PROGRESS_KEYS count, and a line counts when it changed."""

    seen: dict[str, str] = field(default_factory=dict)

    def advances(self, line: str) -> bool:
        key, equals, value = line.partition("=")
        if not equals or not re.fullmatch(r"\w+", key):
            key, value = "", line
        elif key not in PROGRESS_KEYS:
            return False
        changed = self.seen.get(key) != value
        self.seen[key] = value
        return changed


@dataclass
class Lines:
    """Bytes in, whole lines out; the end of a line longer than LINE_MAX is dropped."""

    rest: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        *whole, rest = (self.rest + data).split(b"\n")
        self.rest = rest[:LINE_MAX]
        return [_decoded(line) for line in whole]

    def close(self) -> list[str]:
        last, self.rest = self.rest, b""
        return [_decoded(last)] if last else []


def _decoded(line: bytes) -> str:
    return line[:LINE_MAX].decode(errors="replace").rstrip("\r")


class Log:
    """A tool's stderr: its first and its last half MiB in a file, the last also in memory.
    A log that can't be written is no reason to fail."""

    def __init__(self, path: Path | None) -> None:
        self.total, self.tail = 0, bytearray()
        self.file: IO[bytes] | None = None
        if path:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                self.file = path.open("wb", buffering=0)

    def add(self, data: bytes) -> None:
        self._write(data[: max(0, LOG_PART - self.total)])
        self.total += len(data)
        self.tail += data
        del self.tail[: max(0, len(self.tail) - LOG_PART)]

    def text(self, last: int = LOG_PART) -> str:
        return bytes(self.tail[-last:]).decode(errors="replace")

    def close(self) -> None:
        beyond = max(0, self.total - LOG_PART)
        if beyond > LOG_PART:
            self._write(b"\n[%d bytes left out]\n" % (beyond - LOG_PART))
        self._write(bytes(self.tail[-beyond:]) if beyond else b"")
        if self.file:
            self.file.close()
            self.file = None

    def _write(self, data: bytes) -> None:
        if self.file and data:
            with contextlib.suppress(OSError):
                self.file.write(data)


@dataclass(eq=False)
class _Live:
    """One running process group, and what has been seen of it."""

    popen: subprocess.Popen[bytes]
    log: Log
    started: float = field(default_factory=time.monotonic)
    progress_at: float = field(default_factory=time.monotonic)
    stdout: bytearray = field(default_factory=bytearray)
    stopped: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    reaper: asyncio.Task[None] = field(init=False)

    def signal(self, number: int) -> None:
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, number)

    def kill(self, reason: str) -> None:
        self.stopped = self.stopped or reason
        self.signal(signal.SIGKILL)

    async def stop(self, reason: str) -> None:
        self.stopped = self.stopped or reason
        self.signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self.ended.wait()
        self.kill(reason)


_live: set[_Live] = set()


async def run(command: Command, *, on_line: Callable[[str], None] | None = None) -> Result:
    """Run a tool to its end. Raises ProcessFailed unless it exits with 0, and what `on_line` raises."""
    live = _begin(command)
    try:
        async with (
            _pipe(live.popen.stdout) as stdout,
            _pipe(live.popen.stderr) as stderr,
            TaskGroup() as tasks,
        ):
            guard = tasks.create_task(_guard(live, command, quiet=on_line is None))
            readers = (
                tasks.create_task(_read_stdout(live, stdout, command.limits.stdout_bytes, on_line)),
                tasks.create_task(_read_stderr(live, stderr, quiet=on_line is None)),
            )
            await live.ended.wait()
            guard.cancel()
            _, late = await asyncio.wait(readers, timeout=GRACE_S)
            for reader in late:
                reader.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        live.signal(signal.SIGKILL)
        await asyncio.shield(live.reaper)
        live.log.close()
    returncode, tail = live.popen.returncode, live.log.text(TAIL_BYTES)
    if live.stopped or returncode:
        places = (*command.writes, command.cwd)
        reason = live.stopped or reason_of(returncode, live.log.text(), lambda: any(map(_full, places)))
        raise ProcessFailed(reason, returncode, tail)
    return Result(bytes(live.stdout), tail, time.monotonic() - live.started)


async def end_all() -> None:
    """End every running tool, and return when the last one is gone."""
    running = tuple(_live)
    await asyncio.gather(*(live.stop("signal") for live in running))
    await asyncio.gather(*(live.ended.wait() for live in running))


def launcher(command: Command) -> tuple[str, ...]:
    """What stands before the tool's own arguments: the jail, with what this command may do."""
    spec = {
        "parent": os.getpid(),
        "reads": [str(path) for path in command.reads],
        "writes": [str(path) for path in command.writes],
        "memory_bytes": command.limits.memory_bytes,
        "file_bytes": command.limits.file_bytes,
        "nice": command.nice,
        "devices": command.devices,
    }
    return (sys.executable, "-I", "-S", "-X", "utf8", str(JAIL), json.dumps(spec), "--")


def _begin(command: Command) -> _Live:
    """Spawn. In the calling thread: the jail ties the tool's life to the thread that started it."""
    argv = command.argv
    if not argv or any("\0" in word for word in argv):
        raise ValueError("an argument list must have words, and none may hold a NUL byte")
    if not Path(argv[0]).is_absolute() or not os.access(argv[0], os.X_OK):
        raise ProcessFailed("missing_binary")
    # the launcher's own loader may need this to find libpython; the tool gets a fresh environment from it
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        popen = subprocess.Popen(
            (*launcher(command), *argv),
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=command.cwd,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        if error.errno in (errno.ENOMEM, errno.EAGAIN):
            raise ProcessFailed("memory") from error
        raise
    live = _Live(popen, Log(command.log))
    _live.add(live)
    live.reaper = asyncio.create_task(_reap(live))
    return live


async def _reap(live: _Live) -> None:
    """Outlives a cancelled `run`, so that nothing is left behind."""
    await _exited(live.popen)
    live.signal(signal.SIGKILL)
    live.popen.wait()
    live.ended.set()
    _live.discard(live)


async def _exited(popen: subprocess.Popen[bytes]) -> None:
    """Return when the process has ended but is not reaped yet (without pidfd: when it is reaped)."""
    try:
        pidfd = os.pidfd_open(popen.pid)
    except (AttributeError, OSError):
        while popen.poll() is None:  # noqa: ASYNC110  (there is nothing to wait on)
            await asyncio.sleep(0.02)
        return
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pidfd, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(pidfd)
        os.close(pidfd)


@contextlib.asynccontextmanager
async def _pipe(pipe: IO[bytes] | None) -> AsyncIterator[asyncio.StreamReader]:
    assert pipe
    reader = asyncio.StreamReader(limit=CHUNK)
    connect = asyncio.get_running_loop().connect_read_pipe
    transport, _ = await connect(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        yield reader
    finally:
        transport.close()


async def _read_stdout(
    live: _Live, pipe: asyncio.StreamReader, most: int, on_line: Callable[[str], None] | None
) -> None:
    lines, progress = Lines(), LineProgress()
    while data := await pipe.read(CHUNK):
        if on_line:
            for line in lines.feed(data):
                if progress.advances(line):
                    live.progress_at = time.monotonic()
                on_line(line)
        elif len(live.stdout) + len(data) > most:
            live.kill("output_limit")
        else:
            live.progress_at = time.monotonic()
            live.stdout += data
    for line in lines.close():
        if on_line:
            on_line(line)


async def _read_stderr(live: _Live, pipe: asyncio.StreamReader, quiet: bool) -> None:
    while data := await pipe.read(CHUNK):
        live.log.add(data)
        if quiet:
            live.progress_at = time.monotonic()


async def _guard(live: _Live, command: Command, quiet: bool) -> None:
    """Stop the tool at its limits. A quiet tool (no progress lines) may show by its files that it works."""
    limits, folders = command.limits, command.writes
    size = await asyncio.to_thread(_size, folders) if quiet else 0
    while True:
        now = time.monotonic()
        left = live.started + limits.wall_s - now
        patience = live.progress_at + limits.idle_s - now
        if left <= 0:
            return await live.stop("wall_limit")
        if patience <= 0:
            before, size = size, await asyncio.to_thread(_size, folders) if quiet else 0
            if size == before:
                return await live.stop("no_progress")
            live.progress_at = now
            continue
        await asyncio.sleep(min(left, patience))


def _size(folders: tuple[Path, ...]) -> int:
    total = 0
    for folder in folders:
        for here, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    total += Path(here, name).lstat().st_size
    return total


def _full(folder: Path) -> bool:
    """Ask the disk itself: a file's title or name may say "No space left on device" too."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(FULL_PROBE))
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return False
