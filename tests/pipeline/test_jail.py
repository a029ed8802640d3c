"""The jail from inside: real tools attempt what a compromised decoder would attempt."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from otnet_server.process import jail

JAIL = Path(jail.__file__)
PYTHON = os.path.realpath(sys.executable)
PYTHON_HOME = os.path.realpath(sys.base_prefix)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux parts")
needs_landlock = pytest.mark.skipif(not jail.landlock_abi(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not jail._seccomp_works(), reason="no seccomp filter for this machine")


def jailed(
    *argv: str,
    cwd: Path,
    reads: tuple[object, ...] = (),
    writes: tuple[object, ...] = (),
    without: str = "",
    **spec: object,
) -> list[str]:
    """The command line of a jailed tool. `without` is Python code that disables a part of the jail."""
    defaults = {"parent": os.getpid(), "memory_bytes": 4 << 30, "file_bytes": 1 << 20}
    full = {**defaults, "reads": [str(p) for p in reads], "writes": [str(p) for p in writes], **spec}
    start = f"import sys; sys.path.insert(0, {str(JAIL.parent)!r}); import jail; {without}; "
    start += "sys.exit(jail.main(sys.argv[1:]))"
    head = [sys.executable, "-I", "-S", *(["-c", start] if without else [str(JAIL)])]
    return [*head, json.dumps(full), "--", *argv]


def run(*argv: str, cwd: Path, timeout: float = 60, **options: object) -> subprocess.CompletedProcess[str]:
    command = jailed(*argv, cwd=cwd, **options)  # type: ignore[arg-type]
    return subprocess.run(command, cwd=cwd, env={}, capture_output=True, text=True, timeout=timeout)


def python(code: str, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    reads = (PYTHON_HOME, *options.pop("reads", ()))  # type: ignore[misc]
    return run(PYTHON, "-I", "-S", "-c", code, cwd=cwd, reads=reads, **options)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "film").write_text("the film")
    (tmp_path / "secret").write_text("the secret")
    return tmp_path


@needs_landlock
def test_jail_reads_only_granted_paths(workspace: Path) -> None:
    film, secret = workspace / "film", workspace / "secret"
    assert run("/bin/cat", str(film), cwd=workspace, reads=(film,)).stdout == "the film"
    for outside in (
        secret,
        workspace,
        Path("/etc/passwd"),
        Path("/proc/self/environ"),
        Path(f"/proc/{os.getpid()}/maps"),
    ):
        result = run("/bin/cat", str(outside), cwd=workspace, reads=(film,))
        assert (result.returncode, result.stdout) == (1, "")
        assert "Permission denied" in result.stderr
    assert run("/bin/ls", str(workspace), cwd=workspace, reads=(film,)).returncode == 2


@needs_landlock
@pytest.mark.parametrize("abi", range(1, jail.landlock_abi() + 1))
def test_every_landlock_abi_restricts_access(workspace: Path, abi: int) -> None:
    older = f"jail.landlock_abi = lambda: {abi}"
    film = workspace / "film"
    assert run("/bin/cat", str(film), cwd=workspace, reads=(film,), without=older).stdout == "the film"
    assert run("/bin/cat", str(workspace / "secret"), cwd=workspace, reads=(film,), without=older).stdout == ""
    wrote = python("open('a', 'w').write('x')", workspace / "work", writes=(workspace / "work",), without=older)
    assert wrote.returncode == 0, wrote.stderr


@needs_landlock
def test_jail_writes_only_granted_folders_and_creates_no_links(workspace: Path) -> None:
    work = workspace / "work"
    code = """
open('inside', 'w').write('made'); import os; os.mkdir('deep'); os.rename('inside', 'deep/inside')
attempts = (
    lambda: open('../film', 'w'), lambda: open('../new', 'w'), lambda: os.unlink('../film'),
    lambda: os.rename('../film', 'film'), lambda: os.truncate('../film', 0), lambda: os.mkdir('../made'),
    lambda: os.symlink('/etc/passwd', 'link'), lambda: os.link('../secret', 'link'),
    lambda: os.mkfifo('pipe'),
)
for number, attempt in enumerate(attempts):
    try: attempt()
    except OSError: continue
    print('done', number)
"""
    result = python(code, work, writes=(work,), reads=(workspace / "film",))
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr
    assert (work / "deep" / "inside").read_text() == "made"
    assert sorted(path.name for path in workspace.iterdir()) == ["film", "secret", "work"]
    assert (workspace / "film").read_text() == "the film"


@needs_landlock
def test_jail_cannot_execute_other_programs(workspace: Path) -> None:
    code = "import os\nos.execv('/bin/true', ['true'])"
    assert "PermissionError" in python(code, workspace).stderr


@contextmanager
def listeners() -> Iterator[tuple[dict[str, int], list[socket.socket]]]:
    """Listening TCP and UDP sockets that receive every connection attempt."""
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        for listener in (tcp, udp):
            listener.setblocking(False)
        yield {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}, [tcp, udp]


CONNECT_ATTEMPTS = """
import socket
for kind, port in ((socket.SOCK_STREAM, {tcp}), (socket.SOCK_DGRAM, {udp})):
    try:
        with socket.socket(socket.AF_INET, kind) as door:
            door.connect(('127.0.0.1', port)); door.send(b'knock'); print('out', kind)
    except OSError: pass
try: socket.socket(socket.AF_UNIX); print('unix')
except OSError: pass
"""


@needs_seccomp
def test_jail_cannot_open_sockets(workspace: Path) -> None:
    with listeners() as (ports, (tcp, udp)):
        result = python(CONNECT_ATTEMPTS.format(**ports), workspace)
        assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr
        with pytest.raises(BlockingIOError):
            tcp.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(10)


@needs_seccomp
@pytest.mark.skipif(jail.landlock_abi() < jail.TCP_SINCE_ABI, reason="needs Landlock 4")
def test_a_tool_may_connect_to_the_ports_that_are_granted(workspace: Path) -> None:
    code = CONNECT_ATTEMPTS + "\ntry: socket.socket().bind(('127.0.0.1', 0)); print('bound')\nexcept OSError: pass"
    with listeners() as (ports, (tcp, _)), socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        result = python(code.format(**ports), workspace, connects=(ports["tcp"],))
        assert "out 1" in result.stdout and "unix" not in result.stdout, result.stdout + result.stderr
        assert "bound" not in result.stdout
        tcp.accept()
        result = python(code.format(tcp=other.getsockname()[1], udp=9), workspace, connects=(ports["tcp"],))
        assert "out 1" not in result.stdout
        with pytest.raises(BlockingIOError):
            other.accept()


@pytest.mark.skipif(jail.landlock_abi() < jail.TCP_SINCE_ABI, reason="needs Landlock 4")
def test_landlock_alone_blocks_tcp(workspace: Path) -> None:
    with listeners() as (ports, (tcp, _)):
        result = python(CONNECT_ATTEMPTS.format(**ports), workspace, without="jail._seccomp_works = lambda: False")
        assert "out 1" not in result.stdout
        with pytest.raises(BlockingIOError):
            tcp.accept()


@needs_seccomp
def test_jail_allows_threads_but_no_processes_or_signals(workspace: Path) -> None:
    (workspace / "work" / "mine").touch()
    code = f"""
import os, subprocess, threading
thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()
attempts = (
    os.fork, lambda: subprocess.run(['/bin/true']), lambda: os.kill({os.getpid()}, 0), os.setsid,
    lambda: os.chmod('mine', 0o777), lambda: os.chown('mine', 0, 0), lambda: os.utime('mine'),
    lambda: os.setxattr('mine', 'user.a', b'b'), lambda: os.pidfd_open({os.getpid()}),
)
for number, attempt in enumerate(attempts):
    try: attempt()
    except OSError: continue
    print('done', number)
"""
    result = python(code, workspace / "work", writes=(workspace / "work",))
    assert (result.returncode, result.stdout) == (0, "thread\n"), result.stdout + result.stderr


def test_seccomp_filter_builds_for_every_architecture() -> None:
    for machine, sockets in itertools.product(jail.MACHINES, ((), (1,), (1, 2, 10))):
        program = jail.call_filter(machine, sockets)
        assert len(program) % 8 == 0 and len(program) // 8 < 4096


def test_environment_and_file_descriptors_are_not_inherited(workspace: Path) -> None:
    reading, writing = os.pipe()
    command = jailed("/usr/bin/env", cwd=workspace)
    environment = {"OTNET_SECRET": "hush", "PATH": os.environ["PATH"]}
    result = subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=60)
    assert "hush" not in result.stdout and f"HOME={workspace}" in result.stdout
    code = f"import os\ntry: os.fstat({reading}); print('open')\nexcept OSError: print('shut')"
    command = jailed(PYTHON, "-I", "-S", "-c", code, cwd=workspace, reads=(PYTHON_HOME,))
    result = subprocess.run(command, cwd=workspace, pass_fds=(reading,), capture_output=True, text=True, timeout=60)
    os.close(reading)
    os.close(writing)
    assert result.stdout == "shut\n", result.stderr


def test_jail_limits_memory_and_file_size(workspace: Path) -> None:
    work = workspace / "work"
    hungry = python("bytearray(3 << 30)", work, memory_bytes=1 << 30)
    assert "MemoryError" in hungry.stderr
    endless = run("/bin/dd", "if=/dev/zero", "of=big", "bs=64k", cwd=work, writes=(work,))
    assert endless.returncode == -signal.SIGXFSZ
    assert (work / "big").stat().st_size == 1 << 20
    assert python("import os; print(os.nice(0), oct(os.umask(0)))", work, nice=7).stdout == "7 0o27\n"


def has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_jailed_process_dies_with_its_parent(workspace: Path) -> None:
    inner = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)"
    command = jailed(PYTHON, "-I", "-S", "-c", inner, cwd=workspace, reads=(PYTHON_HOME,), parent=0)
    parent = f"""
import os, subprocess, time
subprocess.Popen([word.replace('"parent": 0', f'"parent": {{os.getpid()}}') for word in {command!r}])
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent], cwd=workspace, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        child = int(server.stdout.readline())
        assert not has_ended(child)
        server.kill()
    deadline = time.monotonic() + 10
    while not has_ended(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_jail_does_not_start_when_its_parent_is_gone(workspace: Path) -> None:
    result = run("/bin/echo", "hello", cwd=workspace, parent=1 if os.getppid() != 1 else 2)
    assert (result.returncode, result.stdout, result.stderr) == (126, "", "jail: the server is gone\n")


@needs_landlock
def test_invalid_grants_are_errors(workspace: Path) -> None:
    (workspace / "link").symlink_to(workspace / "secret")
    linked = run("/bin/cat", str(workspace / "link"), cwd=workspace, reads=(workspace / "link",))
    assert linked.returncode == 126 and "symbolic link" in linked.stderr
    missing = run("/bin/true", cwd=workspace, writes=(workspace / "nowhere",))
    assert missing.returncode == 126 and "nowhere" in missing.stderr
    assert run("/bin/nothing", cwd=workspace).returncode == 127


def test_level_reports_the_enforced_restrictions() -> None:
    level = jail.level()
    assert level.name in ("full", "files", "calls", "limits")
    assert (level.abi > 0) == (level.name in ("full", "files"))
    assert len(level.enforced) + len(level.missing) == 6


def test_tools_have_no_core_dumps(workspace: Path) -> None:
    """Not even where the kernel pipes them to a program, which a limit of zero does not prevent."""
    done = python("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))", workspace)
    assert done.stdout.strip() in ("(1, 1)", "(0, 0)"), done
