"""Pictures sized for the screen, made when somebody asks first. Only certain widths, only certain formats.

A picture's address names what it is made from and a version that changes with it, so a variant never changes and may
be kept for ever: `/images/a/<artwork>/<version>/640.avif` (artwork), `/images/m/<media>/<revision>/640.avif` (the
still or cover that the pipeline found). What is made once is kept in the store.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections import OrderedDict

from PIL import Image

from otnet_server.images.variants import WIDTHS, Picture
from otnet_server.pipeline.publish import object_key
from otnet_server.protocols import Storage

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
HEAD, KNOWN, AT_ONCE = 256 << 10, 20_000, 2
PART = re.compile(r"[0-9a-z]{1,16}")


class Pictures:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._sizes: OrderedDict[str, tuple[int, int] | None] = OrderedDict()
        self._making: dict[str, asyncio.Future[bytes | None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def of_media(self, media: str, revision: str) -> Picture | None:
        """The still or cover of a revision that has one."""
        key = object_key(media, revision, "poster.jpg")
        if key not in self._sizes:
            self._sizes[key] = await self._measure(key)
            while len(self._sizes) > KNOWN:
                self._sizes.popitem(last=False)
        size = self._sizes[key]
        if size is None:
            self._sizes.pop(key)  # it may come
            return None
        return Picture(key, f"/images/m/{media}/{revision}", *size)

    async def _measure(self, key: str) -> tuple[int, int] | None:
        try:
            head = await self._storage.get(key, 0, HEAD)
            with Image.open(io.BytesIO(head), formats=("JPEG", "PNG")) as image:
                return image.size
        except (FileNotFoundError, OSError):
            return None

    async def variant(self, kind: str, id: str, version: str, name: str) -> bytes | None:
        """The bytes of a variant, or None when there can't be one. Made once, whoever asks meanwhile."""
        width, _, ending = name.partition(".")
        if width not in map(str, WIDTHS) or ending not in TYPES:
            return None
        if kind not in ("a", "m") or not (PART.fullmatch(id) and PART.fullmatch(version)):
            return None
        key = f"images/{kind}/{id}/{version}/{name}"
        try:
            return await self._storage.get(key)
        except FileNotFoundError:
            pass
        if key not in self._making:
            self._making[key] = asyncio.ensure_future(self._make(kind, id, version, int(width), ending, key))
            self._making[key].add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(self._making[key])

    async def _make(self, kind: str, id: str, version: str, width: int, ending: str, key: str) -> bytes | None:
        source = await self._source(kind, id, version)
        if source is None:
            return None
        async with self._room:
            made = await asyncio.to_thread(resized, source, width, ending)
        await self._storage.put(key, made)
        return made

    async def _source(self, kind: str, id: str, version: str) -> bytes | None:
        keys = ([object_key(id, version, "poster.jpg")] if kind == "m"
                else [f"artwork/{id}/{version}.{e}" for e in ("jpg", "png")])  # fmt: skip
        for key in keys:
            try:
                return await self._storage.get(key)
            except FileNotFoundError:
                continue
        return None


def resized(data: bytes, width: int, ending: str) -> bytes:
    """At most `width` wide, encoded anew. Pure."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        image.draft("RGB", (width * 2, image.height * width * 2 // max(1, image.width)))
        clear = image.has_transparency_data and ending != "jpg"
        made = image.convert("RGBA" if clear else "RGB")
        if made.width > width:
            made = made.resize((width, max(1, round(made.height * width / made.width))), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        if ending == "avif":
            made.save(out, "AVIF", quality=60, speed=8)
        elif ending == "webp":
            made.save(out, "WEBP", quality=78, method=4)
        else:
            made.save(out, "JPEG", quality=82, progressive=True, optimize=True)
        return out.getvalue()
