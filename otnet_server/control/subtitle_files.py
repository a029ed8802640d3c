"""Subtitles that are sent with a request: stored as a file beside the film, where the pipeline finds it.

`Film.mkv` gets `Film.de.sdh.srt`. A file that somebody else has put there is not replaced or deleted; those that OTNet
has put there are recorded (`uploaded_file`), and deleted with their media.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import delete, select

from otnet_server.control.arrivals import Arrivals
from otnet_server.db.engine import Database
from otnet_server.db.tables import file, media, revision, uploaded_file
from otnet_server.errors import ApiError, MediaError, StorageUnavailable
from otnet_server.ingest.files import DISK_FULL_ERRNOS, disk_full, sync_folder
from otnet_server.media.subtitle_formats import DEFAULT_FRAME_RATE
from otnet_server.media.subtitle_names import SUBTITLE_EXTENSIONS
from otnet_server.pipeline.sidecars import cues_in, ttml_to_webvtt

MAX_BYTES = 4 << 20
ROLES = ("forced", "sdh", "commentary")


class SubtitleFiles:
    def __init__(self, db: Database) -> None:
        self._db, self._arrivals = db, Arrivals(db)

    async def store(self, media_id: str, language: str, role: str, data: bytes) -> str:
        """Store subtitles of a media in the place of those that OTNet has stored for this language and role. Returns
        the name of the file. Raises ApiError (409, 415) and StorageUnavailable."""
        extension = await asyncio.to_thread(checked_extension, data, language)
        base = await self._base(media_id, language, role)
        ours = await self._ours(base)
        target = base.with_name(f"{base.name}.{extension}")
        if target not in ours and await asyncio.to_thread(os.path.lexists, target):
            raise ApiError(409, "subtitles_exist", f"The library has a file “{target.name}” already.",
                           "Ask the operator to remove it, or use another language or role.")  # fmt: skip
        try:
            await asyncio.to_thread(_write, target, data)
        except OSError as e:
            if e.errno in DISK_FULL_ERRNOS:
                raise disk_full("the library's disk") from e
            raise _not_writable() from e
        await self._arrivals.arrived(target)
        await self._delete([path for path in ours if path != target])
        return target.name

    async def remove(self, media_id: str, language: str, role: str) -> None:
        """Delete the subtitles that OTNet has stored. Raises ApiError (404)."""
        ours = await self._ours(await self._base(media_id, language, role))
        if not ours:
            raise ApiError(404, "not_found", "There are no such subtitles that OTNet has stored.",
                           "Subtitles that are part of the library stay there.")  # fmt: skip
        await self._delete(ours)

    async def _base(self, media_id: str, language: str, role: str) -> Path:
        """The path of the subtitles without their extension. Raises ApiError (409)."""
        current = select(revision.c.path).join(media, media.c.current == revision.c.id).where(media.c.id == media_id)
        known = select(file.c.path).where(file.c.media == media_id, file.c.path == current.scalar_subquery())
        async with self._db.read() as c:
            path = (await c.execute(known)).scalar()
        if path is None:
            raise ApiError(409, "no_file", "The media has no file at the moment.", "Wait until its file is found.")
        film = Path(path)
        return film.with_name(".".join(filter(None, (film.stem, language, role))))

    async def _ours(self, base: Path) -> list[Path]:
        candidates = [f"{base}.{extension}" for extension in sorted(SUBTITLE_EXTENSIONS)]
        async with self._db.read() as c:
            rows = await c.execute(select(uploaded_file.c.path).where(uploaded_file.c.path.in_(candidates)))
        return [Path(path) for path in rows.scalars()]

    async def _delete(self, paths: Collection[Path]) -> None:
        for path in paths:
            try:
                await asyncio.to_thread(path.unlink, missing_ok=True)
            except OSError as e:
                raise _not_writable() from e
        async with self._db.write() as c:
            await c.execute(delete(uploaded_file).where(uploaded_file.c.path.in_([str(p) for p in paths])))


def checked_extension(data: bytes, language: str) -> str:
    """The extension of subtitles, by their content. Raises ApiError (415) when they are in none of the formats."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    try:
        if start.startswith(b"<"):
            ttml_to_webvtt(data)
            return "ttml"
        if cues_in(data, language, DEFAULT_FRAME_RATE):
            return "vtt" if start.startswith(b"webvtt") else "ass" if start.startswith(b"[script info") else "srt"
    except MediaError:
        pass
    raise ApiError(415, "no_subtitles", "The data are not subtitles in a known format.",
                   "Send SubRip, WebVTT, SSA, ASS or TTML.")  # fmt: skip


def _write(target: Path, data: bytes) -> None:
    staged = target.with_name(f".otnet-{secrets.token_hex(8)}.part")
    try:
        with staged.open("xb") as staged_file:
            staged_file.write(data)
            staged_file.flush()
            os.fsync(staged_file.fileno())
        staged.replace(target)
        sync_folder(target.parent)
    finally:
        staged.unlink(missing_ok=True)


def _not_writable() -> StorageUnavailable:
    return StorageUnavailable("library_not_writable", "The library's folder can't be written.",
                              "Ask the operator to mount it with write access.")  # fmt: skip
