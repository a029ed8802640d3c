"""The subtitle files that belong to a source."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath
from xml.etree.ElementTree import ElementTree as Tree

from defusedxml import ElementTree

from otnet_server.errors import MediaError
from otnet_server.media import languages, webvtt
from otnet_server.media.filenames import is_media
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.media.subtitle_names import (
    film_key,
    film_of,
    is_subtitle,
    is_subtitle_folder,
    name_key,
)
from otnet_server.media.text_encoding import decode
from otnet_server.media.text_tracks import Sidecar
from otnet_server.media.webvtt import Cue

MAX_SIDECAR_BYTES = 16 << 20
TTML_EXTENSIONS = (".ttml", ".dfxp")
MPEG_PACK_START = b"\x00\x00\x01\xba"


def read_cues(path: Path, language: str, frame_rate: float) -> list[Cue]:
    """The cues of a subtitle file. Raises MediaError for a link, and for a file that is too large or can't be read."""
    try:
        if path.is_symlink():
            raise _refusal("The subtitle file is a link.")
        with path.open("rb") as file:
            data = file.read(MAX_SIDECAR_BYTES + 1)
    except OSError as e:
        raise _refusal("The subtitle file can't be read: it was moved or removed, or its permissions deny it.") from e
    if data.startswith(MPEG_PACK_START):
        raise _refusal("The subtitles are images (VobSub). Add an .srt file beside the video.")
    if len(data) > MAX_SIDECAR_BYTES:
        raise _refusal("The subtitle file is larger than 16 MB.")
    if path.suffix.lower() in TTML_EXTENSIONS:
        return webvtt.parse(ttml_to_webvtt(data))
    return cues_in(data, language, frame_rate)


def cues_in(data: bytes, language: str, frame_rate: float) -> list[Cue]:
    """The cues of WebVTT, SSA, ASS, MicroDVD, SAMI or SubRip in any encoding."""
    return cues_of(decode(data, languages.tag(language)), frame_rate)


def _refusal(message: str) -> MediaError:
    return MediaError("sidecar_refused", "text", message)


def ttml_to_webvtt(data: bytes) -> str:
    """Convert TTML (IMSC) to WebVTT. Raises MediaError when it can't be parsed or has a DTD."""
    import ttconv.imsc.reader  # imported on demand: large and rarely needed
    import ttconv.vtt.writer

    try:
        tree = ElementTree.fromstring(data, forbid_dtd=True)
        document = ttconv.imsc.reader.to_model(Tree(tree))
        return str(ttconv.vtt.writer.from_model(document))
    except Exception as e:
        raise _refusal("The TTML subtitles can't be read.") from e


def sidecars(source: Path) -> tuple[Sidecar, ...]:
    """The subtitle files that belong to a source: beside it, and in folders such as `Subs` beside it. Links are not
    followed."""
    folder, film = source.parent, film_key(source.name)
    names, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if is_subtitle_folder(entry.name) and entry.is_dir(follow_symlinks=False):
                folders.append(PurePath(entry.name))
    paths = sorted(PurePath(name) for name in names if is_subtitle(name) and name_key(name).startswith(film))
    for inner in sorted(folders):
        paths += _files_in(folder, inner, film)
    if not paths:
        return ()
    films = frozenset(film_key(name) for name in names if is_media(name))
    subtitles = []
    for relative in paths:
        path, match = folder / relative, film_of(relative, films)
        if match and match[0] == film and path.is_file() and not path.is_symlink():
            stat = path.stat()
            seen = f"{stat.st_size} {stat.st_mtime_ns}"
            subtitles.append(Sidecar(path=str(path), seen=seen, **match[1]._asdict()))
    return tuple(subtitles)


def _files_in(root: Path, folder: PurePath, film: str) -> list[PurePath]:
    """The subtitle files in a folder of subtitles, and in the folder of the film in it, relative to `root`."""
    paths: list[PurePath] = []
    with suppress(OSError), os.scandir(root / folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if is_subtitle(entry.name) and not entry.is_dir(follow_symlinks=False):
                paths.append(folder / entry.name)
            elif len(folder.parts) == 1 and name_key(entry.name) == film and entry.is_dir(follow_symlinks=False):
                paths += _files_in(root, folder / entry.name, film)
    return paths


def media_of(subtitles: Iterable[str]) -> list[str]:
    """The media files that these subtitle files belong to."""
    by_folder: dict[Path, list[Path]] = {}
    for path in map(Path, subtitles):
        for folder in _film_folders(path):
            by_folder.setdefault(folder, []).append(path)
    media: dict[str, None] = {}
    for folder, paths in by_folder.items():
        films: dict[str, list[str]] = {}
        with suppress(OSError), os.scandir(folder) as entries:
            for name in (e.name for e in entries if is_media(e.name)):
                films.setdefault(film_key(name), []).append(name)
        for path in paths:
            match = film_of(path.relative_to(folder), films)
            media |= {f"{folder}/{name}": None for name in films[match[0]]} if match else {}
    return list(media)


def _film_folders(subtitle: Path) -> list[Path]:
    """The folders in which the film of a subtitle file may be."""
    parents = list(subtitle.parents)
    folders = parents[:1]
    for depth in (0, 1):
        if len(parents) > depth + 1 and is_subtitle_folder(parents[depth].name):
            folders.append(parents[depth + 1])
    return folders
