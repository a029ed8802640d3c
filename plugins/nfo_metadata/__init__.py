"""Reads metadata from sidecar files: `film.nfo` (Kodi's XML format) and `poster.jpg`.

NFO files are untrusted: entities and document types are refused, the size is limited, and every field is plain text.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import defusedxml.ElementTree as ET
from defusedxml.common import DefusedXmlException

from otnet_server import Metadata, MetadataProvider, MetadataRequest, hookimpl, log

name = "nfo_metadata"
api = 2
MAX_BYTES = 1 << 20
POSTERS = ("{stem}-poster", "{stem}", "poster", "folder", "cover")
IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp")


class NfoMetadata:
    name = "nfo"

    async def read(self, request: MetadataRequest) -> Metadata | None:
        return await asyncio.to_thread(read, request.file)


def read(media_file: Path) -> Metadata | None:
    """The metadata of the NFO file and the poster next to `media_file`, or None."""
    poster = _poster(media_file)
    for nfo in (media_file.with_suffix(".nfo"), media_file.with_name("movie.nfo")):
        if _is_regular_file(nfo) and nfo.stat().st_size <= MAX_BYTES:
            facts = parse(nfo.read_bytes())
            if facts is None:
                log.warning("nfo ignored", file=nfo.name, why="it is not plain, well-formed XML")
                continue
            return Metadata(**{**facts.__dict__, "poster": poster})
    return Metadata(poster=poster) if poster else None


def parse(data: bytes) -> Metadata | None:
    """Parse an NFO file. None when the XML is malformed or has a document type. Pure."""
    try:
        root = ET.fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError):
        return None

    def text(tag: str, limit: int = 500) -> str:
        value = (root.findtext(tag) or "").strip()
        return "".join(c for c in value if c.isprintable() or c == "\n")[:limit]

    year = text("year") or text("premiered")[:4]
    people = [((a.findtext("name") or "").strip()[:200], "actor") for a in root.findall("actor")[:200]]
    people += [((d.text or "").strip()[:200], "director") for d in root.findall("director")[:50]]
    return Metadata(
        title=text("title"),
        synopsis=text("plot", 10_000),
        year=int(year) if year.isdigit() and len(year) == 4 else None,
        genres=tuple((g.text or "").strip()[:100] for g in root.findall("genre")[:50]),
        people=tuple((n, role) for n, role in people if n),
    )


def _poster(media_file: Path) -> Path | None:
    for pattern in POSTERS:
        for extension in IMAGE_EXTENSIONS:
            path = media_file.with_name(pattern.format(stem=media_file.stem) + extension)
            if _is_regular_file(path):
                return path
    return None


def _is_regular_file(path: Path) -> bool:
    """Whether the path is a file and not a symlink. A name that is too long for the file system has no file."""
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False


@hookimpl
def register_metadata() -> list[MetadataProvider]:
    return [NfoMetadata()]
