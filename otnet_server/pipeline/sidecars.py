"""The subtitle files beside a source."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree.ElementTree import ElementTree as Tree

from defusedxml import ElementTree

from otnet_server.errors import MediaError
from otnet_server.media.filenames import match_subtitle
from otnet_server.media.plan import Sidecar

MAX_SIDECAR_BYTES = 16 << 20


def read_sidecar(path: Path) -> bytes:
    """The content of a subtitle file. Raises MediaError for a link, or a file that is too large."""
    if path.is_symlink() or path.stat().st_size > MAX_SIDECAR_BYTES:
        raise MediaError("sidecar_refused", "text", "The subtitle file is a link or larger than 16 MB.")
    return path.read_bytes()


def ttml_to_webvtt(data: bytes) -> str:
    """Convert TTML (IMSC) to WebVTT. Raises MediaError when it can't be parsed or has a DTD."""
    import ttconv.imsc.reader  # imported on demand: large and rarely needed
    import ttconv.vtt.writer

    try:
        tree = ElementTree.fromstring(data, forbid_dtd=True)
        document = ttconv.imsc.reader.to_model(Tree(tree))
        return str(ttconv.vtt.writer.from_model(document))
    except Exception as e:
        raise MediaError("sidecar_refused", "text", "The TTML subtitles can't be read.") from e


def sidecars(source: Path) -> tuple[Sidecar, ...]:
    """The subtitle files beside a source that belong to it."""
    subtitles = []
    with os.scandir(source.parent) as entries:
        names = sorted(e.name for e in entries if e.name.startswith(source.stem))
    for name in names:
        path, match = source.parent / name, match_subtitle(source.name, name)
        if match and path.is_file() and not path.is_symlink():
            stat = path.stat()
            source_stat = f"{stat.st_size} {stat.st_mtime_ns}"
            subtitles.append(Sidecar(path=str(path), language=match[0], forced=match[1], seen=source_stat))
    return tuple(subtitles)
