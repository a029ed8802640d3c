"""Runs external tools. Every tool of the pipeline is spawned by `run`, and no other module spawns processes.

- A tool starts in the jail (`jail.py`), in its own session and process group, with an argument list (never a shell
  command). Its stdin is empty, or has the secrets that it needs.
- A guard stops it when it exceeds its run time, its time without progress, or its output limit. The kernel enforces the
  limits on memory and file size that the jail sets.
- It ends as a group. A limit or `end_all` sends SIGTERM, and SIGKILL 2 s later; cancellation sends SIGKILL at once. The
  group is killed before its leader is reaped (`_exited` waits for that moment), so that the process id can't have been
  reused, no child outlives a run, and no zombie remains.

The output of a tool may quote an untrusted file, so it is never shown to users (`command.py`), and a message that the
disk is full is verified by writing to the disk.

Progress: with `on_line`, a line with new content (`LineProgress`); without it, any output or growth of the written
files.
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from otnet_server.process.command import MAX_STDIN_BYTES, Command, ProcessFailed, Result

JAIL = Path(__file__).with_name("jail.py")
MAX_LINE_BYTES = 8192
LOG_HALF_BYTES = 512 << 10
LOG_TAIL_BYTES = 4096
STOP_GRACE_S = 2.0
READ_BYTES = 64 << 10
DISK_PROBE_BYTES = 4 << 20


PROGRESS_KEYS = ("frame", "out_time_us", "out_time_ms", "out_time", "total_size")


def reason_of(returncode: int, log: str, disk_full: Callable[[], bool]) -> str:
    """Why a run failed that was not stopped by us: a key of REASONS. `disk_full` is called only when the log says that
    the disk is full."""
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
    """Detects whether output lines show progress, since ffmpeg's `-progress` repeats its block even while it hangs.
    A `key=value` line counts when its key is in PROGRESS_KEYS and its value changed; any other line counts when it
    differs from the one before."""

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
class LineSplitter:
    """Splits a byte stream into lines. Lines are cut to MAX_LINE_BYTES."""

    rest: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        *whole, rest = (self.rest + data).split(b"\n")
        self.rest = rest[:MAX_LINE_BYTES]
        return [_decoded(line) for line in whole]

    def close(self) -> list[str]:
        last, self.rest = self.rest, b""
        return [_decoded(last)] if last else []


def _decoded(line: bytes) -> str:
    return line[:MAX_LINE_BYTES].decode(errors="replace").rstrip("\r")


class Log:
    """A tool's stderr: the first and the last half MiB in a file, the last half MiB also in memory. Errors while
    writing the file are ignored."""

    def __init__(self, path: Path | None) -> None:
        self.total, self.tail = 0, bytearray()
        self.file: IO[bytes] | None = None
        if path:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                self.file = path.open("wb", buffering=0)

    def add(self, data: bytes) -> None:
        self._write(data[: max(0, LOG_HALF_BYTES - self.total)])
        self.total += len(data)
        self.tail += data
        del self.tail[: max(0, len(self.tail) - LOG_HALF_BYTES)]

    def text(self, last: int = LOG_HALF_BYTES) -> str:
        return bytes(self.tail[-last:]).decode(errors="replace")

    def close(self) -> None:
        rest = max(0, self.total - LOG_HALF_BYTES)
        if rest > LOG_HALF_BYTES:
            self._write(b"\n[%d bytes left out]\n" % (rest - LOG_HALF_BYTES))
        self._write(bytes(self.tail[-rest:]) if rest else b"")
        if self.file:
            self.file.close()
            self.file = None

    def _write(self, data: bytes) -> None:
        if self.file and data:
            with contextlib.suppress(OSError):
                self.file.write(data)


@dataclass(eq=False)
class RunningProcess:
    """A running process group, with its output and the time of its last progress."""

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
            async with asyncio.timeout(STOP_GRACE_S):
                await self.ended.wait()
        self.kill(reason)


_running: set[RunningProcess] = set()


async def run(command: Command, *, on_line: Callable[[str], None] | None = None) -> Result:
    """Run a tool to its end. Raises ProcessFailed unless it exits with status 0, and whatever `on_line` raises."""
    process = _spawn(command)
    try:
        async with (
            _pipe(process.popen.stdout) as stdout,
            _pipe(process.popen.stderr) as stderr,
            TaskGroup() as tasks,
        ):
            guard = tasks.create_task(_guard(process, command, quiet=on_line is None))
            readers = (
                tasks.create_task(_read_stdout(process, stdout, command.limits.stdout_bytes, on_line)),
                tasks.create_task(_read_stderr(process, stderr, quiet=on_line is None)),
            )
            await process.ended.wait()
            guard.cancel()
            _, unfinished = await asyncio.wait(readers, timeout=STOP_GRACE_S)
            for reader in unfinished:
                reader.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        process.signal(signal.SIGKILL)
        await asyncio.shield(process.reaper)
        process.log.close()
    returncode, tail = process.popen.returncode, process.log.text(LOG_TAIL_BYTES)
    if process.stopped or returncode:
        folders = (*command.writes, command.cwd)
        reason = process.stopped or reason_of(returncode, process.log.text(), lambda: any(map(_disk_is_full, folders)))
        raise ProcessFailed(reason, returncode, tail)
    return Result(bytes(process.stdout), tail, time.monotonic() - process.started)


async def end_all() -> None:
    """End every running tool that this event loop has started; returns when all of them have exited."""
    loop = asyncio.get_running_loop()
    processes = tuple(process for process in _running if process.reaper.get_loop() is loop)
    await asyncio.gather(*(process.stop("signal") for process in processes))
    await asyncio.gather(*(process.ended.wait() for process in processes))


class Stream:
    """A tool that reads its stdin and writes to pipes while it runs. `outputs` are its pipes."""

    def __init__(self, process: RunningProcess, outputs: tuple[asyncio.StreamReader, ...]) -> None:
        self._process, self.outputs = process, outputs

    @property
    def ended(self) -> bool:
        return self._process.ended.is_set()

    def log_tail(self) -> str:
        return self._process.log.text(LOG_TAIL_BYTES)

    async def write(self, data: bytes) -> None:
        """Write to the tool's stdin; returns when all is written. Raises BrokenPipeError when the tool has ended."""
        pipe = self._process.popen.stdin
        if pipe is None or pipe.closed:
            raise BrokenPipeError
        loop, number, rest = asyncio.get_running_loop(), pipe.fileno(), memoryview(data)
        while rest:
            try:
                rest = rest[os.write(number, rest) :]
            except BlockingIOError:
                writable = asyncio.Event()
                loop.add_writer(number, writable.set)
                try:
                    await writable.wait()
                finally:
                    loop.remove_writer(number)

    def end_input(self) -> None:
        """Close the tool's stdin, so that it finishes what it has read."""
        if self._process.popen.stdin is not None:
            self._process.popen.stdin.close()

    def kill(self) -> None:
        self._process.kill("signal")


@contextlib.asynccontextmanager
async def stream(
    command: Command, outputs: int, arguments: Callable[[list[int]], tuple[str, ...]]
) -> AsyncIterator[Stream]:
    """Run a tool that writes to `outputs` pipes; `arguments` gets their descriptors and returns those of the tool after
    `command.argv`. It is killed at the end of the block. Of its limits only those of the jail apply."""
    pipes = [os.pipe() for _ in range(outputs)]
    readers = [os.fdopen(read, "rb", buffering=0) for read, _ in pipes]
    try:
        writes = [write for _, write in pipes]
        command = replace(command, argv=(*command.argv, *arguments(writes)), keep=tuple(writes))
        process = _spawn(command, writable=True)
    except BaseException:
        for reader in readers:
            reader.close()
        raise
    finally:
        for _, write in pipes:
            os.close(write)
    assert process.popen.stdin
    os.set_blocking(process.popen.stdin.fileno(), False)
    async with contextlib.AsyncExitStack() as stack:
        streams = tuple([await stack.enter_async_context(_pipe(reader)) for reader in readers])
        stderr = await stack.enter_async_context(_pipe(process.popen.stderr))
        stdout = await stack.enter_async_context(_pipe(process.popen.stdout))
        logs = [asyncio.ensure_future(_read_stderr(process, pipe, quiet=True)) for pipe in (stderr, stdout)]
        running = Stream(process, streams)
        try:
            yield running
        finally:
            for task in logs:
                task.cancel()
            await asyncio.gather(*logs, return_exceptions=True)
            process.kill("signal")
            running.end_input()
            await asyncio.shield(process.reaper)
            process.log.close()


def launcher(command: Command) -> tuple[str, ...]:
    """The arguments before the tool's own: the jail with the rights of this command."""
    spec = {
        "parent": os.getpid(),
        "reads": [str(path) for path in command.reads],
        "writes": [str(path) for path in command.writes],
        "memory_bytes": command.limits.memory_bytes,
        "file_bytes": command.limits.file_bytes,
        "nice": command.nice,
        "devices": command.devices,
        "keep": list(command.keep),
        "connects": list(command.connects),
    }
    return (sys.executable, "-I", "-S", "-X", "utf8", str(JAIL), json.dumps(spec), "--")


def _spawn(command: Command, *, writable: bool = False) -> RunningProcess:
    """Start the tool; `writable`: its stdin stays open. Runs in the calling thread, because PR_SET_PDEATHSIG refers to
    the thread that started it."""
    argv = command.argv
    assert len(command.stdin) <= MAX_STDIN_BYTES
    if not argv or any("\0" in word for word in argv):
        raise ValueError("argv must not be empty, and no argument may contain a NUL byte")
    if not Path(argv[0]).is_absolute() or not os.access(argv[0], os.X_OK):
        raise ProcessFailed("missing_binary")
    # Python may need this to find libpython; the jail gives the tool an environment of its own.
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        popen = subprocess.Popen(
            (*launcher(command), *argv),
            bufsize=0,
            stdin=subprocess.PIPE if command.stdin or writable else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=command.cwd,
            env=environment,
            start_new_session=True,
            pass_fds=command.keep,
        )
    except OSError as error:
        if error.errno in (errno.ENOMEM, errno.EAGAIN):
            raise ProcessFailed("memory") from error
        raise
    if popen.stdin is not None and not writable:
        with contextlib.suppress(BrokenPipeError), popen.stdin as pipe:
            pipe.write(command.stdin)
    process = RunningProcess(popen, Log(command.log))
    _running.add(process)
    process.reaper = asyncio.create_task(_reap(process))
    return process


async def _reap(process: RunningProcess) -> None:
    """Wait for the end of the process and reap it. Runs as a task of its own, so that it also completes when `run` is
    cancelled."""
    await _exited(process.popen)
    process.signal(signal.SIGKILL)
    process.popen.wait()
    process.ended.set()
    _running.discard(process)


async def _exited(popen: subprocess.Popen[bytes]) -> None:
    """Return when the process has exited but is not reaped yet (without pidfd: when it is reaped)."""
    try:
        pidfd = os.pidfd_open(popen.pid)
    except (AttributeError, OSError):
        while popen.poll() is None:  # noqa: ASYNC110  (there is no event to wait for)
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
    """A reader of a pipe, which is closed at the end.

    Not with `connect_read_pipe`: uvloop closes the descriptor twice, the second time perhaps when another thread has
    just been given its number.
    """
    assert pipe
    reader, loop, number = asyncio.StreamReader(limit=READ_BYTES), asyncio.get_running_loop(), pipe.fileno()
    os.set_blocking(number, False)

    def read() -> None:
        try:
            data = os.read(number, READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            reader.feed_data(data)
        else:
            loop.remove_reader(number)
            reader.feed_eof()

    loop.add_reader(number, read)
    try:
        yield reader
    finally:
        loop.remove_reader(number)
        pipe.close()


async def _read_stdout(
    process: RunningProcess, pipe: asyncio.StreamReader, max_bytes: int, on_line: Callable[[str], None] | None
) -> None:
    lines, progress = LineSplitter(), LineProgress()
    while data := await pipe.read(READ_BYTES):
        if on_line:
            for line in lines.feed(data):
                if progress.advances(line):
                    process.progress_at = time.monotonic()
                on_line(line)
        elif len(process.stdout) + len(data) > max_bytes:
            process.kill("output_limit")
        else:
            process.progress_at = time.monotonic()
            process.stdout += data
    for line in lines.close():
        if on_line:
            on_line(line)


async def _read_stderr(process: RunningProcess, pipe: asyncio.StreamReader, quiet: bool) -> None:
    while data := await pipe.read(READ_BYTES):
        process.log.add(data)
        if quiet:
            process.progress_at = time.monotonic()


async def _guard(process: RunningProcess, command: Command, quiet: bool) -> None:
    """Stop the tool at its limits. For a `quiet` tool (without progress lines) growing files count as progress."""
    limits, folders = command.limits, command.writes
    size = await asyncio.to_thread(_total_size, folders) if quiet else 0
    while True:
        now = time.monotonic()
        time_left = process.started + limits.wall_s - now
        idle_left = process.progress_at + limits.idle_s - now
        if time_left <= 0:
            return await process.stop("wall_limit")
        if idle_left <= 0:
            before, size = size, await asyncio.to_thread(_total_size, folders) if quiet else 0
            if size == before:
                return await process.stop("no_progress")
            process.progress_at = now
            continue
        await asyncio.sleep(min(time_left, idle_left))


def _total_size(folders: tuple[Path, ...]) -> int:
    total = 0
    for folder in folders:
        for here, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    total += Path(here, name).lstat().st_size
    return total


def _disk_is_full(folder: Path) -> bool:
    """Whether the disk is full, by writing to it: the log alone may quote a file name that says so."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(DISK_PROBE_BYTES))
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return False
