"""Manifests, playlists and storyboards of revisions: made on request, and cached until the revision changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from otnet_server.manifests import hls
from otnet_server.manifests.storyboard import storyboard
from otnet_server.media import urls
from otnet_server.media.drm import Quality
from otnet_server.media.presentation import Kind as PresentationKind
from otnet_server.media.presentation import Period, TextRendition
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import KeySignalling, earlier_text_presentation, presentation_of
from otnet_server.media.urls import Kind, MediaPath

# The captions at the live edge have another name than those of the recording: those are one file, and hls.js stops when
# the segments of a playlist change.
AT_EDGE = "-live"
CONTENT_TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "vtt": "text/vtt; charset=utf-8",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
}


def cached_document(
    revision: Revision,
    path: str,
    make: Callable[[Revision], str | None],
    version: str = "",
    max_quality: Quality | None = None,
) -> tuple[bytes, str] | None:
    """The bytes and the content type of a manifest, playlist or storyboard of a revision, from the cache or made by
    `make`; None when the revision has no such document. `version` is that of the signalling, `max_quality`
    the best picture that the document names."""
    key = f"{path}?{version}?{max_quality or ''}"
    if key not in revision.manifest_cache:
        text = make(revision)
        if text is None:
            return None
        revision.manifest_cache[key] = (text.encode(), CONTENT_TYPES[path.rpartition(".")[2]])
    return revision.manifest_cache[key]


def make_document(
    revision: Revision, path: MediaPath, signalling: KeySignalling, max_quality: Quality | None = None
) -> str | None:
    """The media playlist or the storyboard that `path` names, or None."""
    if path.kind == Kind.STORYBOARD:
        return storyboard(presentation_of(revision))
    if path.rendition == urls.THUMBNAILS:
        return hls.thumbnails(presentation_of(revision))
    if path.rendition.endswith(AT_EDGE) and revision.is_text(path.rendition.removesuffix(AT_EDGE)):
        return _ended_captions(revision, path.rendition)
    playlist = hls.media(presentation_of(revision, signalling=signalling, max_quality=max_quality), path.rendition)
    if playlist is None and revision.is_text(path.rendition):
        return hls.media(earlier_text_presentation(revision, path.rendition), path.rendition)
    return playlist


def _ended_captions(revision: Revision, rendition: str) -> str | None:
    """The end of the playlist of captions at the live edge, for players that still have it."""
    presentation = presentation_of(revision)
    text = (TextRendition(rendition, f"{revision.id}/{rendition}", "und", ""),)
    renditions = replace(presentation.renditions, text=text)
    live = replace(
        presentation, kind=PresentationKind.LIVE, periods=(Period(0, renditions),), renditions=renditions, epoch=None
    )
    playlist = hls.media(live, rendition)
    return None if playlist is None else playlist + "#EXT-X-ENDLIST\n"
