"""One encoder: a thread reads its messages, and the server takes them in blocks, at its own pace."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading

from otnet_server import IngestHost, PublishEnded, PublishRefused, PublishRequest, log

from .libsrt import MESSAGE_BYTES, Library

SILENCE_S = 10.0
BLOCK_S = 0.01  # how long messages are collected
MAX_WAITING = 4 << 20  # then the thread stops to read, and libsrt holds the encoder up


async def receive(srt: Library, caller: int, host: IngestHost, address: str, prefix: str, passphrase: str) -> None:
    """Receive a stream until the connection ends."""
    request = PublishRequest("srt", passphrase, address, prefix=prefix)
    try:
        stream = await host.publish(request, "mpegts")
    except PublishRefused as e:
        log.info("an SRT connection was refused", address=address, why=e.code)
        srt.disconnect(caller)
        return
    except BaseException:
        srt.disconnect(caller)
        raise
    messages = _Messages(srt, caller)
    try:
        while data := await messages.next_block():
            await stream.write(data)
    except PublishEnded as e:
        log.info("an SRT connection was closed", address=address, why=e.code)
    except TimeoutError:
        log.info("an SRT connection was closed", address=address, why="the encoder sends nothing")
    finally:
        messages.close()
        await stream.close()


class _Messages:
    """What an encoder sends."""

    def __init__(self, srt: Library, caller: int) -> None:
        self._srt, self._caller, self._loop = srt, caller, asyncio.get_running_loop()
        self._waiting, self._ended = bytearray(), False
        self._room, self._changed = threading.Condition(), asyncio.Event()
        self._thread = threading.Thread(target=self._read, name="srt-caller", daemon=True)
        self._thread.start()

    async def next_block(self) -> bytes:
        """The next messages; empty at the end. Raises TimeoutError."""
        async with asyncio.timeout(SILENCE_S):
            await self._changed.wait()
        await asyncio.sleep(BLOCK_S)
        with self._room:
            data = bytes(self._waiting)
            self._waiting.clear()
            if not self._ended:
                self._changed.clear()
            self._room.notify()
        return data

    def close(self) -> None:
        with self._room:
            self._ended = True
            self._room.notify()
        self._srt.disconnect(self._caller)

    def _read(self) -> None:
        buffer = ctypes.create_string_buffer(MESSAGE_BYTES)
        while size := self._srt.receive(self._caller, buffer):
            with self._room:
                first = not self._waiting
                self._waiting += buffer.raw[:size]
                while len(self._waiting) > MAX_WAITING and not self._ended:
                    self._room.wait()
            if first:
                self._notify()
        self._ended = True
        self._notify()

    def _notify(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed
            self._loop.call_soon_threadsafe(self._changed.set)
