"""The sandbox for every tool that reads an untrusted media file: `python -I -S jail.py SPEC -- argv…`.

Decoders are large programs that parse untrusted input, so the design assumes that a file can take one over and limits
what it can then do. The launcher drops its rights step by step and then executes the tool:

1. *Lifetime*: the tool dies with the server (PR_SET_PDEATHSIG), is the first to be killed when memory runs out, and has
   limits on memory, file size, open files and core dumps.
2. *Identity*: no new privileges. A server that runs as root keeps only the two capabilities that allow reading the
   files of any owner.
3. *Files* (Landlock, Linux 5.13+): the tool executes only its own binary, reads only the paths in SPEC, writes only to
   the folders in SPEC, and creates no links, devices or sockets there.
4. *Network* (Landlock ABI 4 and seccomp): no sockets. A tool that fetches a stream has internet sockets, and TCP
   connections to the ports in SPEC only. seccomp also denies new processes, tracing, signals, mounts, keys, changes of
   owner or mode, and other system calls that a decoder does not need. Threads are allowed.
5. *Secrets*: a minimal, fixed environment and no file descriptors but stdin, stdout, stderr and those in SPEC.

When the kernel lacks one of these features, the others still apply; `level()` reports them for `otnet doctor`. When the
kernel has a feature but refuses it, the launcher exits with status 126, or 127 if the binary can't be started, and
prints a line that starts with `jail: ` on stderr. It uses the standard library only, with few imports, because it runs
before every tool.

SPEC is JSON: parent (pid), reads, writes (absolute paths), memory_bytes, file_bytes, nice, devices, keep (descriptors),
connects (ports).
Sources: landlock(7), seccomp(2), prctl(2), linux/landlock.h, asm/unistd.h.
"""
# Importing pathlib and contextlib would take longer than everything below.
# ruff: noqa: PTH109, PTH114, PTH116, PTH123, PTH208, S606, SIM105

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)

# Landlock rights by the ABI version that added them: a kernel rejects rights that it does not know.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1, 2, 4, 8, 16, 32
MAKE_DIR, MAKE_REG, REFER, TRUNCATE, IOCTL_DEV = 1 << 7, 1 << 8, 1 << 13, 1 << 14, 1 << 15
INITIAL_RIGHTS = (1 << 13) - 1
RIGHTS_SINCE_ABI = ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV))
TCP_RIGHTS, TCP_CONNECT = 0b11, 0b10  # bind, connect
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
TCP_SINCE_ABI = 4
SCOPE_FLAGS = 0b11  # abstract unix sockets, signals
SCOPE_SINCE_ABI = 6

FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ_RIGHTS = READ_FILE | READ_DIR
WRITE_RIGHTS = READ_RIGHTS | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE

LIBRARY_PATHS = (
    "/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/nix/store",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path",
)  # fmt: skip
COMMON_PATHS = ("/dev/zero", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system")
DEVICE_PATHS = ("/dev/dri", "/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia2", "/dev/nvidia3", "/dev/nvidiactl",
           "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps")  # fmt: skip
DEVICE_READ_PATHS = ("/sys", "/proc/driver/nvidia", "/usr/share/libdrm", "/usr/share/vulkan", "/usr/share/glvnd",
               "/etc/vulkan", "/etc/OpenCL", "/usr/share/nvidia")  # fmt: skip

# Machine → (audit architecture, column in the tables below).
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
SOCKET_CALL, CLONE_CALL, CLONE3_CALL = (41, 198), (56, 220), (435, 435)
CLONE_THREAD = 0x00010000
# fmt: off
DENIED_CALLS = {
    "socketpair": (53, 199), "io_uring_setup": (425, 425),
    "fork": (57, None), "vfork": (58, None), "setsid": (112, 157), "setpgid": (109, 154),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "mount_setattr": (442, 442),
    "unshare": (272, 97), "setns": (308, 268), "quotactl": (179, 60), "swapon": (167, 224),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161),
    "open_by_handle_at": (304, 265),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "utime": (132, None), "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None),
}
# fmt: on
BPF_LOAD, BPF_JUMP_EQ, BPF_JUMP_GE, BPF_JUMP_SET, BPF_RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # classic BPF
SECCOMP_ALLOW, SECCOMP_ERRNO, SECCOMP_KILL = 0x7FFF0000, 0x00050000, 0x80000000

PR_SET_PDEATHSIG, PR_GET_SECCOMP, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 21, 22, 24, 38
KEPT_CAPABILITIES = (1, 2)  # DAC_OVERRIDE, DAC_READ_SEARCH
SIGKILL, SIGPIPE, SIGXFSZ = 9, 13, 25
MAX_OPEN_FILES = 256


class JailError(Exception):
    """The jail can't be set up, so the tool is not started."""


class JailLevel:
    """What the jail enforces with this kernel. ``enforced`` and ``missing`` are descriptions for users."""

    def __init__(self, name: str, abi: int, enforced: tuple[str, ...], missing: tuple[str, ...]) -> None:
        self.name, self.abi, self.enforced, self.missing = name, abi, enforced, missing


def level() -> JailLevel:
    """The level of this machine: full (Landlock and seccomp), files (Landlock), calls (seccomp) or limits (neither)."""
    abi, calls = landlock_abi(), _seccomp_works()
    parts = (
        ("limits on memory, file size and time; ends with the server", sys.platform == "linux"),
        ("reads and writes only the paths granted to it (Landlock)", abi >= 1),
        ("can't truncate other files (Landlock 3)", abi >= 3),
        ("no network (seccomp or Landlock 4)", calls or abi >= TCP_SINCE_ABI),
        ("no signals to other processes (seccomp or Landlock 6)", calls or abi >= SCOPE_SINCE_ABI),
        ("no child processes, tracing, mounts or keys (seccomp)", calls),
    )
    name = {(True, True): "full", (True, False): "files", (False, True): "calls", (False, False): "limits"}
    enforced, missing = tuple(w for w, yes in parts if yes), tuple(w for w, yes in parts if not yes)
    return JailLevel(name[abi > 0, calls], abi, enforced, missing)


def landlock_abi() -> int:
    """The kernel's Landlock ABI version; 0 without Landlock."""
    if sys.platform != "linux":
        return 0
    return max(0, int(LIBC.syscall(_long(444), None, _long(0), _long(1))))


def enter(spec: dict[str, object], binary: str) -> None:
    """Drop every right that `spec` does not grant, irrevocably. Raises JailError."""
    parent, devices, connects = spec["parent"], bool(spec.get("devices")), _as_ints(spec.get("connects", []))
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, SIGKILL)
        if os.getppid() != parent:
            raise JailError("the server is gone")
    _close_inherited(_as_ints(spec.get("keep", [])))
    _limit(_as_int(spec["memory_bytes"]), _as_int(spec["file_bytes"]), _as_int(spec.get("nice", 0)), devices)
    if sys.platform != "linux":
        return
    for number in (SIGPIPE, SIGXFSZ):  # Python ignores these signals; the tool would inherit that
        LIBC.signal(number, None)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    abi = landlock_abi()
    if abi:
        _landlock(abi, grants(binary, _as_paths(spec["reads"]), _as_paths(spec["writes"]), devices), connects)
    if _seccomp_works():
        families = (AF_UNIX,) * devices + (AF_INET, AF_INET6) * bool(connects)
        _seccomp(call_filter(os.uname().machine, families))


def grants(binary: str, reads: list[str], writes: list[str], devices: bool) -> list[tuple[str, int, bool]]:
    """Every path that the tool may use: (path, rights, whether it must exist)."""
    loader = interpreter(binary)
    paths = [(binary, READ_FILE | EXECUTE, True), ("/dev/null", READ_FILE | WRITE_FILE, False)]
    paths += [(path, READ_RIGHTS, False) for path in COMMON_PATHS]
    if loader:
        paths += [(loader, READ_FILE | EXECUTE, True)] + [(path, READ_RIGHTS, False) for path in LIBRARY_PATHS]
    if devices:
        paths += [(path, READ_RIGHTS | WRITE_FILE | IOCTL_DEV, False) for path in DEVICE_PATHS]
        paths += [(path, READ_RIGHTS, False) for path in DEVICE_READ_PATHS]
    paths += [(_refuse_symlink(path), READ_RIGHTS, False) for path in reads]
    paths += [(_refuse_symlink(path), WRITE_RIGHTS, True) for path in writes]
    return paths


def interpreter(binary: str) -> str:
    """The dynamic loader of a 64-bit little-endian ELF file (PT_INTERP); empty for a static binary."""
    with open(binary, "rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":
            return ""
        offset, size, count = *struct.unpack_from("<Q", head, 32), *struct.unpack_from("<HH", head, 54)
        for index in range(count):
            file.seek(offset + index * size)
            kind, _, start, _, _, length = struct.unpack("<IIQQQQ", file.read(40))
            if kind == 3:
                file.seek(start)
                return os.fsdecode(file.read(min(length, 4096)).rstrip(b"\0"))
    return ""


def call_filter(machine: str, sockets: tuple[int, ...]) -> bytes:
    """The seccomp program (classic BPF) for one machine. It allows every system call except DENIED_CALLS, the creation
    of processes, and sockets other than those of the families `sockets`."""
    arch, column = MACHINES[machine]
    program = [(BPF_LOAD, 0, 0, 4), (BPF_JUMP_EQ, 1, 0, arch), (BPF_RETURN, 0, 0, SECCOMP_KILL), (BPF_LOAD, 0, 0, 0)]
    if machine == "x86_64":  # numbers of the x32 ABI would match none of the rules below
        program += [(BPF_JUMP_GE, 0, 1, 0x40000000), (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EPERM)]
    for numbers in DENIED_CALLS.values():
        if (number := numbers[column]) is not None:
            program += [(BPF_JUMP_EQ, 0, 1, number), (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EPERM)]
    # clone3 passes its flags in memory, which a filter can't read. With ENOSYS libc falls back to clone.
    program += [(BPF_JUMP_EQ, 0, 1, CLONE3_CALL[column]), (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.ENOSYS)]
    first_argument = (BPF_LOAD, 0, 0, 16)
    program += [(BPF_JUMP_EQ, 0, 4, CLONE_CALL[column]), first_argument, (BPF_JUMP_SET, 1, 0, CLONE_THREAD)]
    program += [(BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EPERM), (BPF_RETURN, 0, 0, SECCOMP_ALLOW)]
    program += [(BPF_JUMP_EQ, 0, len(sockets) + 2, SOCKET_CALL[column]), first_argument]
    program += [(BPF_JUMP_EQ, len(sockets) - n, 0, family) for n, family in enumerate(sockets)]
    program += [(BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EACCES), (BPF_RETURN, 0, 0, SECCOMP_ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in program)


def _landlock(abi: int, granted: list[tuple[str, int, bool]], connects: list[int]) -> None:
    handled_rights = INITIAL_RIGHTS
    for since, right in RIGHTS_SINCE_ABI:
        handled_rights |= right if abi >= since else 0
    rules = struct.pack("=Q", handled_rights)
    rules += struct.pack("=Q", TCP_RIGHTS) if abi >= TCP_SINCE_ABI else b""
    rules += struct.pack("=Q", SCOPE_FLAGS) if abi >= SCOPE_SINCE_ABI else b""
    ruleset = _call(444, rules, _long(len(rules)), _long(0))
    for path, rights, required in granted:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError as error:
            if required:
                raise JailError(f"{path}: {error.strerror}") from error
            continue
        is_folder = os.stat(descriptor).st_mode & 0o170000 == 0o040000
        rule = struct.pack("=Qi", rights & handled_rights & (-1 if is_folder else FILE_RIGHTS), descriptor)
        _call(445, _long(ruleset), _long(1), rule, _long(0))
        os.close(descriptor)
    for port in connects if abi >= TCP_SINCE_ABI else []:
        _call(445, _long(ruleset), _long(2), struct.pack("=QQ", TCP_CONNECT, port), _long(0))
    _call(446, _long(ruleset), _long(0))
    os.close(ruleset)


def _seccomp(program: bytes) -> None:
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    if LIBC.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), header, _long(0), _long(0)):
        raise JailError(f"seccomp: {os.strerror(ctypes.get_errno())}")


def _seccomp_works() -> bool:
    if sys.platform != "linux" or os.uname().machine not in MACHINES or sys.maxsize < 2**32:
        return False
    return bool(LIBC.prctl(PR_GET_SECCOMP, _long(0), _long(0), _long(0), _long(0)) >= 0)


def _limit(memory: int, file_bytes: int, nice: int, devices: bool) -> None:
    # Graphics drivers reserve far more address space than they use, so limit data instead.
    space = resource.RLIMIT_DATA if devices else resource.RLIMIT_AS
    # The packager has content keys in memory. Core dumps that the kernel pipes to a program are not limited, but a
    # limit of one byte disables them too (core(5)); it is less than the smallest core file.
    limits = ((space, memory), (resource.RLIMIT_FSIZE, file_bytes), (resource.RLIMIT_CORE, 1))
    for kind, value in (*limits, (resource.RLIMIT_NOFILE, MAX_OPEN_FILES)):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    if nice > 0:
        os.nice(nice)
        # Autogrouping schedules by session, and niceness counts only inside a group, so set it for the group too.
        try:
            with open("/proc/self/autogroup", "w") as group:
                group.write(str(nice))
        except OSError:
            pass
    os.umask(0o027)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("600")
    except OSError:
        pass


def _close_inherited(keep: list[int]) -> None:
    try:
        inherited = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        inherited = list(range(4096))
    for number in inherited:
        if number > 2 and number not in keep:
            try:
                os.close(number)
            except OSError:
                pass


def _drop_capabilities() -> None:
    for capability in range(64):
        if capability not in KEPT_CAPABILITIES:
            LIBC.prctl(PR_CAPBSET_DROP, _long(capability), _long(0), _long(0), _long(0))


def _refuse_symlink(path: str) -> str:
    if os.path.islink(path):
        raise JailError(f"{path}: a symbolic link is not followed")
    return path


def _long(value: int) -> ctypes.c_long:
    return ctypes.c_long(value)


def _prctl(option: int, value: int) -> None:
    if LIBC.prctl(option, _long(value), _long(0), _long(0), _long(0)):
        raise JailError(f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _call(number: int, *arguments: object) -> int:
    result = int(LIBC.syscall(_long(number), *arguments))
    if result < 0:
        raise JailError(f"landlock call {number}: {os.strerror(ctypes.get_errno())}")
    return result


def _as_int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _as_ints(value: object) -> list[int]:
    assert isinstance(value, list)
    return [_as_int(number) for number in value]


def _as_paths(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(path) for path in value]


def main(arguments: list[str]) -> int:
    assert len(arguments) >= 3 and arguments[1] == "--", "jail.py SPEC -- argv…"
    spec, argv, here = json.loads(arguments[0]), arguments[2:], os.getcwd()
    environment = {
        "PATH": "",
        "LANG": "C.UTF-8",
        "TMPDIR": here,
        "HOME": here,
        "AV_LOG_FORCE_NOCOLOR": "1",
        "SVT_LOG": "1",
    }
    try:
        enter(spec, argv[0])
    except (JailError, OSError, ValueError) as error:
        print(f"jail: {error}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    try:
        os.execve(argv[0], argv, environment)
    except OSError as error:
        print(f"jail: {argv[0]}: {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
