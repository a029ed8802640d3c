"""Resized variants of pictures in fixed widths and formats, made on the first request and then stored.

The address of a variant contains a version that changes with the picture, so a variant is immutable:
`/images/a/<artwork>/<version>/640.avif` (artwork), `/images/m/<media>/<revision>/640.avif` (the still or cover of a
media).
"""

from __future__ import annotations

import asyncio
import io
import re
from collections import OrderedDict

from PIL import Image

from otnet_server.media import urls
from otnet_server.protocols import Storage
from otnet_server.read_model.pictures import WIDTHS, Picture
from otnet_server.storage.objects import read_object

CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
HEADER_BYTES = 256 << 10
MAX_KNOWN_SIZES = 20_000
MAX_CONCURRENT_RESIZES = 2
KEY_PART = re.compile(r"[0-9a-z]{1,16}")


class Pictures:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._sizes: OrderedDict[str, tuple[int, int] | None] = OrderedDict()
        self._pending: dict[str, asyncio.Future[bytes | None]] = {}
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT_RESIZES)

    async def media_picture(self, media: str, revision: str) -> Picture | None:
        """The still or cover of a revision, or None without one."""
        key = urls.storage_key(media, revision, urls.POSTER)
        if key not in self._sizes:
            self._sizes[key] = await self._measure(key)
            while len(self._sizes) > MAX_KNOWN_SIZES:
                self._sizes.popitem(last=False)
        size = self._sizes[key]
        if size is None:
            self._sizes.pop(key)  # it may be published later
            return None
        return Picture(key, f"/images/m/{media}/{revision}", *size)

    async def _measure(self, key: str) -> tuple[int, int] | None:
        try:
            head = await read_object(self._storage, key, 0, HEADER_BYTES)
            with Image.open(io.BytesIO(head), formats=("JPEG", "PNG")) as image:
                return image.size
        except (FileNotFoundError, OSError):
            return None

    async def variant(self, kind: str, id: str, version: str, name: str) -> bytes | None:
        """The bytes of a variant, or None when its address is invalid or it has no source. Concurrent requests share
        one resize."""
        width, _, ending = name.partition(".")
        if width not in map(str, WIDTHS) or ending not in CONTENT_TYPES:
            return None
        if kind not in ("a", "m") or not (KEY_PART.fullmatch(id) and KEY_PART.fullmatch(version)):
            return None
        key = f"images/{kind}/{id}/{version}/{name}"
        try:
            return await read_object(self._storage, key)
        except FileNotFoundError:
            pass
        if key not in self._pending:
            self._pending[key] = asyncio.ensure_future(self._create(kind, id, version, int(width), ending, key))
            self._pending[key].add_done_callback(lambda _: self._pending.pop(key, None))
        return await asyncio.shield(self._pending[key])

    async def _create(self, kind: str, id: str, version: str, width: int, ending: str, key: str) -> bytes | None:
        source = await self._source(kind, id, version)
        if source is None:
            return None
        async with self._semaphore:
            data = await asyncio.to_thread(resize, source, width, ending)
        await self._storage.put(key, data)
        return data

    async def _source(self, kind: str, id: str, version: str) -> bytes | None:
        keys = ([urls.storage_key(id, version, urls.POSTER)] if kind == "m"
                else [f"artwork/{id}/{version}.{e}" for e in ("jpg", "png")])  # fmt: skip
        for key in keys:
            try:
                return await read_object(self._storage, key)
            except FileNotFoundError:
                continue
        return None


def resize(data: bytes, width: int, ending: str) -> bytes:
    """Scale a JPEG or PNG down to at most `width` pixels and encode it as `ending` (avif, webp or jpg). Pure."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        image.draft("RGB", (width * 2, image.height * width * 2 // max(1, image.width)))
        keep_alpha = image.has_transparency_data and ending != "jpg"
        resized = image.convert("RGBA" if keep_alpha else "RGB")
        if resized.width > width:
            resized = resized.resize(
                (width, max(1, round(resized.height * width / resized.width))), Image.Resampling.LANCZOS
            )
        out = io.BytesIO()
        if ending == "avif":
            resized.save(out, "AVIF", quality=60, speed=8)
        elif ending == "webp":
            resized.save(out, "WEBP", quality=78, method=4)
        else:
            resized.save(out, "JPEG", quality=82, progressive=True, optimize=True)
        return out.getvalue()
