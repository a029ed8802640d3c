"""ffmpeg command lines, built from the plan. Pure: no file is touched, nothing is spawned.

Frame-exact chunks. The input keeps its own timestamps (`-copyts`) and is sought to a keyframe safely before the chunk
(`-ss` with `-noaccurate_seek`). `setpts` subtracts the origin in whole ticks, so that frame numbers do not depend on
the seek position; `fps` places frames on the planned timeline; `trim` selects exactly the planned frame numbers. So
every chunk has the same frames at the same numbers as in a single pass. `-output_ts_offset` and the `movflags` write
the true decode time into the fragments.

Joining audio chunks. One pass decodes from the start, so that sample positions never depend on a seek. Each AAC frame
depends on its neighbours: encoding begins `PREROLL_FRAMES` early and ends two frames late, and the `noise` bitstream
filter drops the packets outside; the remaining packets are aligned to the timeline of 1024 samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from otnet_server import AudioPlan, Chunk, Plan, Timeline, VideoPlan, input_guard

from .codecs import CODERS, SOFTWARE

FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
# Seconds to seek before the chunk, by attempt. A seek uses decode times, and a keyframe may be presented a few frames
# later. A seek that is too late causes missing frames, which is detected, and the next attempt seeks earlier.
SEEK_MARGIN_S = (0.4, 30.0, 1e9)
PREROLL_FRAMES = 16
LAYOUTS = {2: "stereo", 6: "5.1"}
PEAK_LIMIT = 0.75  # linear; AAC overshoots by up to 2 dB with loud, dense audio
QUIET = ("-hide_banner", "-nostdin", "-nostats", "-v", "warning", "-y", "-copyts")
NEVER_FRAMES = 10**9


def _input(path: Path, plan: Plan, seek_s: float = 0.0) -> Any:
    guard = _pairs(input_guard(plan.demuxer))
    if seek_s > 0:
        guard |= {"noaccurate_seek": None, "ss": f"{seek_s:.6f}"}
    return ffmpeg.input(f"file:{path}", **guard)


def _pairs(argv: Sequence[str]) -> dict[str, Any]:
    return {k.lstrip("-"): v for k, v in zip(argv[::2], argv[1::2], strict=True)}


def _finish(ffmpeg_path: str, outputs: list[Any], *extra: str) -> tuple[str, ...]:
    stream = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    return (ffmpeg_path, *QUIET, *extra, *ffmpeg.get_args(stream))


def _seek(video: VideoPlan, first: int, attempt: int) -> float:
    """The seek position in seconds; 0 is the beginning of the file. Later attempts seek earlier."""
    margin = SEEK_MARGIN_S[min(attempt, len(SEEK_MARGIN_S) - 1)]
    return max(0.0, first / float(video.rate) + video.seek_offset_s - margin)


def _pictures(source: Any, video: VideoPlan, first: int, last: int | None, from_start: bool) -> Any:
    """The frames `first` … `last - 1` of the timeline, deinterlaced and tone-mapped as planned."""
    top = video.rungs[0]
    s = source[str(video.stream)].filter("setpts", f"PTS-({video.origin_ticks})")
    if video.deinterlace:
        s = s.filter("bwdif", mode="send_frame")
    s = s.filter("fps", fps=str(video.rate), **({"start_time": 0} if from_start else {}))
    if last is not None and last >= video.timeline.frames:
        # Repeat the last frame, for files that are shorter than announced.
        s = s.filter("tpad", stop_mode="clone", stop=-(-video.rate.numerator // video.rate.denominator))
    s = s.filter("trim", start_pts=first, **({} if last is None else {"end_pts": last}))
    s = s.filter("setpts", f"PTS-{first}")
    if video.tonemap:
        s = _tonemap(s.filter("scale", top.width, top.height), video.tonemap)
    return s


def _tonemap(s: Any, transfer: str) -> Any:
    trc = {"pq": "smpte2084", "hlg": "arib-std-b67"}[transfer]
    s = s.filter("setparams", color_primaries="bt2020", color_trc=trc, colorspace="bt2020nc")
    s = s.filter("zscale", t="linear", npl=100).filter("format", "gbrpf32le").filter("zscale", p="bt709")
    s = s.filter("tonemap", tonemap="hable", desat=0)
    return s.filter("zscale", t="bt709", m="bt709", r="tv").filter("format", "yuv420p")


def _scale(s: Any, width: int, height: int) -> Any:
    return s.filter("scale", width, height, flags="bicubic").filter("setsar", 1)


def _video_options(video: VideoPlan, rung_index: int, keyframes: str) -> dict[str, Any]:
    rung = video.rungs[rung_index]
    options = dict(CODERS[video.encoder].options(rung, video.preset, video.crf))
    if video.threads and video.encoder in SOFTWARE.values():
        options["threads"] = video.threads
    if video.encoder == "libx265":
        options["x265-params"] += f":keyint={NEVER_FRAMES // 10**5}:min-keyint=1"
        options["tag:v"] = "hvc1"
    return options | {
        "g": NEVER_FRAMES // 10**5 if video.encoder != "libsvtav1" else video.timeline.segment_frames,
        "force_key_frames": keyframes,
        "fps_mode": "passthrough",
        "video_track_timescale": video.timeline.timescale,
    }


def _keyframes(video: VideoPlan, chunk: Chunk) -> str:
    firsts = [video.timeline.starts[i] - chunk.first for i in range(chunk.segment, chunk.segment + chunk.segments)]
    return "expr:" + "+".join(f"eq(n,{n})" for n in firsts)


def chunk_argv(
    ffmpeg_path: str, path: Path, plan: Plan, video: VideoPlan, chunk: Chunk, attempt: int = 0
) -> tuple[str, ...]:
    """Decode once and encode all rungs and thumbnails of one chunk: `<rung>.mp4` and `thumb-%06d.jpg` in the cwd."""
    seek = _seek(video, chunk.first, attempt)
    source = _input(path, plan, seek)
    base = _pictures(source, video, chunk.first, chunk.last, from_start=seek == 0)
    offset = f"{float(Fraction(chunk.first * video.timeline.ticks_per_frame, video.timeline.timescale)):.6f}"
    files = {"f": "mp4", "movflags": FRAGMENTED, "output_ts_offset": offset}
    return _finish(
        ffmpeg_path,
        _outputs(base, video, _keyframes(video, chunk), files, "{rung}.mp4", chunk.first, chunk.last),
        "-progress", "pipe:1", *_device(video),
    )  # fmt: skip


def pass_argv(ffmpeg_path: str, path: Path, plan: Plan, video: VideoPlan, done: int) -> tuple[str, ...]:
    """One pass over the file, from chunk number `done` on, written as chunk files `<rung>-%05d.mp4`."""
    timeline = video.timeline
    first, cuts = _cuts(timeline, done)
    base = _pictures(_input(path, plan), video, first, None, from_start=True)
    offset = f"{float(Fraction(first * timeline.ticks_per_frame, timeline.timescale)):.6f}"
    files = {
        "f": "segment",
        "segment_format": "mp4",
        "segment_format_options": f"movflags={FRAGMENTED}:video_track_timescale={timeline.timescale}",
        "segment_frames": cuts,
        "avoid_negative_ts": "disabled",  # else B-frames shift every chunk by their delay
        "segment_start_number": done,
        "segment_list": "pipe:1",
        "segment_list_type": "csv",
        "output_ts_offset": offset,
    }
    keyframes = f"expr:not(mod(n,{timeline.segment_frames}))"
    return _finish(
        ffmpeg_path,
        _outputs(base, video, keyframes, files, "{rung}-%05d.mp4", first, None),
        "-progress", "pipe:1", *_device(video),
    )  # fmt: skip


def _cuts(timeline: Timeline, done: int) -> tuple[int, str]:
    """(first frame of chunk `done`, the frames at which to cut after it). The cuts go far beyond the planned length,
    which may be an estimate."""
    chunks = timeline.cut(timeline.frames * 3 + timeline.segment_frames * timeline.chunk_segments * 20).chunks
    first = chunks[done].first
    return first, ",".join(str(c.last - first) for c in chunks[done:])


def _outputs(
    base: Any,
    video: VideoPlan,
    keyframes: str,
    files: dict[str, Any],
    name: str,
    first: int,
    last: int | None,
) -> list[Any]:
    thumbs = video.thumbnails
    number = -(-first // thumbs.every) if thumbs else 0
    has_thumbnail = thumbs is not None and (last is None or number * thumbs.every < last)
    branches = base.filter_multi_output("split", len(video.rungs) + has_thumbnail)
    outputs = []
    for i, rung in enumerate(video.rungs):
        s = _scale(branches[i], rung.width, rung.height)
        upload = CODERS[video.encoder].upload
        for f in upload.split(",") if upload else ["format=yuv420p"]:
            s = s.filter(*f.split("=", 1))
        outputs.append(ffmpeg.output(s, name.format(rung=rung.name), **_video_options(video, i, keyframes), **files))
    if thumbs is not None and has_thumbnail:
        t = branches[len(video.rungs)].filter("select", f"not(mod(n+{first},{thumbs.every}))")
        t = t.filter("scale", thumbs.width, thumbs.height, out_range="full").filter("format", "yuvj420p")
        t = t.filter("setsar", 1)
        outputs.append(
            ffmpeg.output(
                t,
                "thumb-%06d.jpg",
                f="image2",
                start_number=number,
                fps_mode="passthrough",
                **{"c:v": "mjpeg", "q:v": 5},
            )
        )
    return outputs


def _device(video: VideoPlan) -> tuple[str, ...]:
    return ("-vaapi_device", "/dev/dri/renderD128") if video.encoder.endswith("_vaapi") else ()


def audio_argv(
    ffmpeg_path: str, path: Path, plan: Plan, todo: dict[str, int], gains: dict[int, float] | None = None
) -> tuple[str, ...]:
    """One pass over the file: chunk files `<rendition>-%05d.mp4`. `todo` maps renditions to the first chunk to encode;
    `gains` maps streams to a gain in dB."""
    source = _input(path, plan)
    outputs = []
    for stream in sorted({a.stream for a in plan.audio if a.name in todo}):
        renditions = [a for a in plan.audio if a.stream == stream and a.name in todo]
        s = source[str(stream)].filter("asetpts", f"PTS-({plan.origin_s!r})/TB")
        s = s.filter("aresample", 48000, **{"async": 1, "first_pts": 0, "min_hard_comp": 0.02}).filter(
            "ebur128", framelog="quiet"
        )
        gain = (gains or {}).get(stream, 0.0)
        if gain:
            s = s.filter("volume", f"{gain:.2f}dB")
        # All outputs of `asplit` get the smallest requested layout, so it is set before the split.
        s = s.filter("aformat", channel_layouts=LAYOUTS[max(a.channels for a in renditions)])
        branches = s.filter_multi_output("asplit", len(renditions))
        outputs += [
            _audio_output(branches[i], a, todo[a.name], plan.growing, limited=bool(gain))
            for i, a in enumerate(renditions)
        ]
    return _with_filter_summaries(_finish(ffmpeg_path, outputs, "-progress", "pipe:1"))


def _audio_output(s: Any, audio: AudioPlan, done: int, growing: bool, limited: bool) -> Any:
    """`limited`: the samples were amplified. Amplified and downmixed samples pass a limiter."""
    timeline = audio.timeline
    first, cuts = _cuts(timeline, done)
    begin = max(0, first - PREROLL_FRAMES)
    s = s.filter("aformat", sample_fmts="fltp", channel_layouts=LAYOUTS[audio.channels])
    if limited or audio.source_channels > audio.channels:
        s = s.filter("alimiter", limit=PEAK_LIMIT, level=0, latency=1)
    if growing:
        s = s.filter("asetnsamples", n=timeline.ticks_per_frame, p=1).filter(
            "atrim", start_sample=begin * timeline.ticks_per_frame
        )
        drop = f"lt(pts,{first * timeline.ticks_per_frame})"
    else:
        end = timeline.frames + 2
        s = s.filter("apad").filter(
            "atrim", start_sample=begin * timeline.ticks_per_frame, end_sample=end * timeline.ticks_per_frame
        )
        drop = f"lt(pts,{first * timeline.ticks_per_frame})+gte(pts,{timeline.frames * timeline.ticks_per_frame})"
        cuts = ",".join(str(c.last - first) for c in timeline.chunks[done:-1]) or str(NEVER_FRAMES)
    return ffmpeg.output(
        s,
        f"{audio.name}-%05d.mp4",
        **{"c:a": "aac", "b:a": audio.bit_rate, "bsf:a": f"noise=drop='{drop}'"},
        f="segment",
        segment_format="mp4",
        segment_format_options=f"movflags={FRAGMENTED}",
        segment_frames=cuts,
        segment_start_number=done,
        segment_list="pipe:1",
        segment_list_type="csv",
    )


def loudness_argv(ffmpeg_path: str, path: Path, plan: Plan, stream: int) -> tuple[str, ...]:
    """Measure the loudness of one stream (EBU R128); ffmpeg writes the summary to its log."""
    s = _input(path, plan)[str(stream)].filter("ebur128", framelog="quiet")
    return _with_filter_summaries(_finish(ffmpeg_path, [ffmpeg.output(s, "-", f="null")], "-progress", "pipe:1"))


def _with_filter_summaries(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments with a log level that includes the summaries of filters, such as the loudness."""
    return tuple("info" if a == "warning" else a for a in argv)


def text_argv(ffmpeg_path: str, path: Path, plan: Plan, stream: int, demuxer: str | None = None) -> tuple[str, ...]:
    """One subtitle stream as `text.vtt`."""
    source = _input(path, plan if demuxer is None else plan.model_copy(update={"demuxer": demuxer}))
    shift = 0.0 if demuxer else -plan.origin_s
    out = ffmpeg.output(source[str(stream)], "text.vtt", f="webvtt", output_ts_offset=f"{shift:.6f}")
    return _finish(ffmpeg_path, [out])


def still_argv(ffmpeg_path: str, path: Path, plan: Plan, at_s: float) -> tuple[str, ...]:
    """`picture.jpg`: the most representative of 48 frames after `at_s` seconds."""
    assert plan.video is not None
    top = plan.video.rungs[0]
    source = _input(path, plan, max(0.0, at_s))[str(plan.video.stream)]
    s = source.filter("thumbnail", n=48)
    if plan.video.tonemap:
        s = _tonemap(s.filter("scale", top.width, top.height), plan.video.tonemap)
    return _picture(ffmpeg_path, s, top.width, top.height)


def cover_argv(ffmpeg_path: str, path: Path, guard: tuple[str, ...], stream: int) -> tuple[str, ...]:
    """`picture.jpg` from a cover stream or an image file, at most 1280 pixels wide and high."""
    source = ffmpeg.input(f"file:{path}", **_pairs(guard))
    return _picture(ffmpeg_path, source[str(stream)], 1280, 1280)


def _picture(ffmpeg_path: str, s: Any, width: int, height: int) -> tuple[str, ...]:
    w, h = min(1280, width), min(1280, height)
    s = s.filter("scale", w, h, force_original_aspect_ratio="decrease", force_divisible_by=2, out_range="full")
    s = s.filter("setsar", 1).filter("format", "yuvj420p")
    out = ffmpeg.output(s, "picture.jpg", f="image2", update=1, **{"frames:v": 1, "c:v": "mjpeg", "q:v": 3})
    return _finish(ffmpeg_path, [out])


def sheet_argv(ffmpeg_path: str, columns: int, rows: int) -> tuple[str, ...]:
    """`sheet.jpg`, a grid of the pictures `%06d.jpg` (0, 1, …) in the cwd."""
    guard = {"f": "image2", "protocol_whitelist": "file", "codec_whitelist": "mjpeg", "start_number": 0}
    s = ffmpeg.input("%06d.jpg", **guard).filter("tile", f"{columns}x{rows}")
    out = ffmpeg.output(s, "sheet.jpg", f="image2", update=1, **{"frames:v": 1, "c:v": "mjpeg", "q:v": 5})
    return _finish(ffmpeg_path, [out])


def trial_argv(ffmpeg_path: str, encoder: str, video_options: dict[str, Any]) -> tuple[str, ...]:
    """Encode 0.3 s of grey, to test whether a hardware encoder is available."""
    s = ffmpeg.input("color=gray:size=640x360:rate=30", f="lavfi", t="0.3").video
    for f in (CODERS[encoder].upload or "format=yuv420p").split(","):
        s = s.filter(*f.split("=", 1))
    device = ("-vaapi_device", "/dev/dri/renderD128") if encoder.endswith("_vaapi") else ()
    return _finish(ffmpeg_path, [ffmpeg.output(s, "-", f="null", **video_options)], *device)
