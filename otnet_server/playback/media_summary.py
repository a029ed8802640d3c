"""The media objects of the API: state, progress, tracks and playback URLs."""

from __future__ import annotations

from typing import Any

from otnet_server.media import languages, urls
from otnet_server.media.renditions import notices, text_tracks
from otnet_server.media.revision import Revision
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.rows import MediaRow


class MediaSummaries:
    def __init__(self, revisions: RevisionCache, pipeline: Pipeline) -> None:
        self._revisions, self._pipeline = revisions, pipeline

    async def summarize(self, row: MediaRow) -> dict[str, Any]:
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
            "progress": self._pipeline.progress(row.id, row.state),
            "duration_s": revision.plan.duration_s if revision else row.duration_s,
            "error": row.error,
            "playback": playback(revision) if revision and playable else None,
            "tracks": tracks(revision, row.loudness),
            "chapters": [c.model_dump() for c in revision.plan.chapters] if revision else [],
            "notices": notices(revision) if revision else [],
            "info": {k: v for k, v in row.info.items() if k != "poster"},
            "revision": row.playing or row.current,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }


def playback(revision: Revision) -> dict[str, Any]:
    """The playback URLs, relative to the root of the server."""
    poster = revision.pieces.get(("poster", 0), {})
    has_poster = bool(poster) and "failed" not in poster
    has_sheets = revision.plan.video is not None and not revision.growing
    return {
        "hls": urls.url(revision.media, urls.HLS_MANIFEST),
        "dash": urls.url(revision.media, urls.DASH_MANIFEST),
        "poster": urls.url(revision.media, revision.id, urls.POSTER) if has_poster else None,
        "thumbnails": urls.url(revision.media, revision.id, urls.THUMBNAILS, urls.STORYBOARD) if has_sheets else None,
        "growing": revision.growing,
    }


def tracks(revision: Revision | None, loudness: float | None) -> dict[str, Any]:
    if revision is None:
        return {"video": [], "audio": [], "text": []}
    plan = revision.plan
    video = [
        {"name": r.name, "width": r.width, "height": r.height, "codec": r.codecs, "bitrate": r.max_rate}
        for r in (plan.video.rungs if plan.video else ())
    ]
    audio = [
        {
            "name": a.name, "language": languages.tag(a.language), "title": a.title, "channels": a.channels,
            "codec": a.codecs, "bitrate": a.bit_rate, "loudness_lufs": loudness if a.default else None,
        }
        for a in plan.audio
    ]  # fmt: skip
    text = [
        {"name": t.name, "language": languages.tag(t.language), "title": t.title, "forced": t.forced}
        for t in text_tracks(revision)
    ]
    return {"video": video, "audio": audio, "text": text}
