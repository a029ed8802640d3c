"""The media objects of the API: state, progress, tracks and playback URLs."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

from otnet_server.manifests.labels import audio_labels, text_labels
from otnet_server.media import languages, urls
from otnet_server.media.renditions import notices
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import audio_renditions, text_renditions
from otnet_server.media.roles import Role
from otnet_server.media.states import State
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.progress import EncodeProgress
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.rows import MediaRow


class MediaFailure(TypedDict):
    """Why a media could not be encoded: a stable code, the stage that failed, a sentence for people, and a remedy."""

    code: str
    stage: str
    message: str
    remedy: str


class PlaybackUrls(TypedDict):
    """The paths of the manifests, the poster and the storyboard of a media. `growing`: its length is not known yet, and
    the manifests grow. `live`: it is a live stream."""

    hls: str
    dash: str
    poster: str | None
    thumbnails: str | None
    growing: bool
    live: bool


class VideoTrack(TypedDict):
    """A video rendition: its size in pixels, its codec (RFC 6381) and its maximum bit rate in bit/s."""

    name: str
    width: int
    height: int
    codec: str
    bitrate: int


class AudioTrack(TypedDict):
    """An audio rendition: its language (BCP 47), roles, codec (RFC 6381), bit rate in bit/s and loudness in LUFS.
    `label` is its name in the menus of players, `title` what the file calls the track."""

    name: str
    language: str
    title: str
    label: str
    roles: list[Role]
    channels: int
    codec: str
    bitrate: int
    loudness_lufs: float | None


class TextTrack(TypedDict):
    """A subtitle track, its language (BCP 47) and its roles. `label` is its name in the menus of players, `title` what
    the file calls it. `default`: it is shown unless the viewer chooses otherwise."""

    name: str
    language: str
    title: str
    label: str
    roles: list[Role]
    forced: bool
    default: bool


class Tracks(TypedDict):
    """The tracks of a media."""

    video: list[VideoTrack]
    audio: list[AudioTrack]
    text: list[TextTrack]


class MediaChapter(TypedDict):
    """A chapter of a media, with times in seconds."""

    start_s: float
    end_s: float
    title: str


class MediaSummary(TypedDict):
    """A media: one source file and what was encoded from it. `playback` is null until it is playable, `kind` until it
    is planned; `encryption` is that of what plays. `notices` are messages about omitted tracks, `info` the metadata
    that was found with the file: synopsis, year, genres, and people as pairs of name and role. `revision` changes with
    the content of the file. Texts come from files: show them as plain text."""

    id: str
    title: str
    kind: Literal["video", "audio"] | None
    library: str
    state: State
    playable: bool
    progress: EncodeProgress
    duration_s: float | None
    error: MediaFailure | None
    encryption: Literal["none", "cbcs", "cenc"]
    playback: PlaybackUrls | None
    tracks: Tracks
    chapters: list[MediaChapter]
    notices: list[str]
    info: dict[str, Any]
    revision: str | None
    created_at: str
    updated_at: str


class MediaSummaries:
    def __init__(self, revisions: RevisionCache, pipeline: Pipeline) -> None:
        self._revisions, self._pipeline = revisions, pipeline

    async def summarize(self, row: MediaRow) -> MediaSummary:
        """The media object of the API; see docs/http.md."""
        newest = row.playing or (row.current if row.planned else None)
        revision = await self._revisions.get(newest) if newest else None
        playable = row.playing is not None
        return {
            "id": row.id,
            "title": row.title,
            "kind": revision.plan.kind if revision else None,
            "library": row.library,
            "state": row.state,
            "playable": playable,
            "progress": self._pipeline.progress(row.id, row.state, revision if newest == row.current else None),
            "duration_s": revision.plan.duration_s or None if revision else row.duration_s,
            "error": failure(row.error),
            "encryption": revision.protection.scheme if revision and revision.protection is not None else "none",
            "playback": playback(revision) if revision and playable else None,
            "tracks": tracks(revision, row.loudness),
            "chapters": chapters(revision) if revision else [],
            "notices": notices(revision) if revision else [],
            "info": {k: v for k, v in row.info.items() if k != "poster"},
            "revision": row.playing or row.current,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }


def failure(error: dict[str, Any] | None) -> MediaFailure | None:
    """The failure of a media from the error of its revision."""
    if error is None:
        return None
    return {
        "code": error["code"],
        "stage": error["stage"],
        "message": error["message"],
        "remedy": error.get("remedy") or "",
    }


def playback(revision: Revision) -> PlaybackUrls:
    """The playback URLs, relative to the root of the server."""
    poster = revision.pieces.get(("poster", 0), {})
    has_poster = bool(poster) and "failed" not in poster
    video = revision.plan.video
    has_sheets = video is not None and video.thumbnails is not None and not revision.growing
    return {
        "hls": urls.url(revision.media, urls.HLS_MANIFEST),
        "dash": urls.url(revision.media, urls.DASH_MANIFEST),
        "poster": urls.url(revision.media, revision.id, urls.POSTER) if has_poster else None,
        "thumbnails": urls.url(revision.media, revision.id, urls.THUMBNAILS, urls.STORYBOARD) if has_sheets else None,
        "growing": revision.growing and not revision.live,
        "live": revision.live,
    }


def tracks(revision: Revision | None, loudness: float | None) -> Tracks:
    if revision is None:
        return {"video": [], "audio": [], "text": []}
    plan = revision.plan
    video: list[VideoTrack] = [
        {"name": r.name, "width": r.width, "height": r.height, "codec": r.codecs, "bitrate": r.max_rate}
        for r in (plan.video.rungs if plan.video else ())
    ]
    labels = audio_labels(audio_renditions(revision))
    audio: list[AudioTrack] = [
        {
            "name": a.name, "language": languages.tag(a.language), "title": a.title, "label": labels[a.stream],
            "roles": list(a.roles), "channels": a.channels, "codec": a.codecs, "bitrate": a.bit_rate,
            "loudness_lufs": loudness if a.default else None,
        }
        for a in plan.audio
    ]  # fmt: skip
    text: list[TextTrack] = [
        {
            "name": t.name, "language": languages.tag(t.language), "title": t.title, "label": label,
            "roles": list(t.roles), "forced": t.forced, "default": t.default,
        }
        for t, label in text_labels(text_renditions(revision))
    ]  # fmt: skip
    return {"video": video, "audio": audio, "text": text}


def chapters(revision: Revision) -> list[MediaChapter]:
    return [{"start_s": c.start_s, "end_s": c.end_s, "title": c.title} for c in revision.plan.chapters]
