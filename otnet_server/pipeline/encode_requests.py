"""Translates the plan of a revision to the requests of encoders, which know nothing of plans. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from otnet_server.media.color import ColorDescription
from otnet_server.media.plan import AudioPlan, Plan, VideoPlan
from otnet_server.media.text_tracks import TextPlan
from otnet_server.media.timeline import Chunk, Timeline
from otnet_server.protocols import (
    AudioRendition,
    AudioRequest,
    Color,
    PictureRequest,
    SheetRequest,
    SourceFile,
    SubtitleRequest,
    ThumbnailFormat,
    VideoChunkRequest,
    VideoPassRequest,
    VideoRendition,
    Workspace,
)

MAX_STILL_SIDE = 1280  # pixels
ReportProgress = Callable[[float, float | None], None]


def source_file(plan: Plan, path: Path) -> SourceFile:
    return SourceFile(path, plan.demuxer, plan.continuous)


def _color(description: ColorDescription | None) -> Color | None:
    return None if description is None else Color(**description.model_dump())


def video_chunk_request(
    plan: Plan,
    video: VideoPlan,
    chunk: Chunk,
    source: Path,
    workspace: Workspace,
    *,
    attempt: int = 0,
    threads: int = 0,
    progress: ReportProgress | None = None,
) -> VideoChunkRequest:
    """`threads` is used unless the plan has a number."""
    starts = video.timeline.starts
    return VideoChunkRequest(
        **_video(plan, video, source, workspace, attempt, threads, progress),
        chunk=chunk.number,
        first_frame=chunk.first,
        end_frame=chunk.last,
        keyframes=tuple(starts[chunk.segment : chunk.segment + chunk.segments]),
    )


def video_pass_request(
    plan: Plan,
    video: VideoPlan,
    first_chunk: int,
    source: Path,
    workspace: Workspace,
    *,
    attempt: int = 0,
    threads: int = 0,
    progress: ReportProgress | None = None,
) -> VideoPassRequest:
    """All chunks from number `first_chunk` on."""
    return VideoPassRequest(
        **_video(plan, video, source, workspace, attempt, threads, progress),
        first_chunk=first_chunk,
        chunk_starts=_chunk_starts(_beyond_the_end(video.timeline), first_chunk),
    )


def _video(
    plan: Plan,
    video: VideoPlan,
    source: Path,
    workspace: Workspace,
    attempt: int,
    threads: int,
    progress: ReportProgress | None,
) -> dict[str, Any]:
    thumbnails = video.thumbnails
    return {
        "source": source_file(plan, source),
        "stream": video.stream,
        "renditions": tuple(
            VideoRendition(r.name, r.width, r.height, r.max_rate, r.buffer, r.level) for r in video.rungs
        ),
        "encoder": video.encoder,
        "preset": video.preset,
        "crf": video.crf,
        "frame_rate": video.rate,
        "total_frames": video.timeline.frames,
        "source_frames": video.source_frames,
        "segment_frames": video.timeline.segment_frames,
        "timescale": video.timeline.timescale,
        "ticks_per_frame": video.timeline.ticks_per_frame,
        "origin_ticks": video.origin_ticks,
        "seek_offset_s": video.seek_offset_s,
        "threads": video.threads or threads,
        "deinterlace": video.deinterlace,
        "tone_map_from": video.tonemap,
        "source_color": _color(video.source_color),
        "color": _color(video.color),
        "thumbnails": ThumbnailFormat(thumbnails.every, thumbnails.width, thumbnails.height) if thumbnails else None,
        "attempt": attempt,
        "workspace": workspace,
        **({"progress": progress} if progress is not None else {}),
    }


def audio_request(
    plan: Plan,
    first_chunks: Mapping[str, int],
    source: Path,
    workspace: Workspace,
    *,
    progress: ReportProgress | None = None,
    report_loudness: Callable[[float | None], None] = lambda lufs: None,
) -> AudioRequest:
    """The renditions in `first_chunks`, each from that chunk on."""
    renditions = (_audio_rendition(plan, a, first_chunks[a.name]) for a in plan.audio if a.name in first_chunks)
    return AudioRequest(
        source=source_file(plan, source),
        renditions=tuple(renditions),
        origin_s=plan.origin_s,
        workspace=workspace,
        loudness_target=plan.normalise,
        report_loudness=report_loudness,
        **({"progress": progress} if progress is not None else {}),
    )


def _audio_rendition(plan: Plan, audio: AudioPlan, first_chunk: int) -> AudioRendition:
    timeline = _beyond_the_end(audio.timeline) if plan.growing else audio.timeline
    return AudioRendition(
        name=audio.name,
        stream=audio.stream,
        channels=audio.channels,
        source_channels=audio.source_channels,
        source_layout=audio.source_layout,
        bit_rate=audio.bit_rate,
        total_frames=None if plan.growing else audio.timeline.frames,
        first_chunk=first_chunk,
        chunk_starts=_chunk_starts(timeline, first_chunk),
        sample_rate=audio.timeline.timescale,
        frame_samples=audio.timeline.ticks_per_frame,
    )


def _beyond_the_end(timeline: Timeline) -> Timeline:
    """The timeline with a length that is certainly more than that of the source, whose planned length is an
    estimate."""
    return timeline.cut(timeline.frames * 3 + timeline.segment_frames * timeline.chunk_segments * 20)


def _chunk_starts(timeline: Timeline, first_chunk: int) -> tuple[int, ...]:
    return tuple(chunk.first for chunk in timeline.chunks[first_chunk:])


def subtitle_request(plan: Plan, text: TextPlan, source: Path, workspace: Workspace) -> SubtitleRequest:
    """A subtitle stream of the media file, at the times of the source: texts may begin before the origin, and not every
    format has negative times."""
    assert text.stream is not None
    return SubtitleRequest(source_file(plan, source), text.stream, 0.0, workspace, text.codec)


def still_request(
    plan: Plan,
    video: VideoPlan,
    at_s: float,
    source: Path,
    workspace: Workspace,
    max_side: int = MAX_STILL_SIDE,
) -> PictureRequest:
    """A still of the video near `at_s`, in the shape of the renditions and at most `max_side` pixels large."""
    top = video.rungs[0]
    scale = min(1.0, max_side / max(top.width, top.height))
    size = (round(top.width * scale / 2) * 2, round(top.height * scale / 2) * 2)
    return PictureRequest(
        file=source,
        demuxer=plan.demuxer,
        workspace=workspace,
        stream=video.stream,
        at_s=at_s,
        size=size,
        tone_map_from=video.tonemap,
        source_color=_color(video.source_color),
    )


def sheet_request(video: VideoPlan, pictures: list[Path], workspace: Workspace) -> SheetRequest:
    assert video.thumbnails is not None
    t = video.thumbnails
    return SheetRequest(tuple(pictures), t.columns, t.rows, t.width, t.height, workspace)
