"""Running external tools: in the jail, within limits, without leftover processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from otnet_server.process import jail, runner
from otnet_server.process.command import Command, Limits, ProcessFailed, summarise
from otnet_server.process.runner import LineProgress, LineSplitter, Log, run

PYTHON = os.path.realpath(sys.executable)
USUAL = Limits()
PYTHON_HOME = Path(os.path.realpath(sys.base_prefix))


def python_command(code: str, cwd: Path, limits: Limits = USUAL, **options: object) -> Command:
    argv = (PYTHON, "-I", "-S", "-u", "-c", code)
    reads = (PYTHON_HOME,)
    return Command(argv, cwd, reads, (cwd,), limits, **options)  # type: ignore[arg-type]


async def expect_failure(command: Command, on_line: Callable[[str], None] | None = None) -> ProcessFailed:
    with pytest.raises(ProcessFailed) as failed:
        await run(command, on_line=on_line)
    assert not runner._running
    return failed.value


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


async def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_run_returns_output_log_and_time(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "tool.log"
    result = await run(python_command("import sys; print('out'); sys.stderr.write('err')", tmp_path, log=log))
    assert (result.stdout, result.log_tail, log.read_text()) == (b"out\n", "err", "err")
    assert 0 < result.seconds < 30


async def test_lines_are_passed_to_the_listener_and_not_buffered(tmp_path: Path) -> None:
    lines: list[str] = []
    code = "print('frame=1'); print('x' * 100000); print('frame=2'); print('end', end='')"
    result = await run(python_command(code, tmp_path), on_line=lines.append)
    assert result.stdout == b""
    assert [line[:9] for line in lines] == ["frame=1", "x" * 9, "frame=2", "end"]
    assert len(lines[1]) == runner.MAX_LINE_BYTES


async def test_arguments_are_passed_verbatim_without_a_shell(tmp_path: Path) -> None:
    hostile = ("-x", "$(id)", "a b;'\"\n", "\udcff", "://")
    result = await run(Command((*python_command("import sys; print(ascii(sys.argv[1:]))", tmp_path).argv, *hostile),
                               cwd=tmp_path, reads=(PYTHON_HOME,)))  # fmt: skip
    assert result.stdout.decode().strip() == ascii(list(hostile))
    with pytest.raises(ValueError, match="NUL"):
        await run(Command(("/bin/echo", "a\0b"), cwd=tmp_path))


@pytest.mark.skipif(not jail.landlock_abi(), reason="this kernel has no Landlock")
async def test_tools_run_in_the_jail(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    (tmp_path / "work").mkdir()
    failed = await expect_failure(Command(("/bin/cat", str(tmp_path / "secret")), cwd=tmp_path / "work"))
    assert failed.reason == "exit" and failed.message == "A file could not be opened: permission denied."


STOPPED: tuple[tuple[str, Limits, str], ...] = (
    ("import time\nwhile True: print('on'); time.sleep(0.01)", Limits(wall_s=1), "wall_limit"),
    ("import time; time.sleep(600)", Limits(idle_s=1), "no_progress"),
    ("while True: print('x' * 4096)", Limits(stdout_bytes=1 << 20), "output_limit"),
    ("f = open('big', 'wb')\nwhile True: f.write(bytes(65536))", Limits(file_bytes=1 << 20), "output_limit"),
    ("import sys; bytearray(2 << 30)", Limits(memory_bytes=1 << 30), "exit"),
    ("raise SystemExit('x: Cannot allocate memory')", Limits(), "memory"),
    ("raise SystemExit('x: No space left on device')", Limits(), "exit"),
    ("import signal, _thread; signal.raise_signal(signal.SIGKILL)", Limits(), "memory"),
    ("import signal; signal.raise_signal(signal.SIGSEGV)", Limits(), "signal"),
    ("raise SystemExit(3)", Limits(), "exit"),
)


@pytest.mark.parametrize(("code", "limits", "reason"), STOPPED)
async def test_limits_and_failures_report_their_reason(tmp_path: Path, code: str, limits: Limits, reason: str) -> None:
    started = time.monotonic()
    failed = await expect_failure(python_command(code, tmp_path, limits))
    assert failed.reason == reason, (failed.returncode, failed.log_tail)
    assert failed.code == f"process_{reason}" and failed.message.endswith(".")
    assert time.monotonic() - started < 15


async def test_a_tool_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf')\ntime.sleep(600)"
    failed = await expect_failure(python_command(code, tmp_path, Limits(idle_s=1)))
    assert (failed.reason, failed.returncode) == ("no_progress", -signal.SIGKILL)


async def test_repeated_output_is_not_progress_but_writing_is(tmp_path: Path) -> None:
    talk = "import sys, time\nwhile True: print('frame=5\\nfps=%f' % time.time()); sys.stderr.write('!')"
    failed = await expect_failure(python_command(talk, tmp_path, Limits(idle_s=1)), on_line=lambda line: None)
    assert failed.reason == "no_progress"
    quiet = "import time\nf = open('out', 'wb', buffering=0)\nfor _ in range(40): f.write(b'x'); time.sleep(.05)"
    assert (await run(python_command(quiet, tmp_path, Limits(idle_s=0.5)))).seconds > 1.5


async def test_missing_tool_is_reported(tmp_path: Path) -> None:
    assert (await expect_failure(Command(("/bin/no-such-tool",), cwd=tmp_path))).reason == "missing_binary"
    assert (await expect_failure(Command(("cat",), cwd=tmp_path))).reason == "missing_binary"


FAMILY = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
hear, tell = os.pipe()
if not os.fork():
    print(os.getpid(), flush=True); print('up', flush=True); os.write(tell, b'.'); time.sleep(600)
os.read(hear, 1)
"""


@pytest.fixture
def no_jail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the jail, which allows no child processes; the process group has to suffice."""
    monkeypatch.setattr(runner, "launcher", lambda command: ())


@pytest.mark.usefixtures("no_jail")
@pytest.mark.parametrize("end", ["", "raise SystemExit(1)", "time.sleep(600)"])
async def test_no_child_process_is_left(tmp_path: Path, end: str) -> None:
    seen: list[str] = []
    command = python_command(FAMILY + end, tmp_path, Limits(idle_s=1))
    try:
        await run(command, on_line=seen.append)
    except ProcessFailed as failed:
        assert failed.reason == ("no_progress" if end.startswith("time") else "exit")
    child = next(int(line) for line in seen if line.isdigit())
    await until(lambda: has_ended(child))


@pytest.mark.usefixtures("no_jail")
async def test_cancelling_kills_the_process_group_immediately(tmp_path: Path) -> None:
    seen: list[str] = []
    task = asyncio.create_task(run(python_command(FAMILY + "time.sleep(600)", tmp_path), on_line=seen.append))
    await until(lambda: len(seen) == 2)
    (leader,) = (live.popen.pid for live in runner._running)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < runner.STOP_GRACE_S / 2
    with pytest.raises(ProcessLookupError):  # reaped, not a zombie
        os.kill(leader, 0)
    await until(lambda: has_ended(next(int(line) for line in seen if line.isdigit())))
    assert not runner._running


async def test_cancelling_before_the_tool_has_started(tmp_path: Path) -> None:
    task = asyncio.create_task(run(python_command("import time; time.sleep(600)", tmp_path)))
    await until(lambda: bool(runner._running))
    (leader,) = (live.popen.pid for live in runner._running)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(leader, 0)


async def test_a_listener_that_raises_ends_the_tool(tmp_path: Path) -> None:
    def refuse(line: str) -> None:
        raise KeyError(line)

    with pytest.raises(KeyError, match="up"):
        await run(python_command("import time; print('up'); time.sleep(600)", tmp_path), on_line=refuse)
    assert not runner._running


async def test_end_all_stops_every_process(tmp_path: Path) -> None:
    seen: list[str] = []
    code = "import time; print('up'); time.sleep(600)"
    tasks = [asyncio.create_task(run(python_command(code, tmp_path), on_line=seen.append)) for _ in range(3)]
    await until(lambda: len(seen) == 3)
    await runner.end_all()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [getattr(result, "reason", result) for result in results] == ["signal"] * 3
    assert not runner._running


async def test_runs_leave_no_open_file_descriptors(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    await run(Command(("/bin/true",), cwd=tmp_path))
    before = descriptors()
    for _ in range(5):
        await run(Command(("/bin/true",), cwd=tmp_path))
    assert descriptors() == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can't be mounted here")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


async def test_full_disk_is_reported(small_disk: Path) -> None:
    failed = await expect_failure(python_command("open('big', 'wb').write(bytes(8 << 20))", small_disk))
    assert failed.reason == "disk_full" and failed.message == "The disk is full."


def test_only_changed_lines_count_as_progress() -> None:
    progress = LineProgress()
    table = (
        ("frame=0", True), ("fps=0.0", False), ("out_time_us=N/A", True), ("progress=continue", False),
        ("frame=0", False), ("fps=25", False), ("out_time_us=N/A", False), ("speed=1x", False),
        ("frame=1", True), ("out_time_us=40000", True), ("out_time_us=40000", False),
        ("reading", True), ("reading", False), ("a b=c", True), ("total_size=48", True),
    )  # fmt: skip
    for line, expected in table:
        assert progress.advances(line) is expected, line


def test_lines_are_joined_across_reads_and_truncated() -> None:
    lines = LineSplitter()
    assert lines.feed(b"a\r\nb") == ["a"]
    assert lines.feed(b"c\nd") == ["bc"]
    for _ in range(100):
        assert lines.feed(b"x" * 5000) == []
    assert len(lines.rest) <= runner.MAX_LINE_BYTES
    assert [len(line) for line in lines.feed(b"\n\xff\n")] == [runner.MAX_LINE_BYTES, 1]
    assert lines.close() == []


def test_a_long_log_keeps_its_head_and_tail(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.add(b"first")
    for _ in range(300):
        log.add(bytes(10000))
    log.add(b"last")
    log.close()
    written = (tmp_path / "log").read_bytes()
    assert written.startswith(b"first") and written.endswith(b"last") and b"bytes left out" in written
    assert (
        len(written) <= 2 * runner.LOG_HALF_BYTES + 100
        and len(log.text(runner.LOG_TAIL_BYTES)) <= runner.LOG_TAIL_BYTES
    )


def test_exit_status_and_log_determine_the_reason() -> None:
    table: tuple[tuple[int, str, bool, str], ...] = (
        (1, "Error", True, "exit"),
        (1, "av_write: No space left on device", True, "disk_full"),
        (1, "title: No space left on device", False, "exit"),
        (1, "Disk quota exceeded", True, "disk_full"),
        (1, "x: Cannot allocate memory", False, "memory"),
        (-9, "", False, "memory"),
        (-11, "", False, "signal"),
        (-25, "", False, "output_limit"),
        (1, "File too large", False, "output_limit"),
        (127, "jail: /bin/x: No such file", False, "missing_binary"),
        (126, "jail: the server is gone", False, "exit"),
        (127, "something else", False, "exit"),
    )
    for returncode, log, full, reason in table:
        assert runner.reason_of(returncode, log, lambda full=full: full) == reason, log  # type: ignore[misc]


SAID: tuple[tuple[str, str], ...] = (
    ("[mov @ 0x1] moov atom not found\nx: Invalid data found when processing input", "truncated"),
    ("[matroska @ 0x1] File ended prematurely at pos. 4096", "truncated"),
    ("/secret/<b>.mp4: Invalid data found when processing input", "damaged"),
    ("[h264 @ 0x1] Codec (magicyuv) not on whitelist 'h264'", "codec"),
    ("[hls @ 0x1] Protocol 'http' not on whitelist 'file'", "another file"),
    ("[in @ 0x1] Format not on whitelist 'avi'", "contains a format"),
    ("[x] Number of streams exceeds max_streams parameter (200), see the documentation", "too many streams"),
    ("[IMGUTILS @ 0x1] Picture size 32000x32000 is invalid", "too large"),
    ("Output file does not contain any stream", "nothing to play"),
    ("Unknown encoder 'libx999'", "otnet doctor"),
    ("E1 packager_main.cc:683] Packaging Error: 5 (FILE_FAILURE): Cannot open", "does not exist"),
    ("jail: /x: a symbolic link is not followed", "jail"),
    ("", "unknown reason"),
)


@pytest.mark.parametrize(("log", "words"), SAID)
def test_tool_errors_are_summarised_in_plain_words(log: str, words: str) -> None:
    sentence = summarise(log)
    assert words in sentence and sentence.endswith(".")
    assert "0x1" not in sentence and "<b>" not in sentence
