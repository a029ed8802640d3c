"""libsrt by ctypes: a listener that decides about each caller, and the messages of those that were accepted.

All functions may be called in any thread, and those that wait let other threads run.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p

# Debian has a library for each of two TLS libraries; others have one.
NAMES = ("libsrt-gnutls.so.1.5", "libsrt-openssl.so.1.5", "libsrt.so.1.5", "libsrt.so.1", "libsrt.1.5.dylib")

RCVSYN, REUSEADDR, PASSPHRASE, RCVKMSTATE, RCVLATENCY, STREAMID, IPV6ONLY = 2, 15, 26, 41, 43, 46, 54
ENCRYPTED = 2  # a value of RCVKMSTATE
MESSAGE_BYTES = 1500
MAX_STREAM_ID = 512
BACKLOG = 16
LOG_CRITICAL = 2
SERVER_CODES = 2000  # reasons of refusals that applications define

# The address of a caller and its stream id → its passphrase, or the code of a refusal such as 401.
Decide = Callable[[str, str], str | int]
HOOK = ctypes.CFUNCTYPE(c_int, c_void_p, c_int, c_int, c_void_p, c_char_p)


class SrtError(Exception):
    """libsrt's own sentence."""


class Library:
    """Raises OSError if libsrt is not installed. `close` ends its threads."""

    def __init__(self) -> None:
        self._srt = _load()
        self._srt.srt_getlasterror_str.restype = c_char_p
        self._srt.srt_listen_callback.argtypes = (c_int, HOOK, c_void_p)
        self._srt.srt_accept.argtypes = (c_int, c_void_p, POINTER(c_int))
        self._srt.srt_startup()
        self._srt.srt_setloglevel(LOG_CRITICAL)
        self._hooks: list[object] = []  # libsrt calls them, so they must not be collected

    def close(self) -> None:
        self._srt.srt_cleanup()

    def listen(self, host: str, port: int, latency_ms: int, decide: Decide) -> tuple[int, int]:
        """A socket that listens, and its port. `decide` is called in a thread of libsrt, which must not wait. Raises
        SrtError, OSError."""
        addresses = socket.getaddrinfo(host or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        family, _, _, _, to = addresses[0]
        listener = self._srt.srt_create_socket()
        try:
            self._set(listener, RCVSYN, 1)
            self._set(listener, REUSEADDR, 0)
            self._set(listener, RCVLATENCY, latency_ms)
            if family == socket.AF_INET6:
                self._set(listener, IPV6ONLY, 0)
            address = _address_bytes(family, str(to[0]), port)
            self._check(self._srt.srt_bind(listener, address, len(address)))
            hook = HOOK(self._hook(decide))
            self._hooks.append(hook)
            self._check(self._srt.srt_listen_callback(listener, hook, None))
            self._check(self._srt.srt_listen(listener, BACKLOG))
            buffer, size = ctypes.create_string_buffer(128), c_int(128)
            self._check(self._srt.srt_getsockname(listener, buffer, byref(size)))
        except BaseException:
            self._srt.srt_close(listener)
            raise
        return listener, struct.unpack_from(">H", buffer.raw, 2)[0]

    def accept(self, listener: int) -> tuple[int, str] | None:
        """Wait for the next caller that was accepted: its socket and IP address; None: the listener was closed."""
        buffer, size = ctypes.create_string_buffer(128), c_int(128)
        caller = self._srt.srt_accept(listener, buffer, byref(size))
        return (caller, _address(buffer.raw)) if caller >= 0 else None

    def stream_id(self, caller: int) -> str:
        buffer, size = ctypes.create_string_buffer(MAX_STREAM_ID + 1), c_int(MAX_STREAM_ID + 1)
        if self._srt.srt_getsockflag(caller, STREAMID, buffer, byref(size)) < 0:
            return ""
        return buffer.raw[: size.value].decode("utf-8", "replace").rstrip("\0")

    def is_encrypted(self, caller: int) -> bool:
        state, size = c_int(0), c_int(4)
        return (
            self._srt.srt_getsockflag(caller, RCVKMSTATE, byref(state), byref(size)) == 0 and state.value == ENCRYPTED
        )

    def receive(self, caller: int, buffer: ctypes.Array[ctypes.c_char]) -> int:
        """Wait for the next message; its size, or 0 at the end of the connection."""
        return max(0, int(self._srt.srt_recvmsg(caller, buffer, len(buffer))))

    def disconnect(self, socket: int) -> None:
        """Close a socket: threads that wait for it go on."""
        self._srt.srt_close(socket)

    def _hook(self, decide: Decide) -> Callable[[object, int, int, int, bytes | None], int]:
        def call(_: object, caller: int, version: int, address: int, stream_id: bytes | None) -> int:
            try:
                decision = decide(
                    _address(ctypes.string_at(address, 28)), (stream_id or b"").decode("utf-8", "replace")
                )
                if isinstance(decision, str):
                    word = decision.encode()
                    return int(self._srt.srt_setsockflag(caller, PASSPHRASE, word, len(word)))
                self._srt.srt_setrejectreason(caller, SERVER_CODES + decision)
            except Exception:  # nothing is above this function: ctypes would accept the caller
                return -1
            return -1

        return call

    def _set(self, socket: int, option: int, value: int) -> None:
        number = c_int(value)
        self._check(self._srt.srt_setsockflag(socket, option, byref(number), 4))

    def _check(self, result: int) -> None:
        if result < 0:
            raise SrtError(self._srt.srt_getlasterror_str().decode("utf-8", "replace"))


def _load() -> ctypes.CDLL:
    for name in NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise OSError("libsrt is not installed")


def _address_bytes(family: int, address: str, port: int) -> bytes:
    """A sockaddr_in or sockaddr_in6."""
    packed = socket.inet_pton(family, address.partition("%")[0])
    rest = struct.pack(">H", port) + (packed + bytes(8) if family == socket.AF_INET else bytes(4) + packed + bytes(4))
    head = bytes([len(rest) + 2, family]) if sys.platform == "darwin" else struct.pack("=H", family)
    return head + rest


def _address(raw: bytes) -> str:
    """The IP address in a sockaddr; an IPv4 address also if it is written as IPv6."""
    family = raw[1] if sys.platform == "darwin" else struct.unpack_from("=H", raw)[0]
    if family != socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET, raw[4:8])
    return socket.inet_ntop(socket.AF_INET6, raw[8:24]).removeprefix("::ffff:")
