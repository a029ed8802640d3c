"""Uploaded pictures are decoded in a process of their own, in the jail, one at a time.

A small file can describe a large picture. The limits of the process bound the memory and the time that it costs, and no
byte of the file is served: the picture is encoded again (`decode.py`).
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sys
import sysconfig
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import PIL

from otnet_server.errors import ApiError
from otnet_server.images import decode
from otnet_server.process.command import Command, Limits, ProcessFailed, Result

MAX_BYTES = 20 << 20
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 2560
MAX_WAITING = 8
LIMITS = Limits(wall_s=30, idle_s=30, memory_bytes=1 << 30, file_bytes=64 << 20, stdout_bytes=10_000)
BUSY_S = 10

Crop = tuple[float, ...]


@dataclass(frozen=True)
class UploadedPicture:
    """A picture that was encoded again. `extension` is `jpg` or `png`."""

    data: bytes
    extension: str
    width: int
    height: int


class PictureDecoder:
    """`run` runs a command (`process/runner.py`); `work` is a folder for temporary files."""

    def __init__(self, run: Callable[[Command], Awaitable[Result]], work: Path) -> None:
        self._run, self._work = run, work
        self._one = asyncio.Semaphore(1)
        self._waiting = 0

    async def decode(self, data: bytes, crop: Crop) -> UploadedPicture:
        """Turn the picture upright, crop it, and make it at most MAX_SIDE_PX wide and high. `crop` is (x, y, width,
        height) in fractions of the upright picture.

        Raises ApiError: 413 for a picture that is too large, 415 for data that cannot be decoded, 503 when too many
        pictures are waiting.
        """
        if self._waiting >= MAX_WAITING:
            raise ApiError(503, "busy", "The server is decoding other pictures.", "Try again in some seconds.",
                           Retry_After=str(BUSY_S))  # fmt: skip
        self._waiting += 1
        try:
            async with self._one:
                return await self._decode(data, crop)
        finally:
            self._waiting -= 1

    async def _decode(self, data: bytes, crop: Crop) -> UploadedPicture:
        work = self._work / f"picture-{secrets.token_hex(6)}"
        await asyncio.to_thread(work.mkdir, parents=True)
        try:
            source, target = work / "source", work / "target"
            await asyncio.to_thread(source.write_bytes, data)
            try:
                finished = await self._run(_command(work, source, target, crop))
            except ProcessFailed as e:
                if e.reason in ("memory", "wall_limit", "output_limit"):
                    raise _too_large("It takes too much memory or time to decode.") from e
                raise
            result = json.loads(finished.stdout)
            if result.get("error") == "too_large":
                raise _too_large(f"It has {result['width']} × {result['height']} pixels." if "width" in result else "")
            if "error" in result:
                raise ApiError(415, "not_a_picture", "The file is not a supported picture.",
                             "Send a JPEG, PNG, WebP or AVIF file.")  # fmt: skip
            encoded = await asyncio.to_thread(target.read_bytes)
        finally:
            await asyncio.to_thread(shutil.rmtree, work, True)
        return UploadedPicture(encoded, result["extension"], result["width"], result["height"])


def _command(work: Path, source: Path, target: Path, crop: Crop) -> Command:
    script, packages = Path(decode.__file__).resolve(), Path(PIL.__file__).resolve().parent.parent
    library = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")]
    spec = {"packages": [str(packages)], "source": str(source), "target": str(target), "crop": crop,
            "max_pixels": MAX_PIXELS, "max_side": MAX_SIDE_PX}  # fmt: skip
    python = str(Path(sys.executable).resolve())
    argv = (python, "-I", "-S", "-X", "utf8", str(script), json.dumps(spec))
    return Command(argv, work, reads=(script, packages, *library, work), writes=(work,), limits=LIMITS, nice=5)


def _too_large(reason: str) -> ApiError:
    return ApiError(413, "too_large", f"The picture is too large. {reason}".strip(),
                    f"Use one with at most {MAX_PIXELS // 1_000_000} million pixels.")  # fmt: skip
