"""ffmpeg command lines, built from requests. Pure: no file is touched, nothing is spawned.

Frame-exact chunks. The input keeps its own timestamps (`-copyts`) and is sought to a keyframe safely before the chunk
(`-ss` with `-noaccurate_seek`). `setpts` subtracts the origin in whole ticks, so that frame numbers do not depend on
the seek position; `fps` places frames on the planned timeline; `trim` selects exactly the planned frame numbers. So
every chunk has the same frames at the same numbers as in a single pass. `-output_ts_offset` and the `movflags` write
the true decode time into the fragments.

Joining audio chunks. One pass decodes from the start, so that sample positions never depend on a seek. Each AAC frame
depends on its neighbours: encoding begins `PREROLL_FRAMES` early and ends two frames late, and the `noise` bitstream
filter drops the packets outside; the remaining packets are aligned to the timeline of 1024 samples.

Sources that change. A new size of the picture or a new layout of the sound would restart the filters, which would then
forget where they are on the timeline. Pictures of another size are therefore passed on to the scaler
(`-reinit_filter 0`). Sound is first converted to one layout, encoded as PCM and decoded again within the same process
(a loopback decoder, `-dec`), and the filters that keep the timeline read that.

Sources whose times restart or jump are read without `-copyts`: ffmpeg then puts them on one clock. Each process reads
all video and audio streams, because the correction depends on the packets that are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import ffmpeg

from otnet_server import (
    AudioRendition,
    AudioRequest,
    Color,
    PictureRequest,
    SheetRequest,
    SourceFile,
    SubtitleRequest,
    VideoChunkRequest,
    VideoPassRequest,
    VideoRendition,
    VideoRequest,
    captions_input_args,
    image_guard,
    input_guard,
)

from .codecs import CODERS, SOFTWARE

FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
# Seconds to seek before the chunk, by attempt. A seek uses decode times, and a keyframe may be presented a few frames
# later. A seek that is too late causes missing frames, which is detected, and the next attempt seeks earlier.
SEEK_MARGIN_S = (0.4, 30.0, 1e9)
FILM_SEEK_MARGIN_S = 1.0  # for the cycle before the chunk; `decimate` would count from a later picture
PREROLL_FRAMES = 16
SCALE_MATRICES = {"bt470bg": "bt470"}  # the names of the scale filter where they differ
JPEG = {"out_range": "full", "out_color_matrix": "bt601"}  # as JFIF defines it
LAYOUTS = {2: "stereo", 6: "5.1"}
PEAK_LIMIT = 0.75  # linear; AAC overshoots by up to 2 dB with loud, dense audio
QUIET = ("-hide_banner", "-nostdin", "-nostats", "-v", "warning", "-y")
READ_ALL = ("-map", "0:v?", "-map", "0:a?", "-c", "copy", "-f", "null", "-")
NEVER_FRAMES = 10**9
PICTURE_MAX_SIDE = 1280  # pixels


def _input(source: SourceFile, seek_s: float = 0.0, *, pictures: bool = False, **options: Any) -> Any:
    guard = _pairs(input_guard(source.demuxer)) | ({"reinit_filter": 0} if pictures else {}) | options
    if seek_s > 0:
        guard |= {"noaccurate_seek": None, "ss": f"{seek_s:.6f}"}
    return ffmpeg.input(f"file:{source.path}", **guard)


def _pairs(argv: Sequence[str]) -> dict[str, Any]:
    return {k.lstrip("-"): v for k, v in zip(argv[::2], argv[1::2], strict=True)}


def _finish(ffmpeg_path: str, outputs: list[Any], *extra: str, source: SourceFile | None = None) -> tuple[str, ...]:
    """The command line for `outputs`, whose times are those of `source`."""
    clock = ("-copyts",) if source is None or source.continuous else ()
    return (ffmpeg_path, *QUIET, *clock, *extra, *_args(outputs), *(() if clock else READ_ALL))


def _args(outputs: list[Any]) -> list[str]:
    args: list[str] = ffmpeg.get_args(ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0])
    return args


def _seek(request: VideoRequest, first: int) -> float:
    """The seek position in seconds; 0 is the beginning of the file. Later attempts seek earlier."""
    margin = SEEK_MARGIN_S[min(request.attempt, len(SEEK_MARGIN_S) - 1)]
    if request.deinterlace == "film":
        margin += FILM_SEEK_MARGIN_S
    if request.source_frames is not None:
        first = min(first, request.source_frames - 1)
    return max(0.0, first / float(request.frame_rate) + request.seek_offset_s - margin)


def _pictures(source: Any, request: VideoRequest, first: int, last: int | None, from_start: bool) -> Any:
    """The frames `first` … `last - 1`, deinterlaced and tone-mapped as requested."""
    top, rate = request.renditions[0], request.frame_rate
    s = source[str(request.stream)].filter("setpts", f"PTS-({request.origin_ticks})")
    if request.deinterlace == "film":
        s = _film(s, rate, first, from_start)
    elif request.deinterlace:
        s = s.filter("bwdif", mode="send_field" if request.deinterlace == "fields" else "send_frame")
    s = _tagged(s, request.source_color)
    s = s.filter("fps", fps=str(rate), **({"start_time": 0} if from_start else {}))
    if repeats := _repeats(request, last):
        s = s.filter("tpad", stop_mode="clone", stop=repeats)
    s = s.filter("trim", start_pts=first, **({} if last is None else {"end_pts": last}))
    s = s.filter("setpts", f"PTS-{first}")
    if request.tone_map_from:
        s = _tonemap(s.filter("scale", top.width, top.height), request.tone_map_from)
    elif request.source_color and request.color and request.source_color.primaries != request.color.primaries:
        s = s.filter("scale", top.width, top.height).filter("zscale", p="bt709", t="bt709", m="bt709", r="tv")
    return s


def _film(s: Any, rate: Fraction, first: int, from_start: bool) -> Any:
    """The pictures of film at `rate` that was stored with repeated fields, of which five make four.

    Cycles of five begin at the same pictures wherever the input was sought to, so that each chunk drops the same ones.
    One cycle before the chunk gives the filters their context. A cycle may begin with the picture to drop; the second
    one then has the time of the first, from which `decimate` counts. The picture most like the one before
    it is dropped however much it differs (`dupthresh`): in grainy film, and under titles that move, repeated pictures
    are not the same, and `decimate` would drop the first one after a cut instead.
    """
    stored = rate * 5 / 4
    base = f"{stored.denominator}/{stored.numerator}"
    s = s.filter("fps", fps=str(stored), **({"start_time": 0} if from_start else {}))
    s = s.filter("trim", start_pts=5 * max(0, first // 4 - 1))
    s = s.filter("fieldmatch", combmatch="full").filter("bwdif", mode="send_frame", deint="interlaced")
    s = s.filter("settb", base).filter("setpts", "PTS-eq(mod(PTS,5),1)*eq(mod(STARTPTS,5),0)")
    return s.filter("decimate", dupthresh=100)


def _repeats(request: VideoRequest, last: int | None) -> int:
    """How often to repeat the last picture of the source, at least: for frames that the source has no pictures for,
    and for a second, because files may be shorter than announced."""
    held = request.source_frames
    if last is None:
        return 0 if held is None else request.total_frames - held
    available = request.total_frames if held is None else held
    if last < available:
        return 0
    return last - available + -(-request.frame_rate.numerator // request.frame_rate.denominator)


def _tagged(s: Any, color: Color | None) -> Any:
    """The same pictures, tagged with their colours."""
    if color is None:
        return s
    return s.filter(
        "setparams",
        range="pc" if color.full_range else "tv",
        color_primaries=color.primaries,
        color_trc=color.transfer,
        colorspace=color.matrix,
    )


def _tonemap(s: Any, transfer: str) -> Any:
    trc = {"pq": "smpte2084", "hlg": "arib-std-b67"}[transfer]
    s = s.filter("setparams", color_primaries="bt2020", color_trc=trc, colorspace="bt2020nc")
    s = s.filter("zscale", t="linear", npl=100).filter("format", "gbrpf32le").filter("zscale", p="bt709")
    s = s.filter("tonemap", tonemap="hable", desat=0)
    return s.filter("zscale", t="bt709", m="bt709", r="tv").filter("format", "yuv420p")


def _scale(s: Any, width: int, height: int, color: Color | None) -> Any:
    matrix = {} if color is None else {"out_color_matrix": SCALE_MATRICES.get(color.matrix, color.matrix)}
    limited = {} if color is None else {"out_range": "tv"}
    return s.filter("scale", width, height, flags="bicubic", **matrix, **limited).filter("setsar", 1)


def _video_options(request: VideoRequest, rendition: VideoRendition, keyframes: str) -> dict[str, Any]:
    options = dict(CODERS[request.encoder].options(rendition, request.preset, request.crf))
    if request.threads and request.encoder in SOFTWARE.values():
        options["threads"] = request.threads
    if request.encoder == "libx265":
        options["x265-params"] += f":keyint={NEVER_FRAMES // 10**5}:min-keyint=1"
        options["tag:v"] = "hvc1"
    return options | {
        "g": NEVER_FRAMES // 10**5 if request.encoder != "libsvtav1" else request.segment_frames,
        "force_key_frames": keyframes,
        "fps_mode": "passthrough",
        "video_track_timescale": request.timescale,
    }


def chunk_argv(ffmpeg_path: str, request: VideoChunkRequest) -> tuple[str, ...]:
    """Decode once and encode all renditions and thumbnails of one chunk: `<rendition>.mp4` and `thumb-%06d.jpg` in the
    cwd."""
    first, end = request.first_frame, request.end_frame
    seek = _seek(request, first)
    base = _pictures(_input(request.source, seek, pictures=True), request, first, end, from_start=seek == 0)
    files = {"f": "mp4", "movflags": FRAGMENTED, "output_ts_offset": f"{float(request.seconds(first)):.6f}"}
    keyframes = "expr:" + "+".join(f"eq(n,{n - first})" for n in request.keyframes)
    return _finish(
        ffmpeg_path,
        _outputs(base, request, keyframes, files, "{rendition}.mp4", first, end),
        "-progress", "pipe:1", *_device(request), source=request.source,
    )  # fmt: skip


def pass_argv(ffmpeg_path: str, request: VideoPassRequest) -> tuple[str, ...]:
    """One pass over the file, from chunk number `first_chunk` on, written as chunk files `<rendition>-%05d.mp4`."""
    first, *later = request.chunk_starts
    base = _pictures(_input(request.source, pictures=True), request, first, None, from_start=True)
    files = {
        "f": "segment",
        "segment_format": "mp4",
        "segment_format_options": f"movflags={FRAGMENTED}:video_track_timescale={request.timescale}",
        "segment_frames": _cuts(first, later),
        "avoid_negative_ts": "disabled",  # else B-frames shift every chunk by their delay
        "segment_start_number": request.first_chunk,
        "segment_list": "pipe:1",
        "segment_list_type": "csv",
        "output_ts_offset": f"{float(request.seconds(first)):.6f}",
    }
    keyframes = f"expr:not(mod(n,{request.segment_frames}))"
    return _finish(
        ffmpeg_path,
        _outputs(base, request, keyframes, files, "{rendition}-%05d.mp4", first, None),
        "-progress", "pipe:1", *_device(request), source=request.source,
    )  # fmt: skip


def _cuts(first: int, later: Sequence[int]) -> str:
    """The frames at which to cut, counted from `first`."""
    return ",".join(str(start - first) for start in later) or str(NEVER_FRAMES)


def first_thumbnail(request: VideoRequest, first: int) -> int:
    """The number of the first thumbnail at frame `first` or after it."""
    return -(-first // request.thumbnails.every_frames) if request.thumbnails else 0


def _outputs(
    base: Any,
    request: VideoRequest,
    keyframes: str,
    files: dict[str, Any],
    name: str,
    first: int,
    last: int | None,
) -> list[Any]:
    thumbs, number = request.thumbnails, first_thumbnail(request, first)
    has_thumbnail = thumbs is not None and (last is None or number * thumbs.every_frames < last)
    branches = base.filter_multi_output("split", len(request.renditions) + has_thumbnail)
    outputs = []
    for i, rendition in enumerate(request.renditions):
        s = _tagged(_scale(branches[i], rendition.width, rendition.height, request.color), request.color)
        upload = CODERS[request.encoder].upload
        for f in upload.split(",") if upload else ["format=yuv420p"]:
            s = s.filter(*f.split("=", 1))
        options = _video_options(request, rendition, keyframes)
        outputs.append(ffmpeg.output(s, name.format(rendition=rendition.name), **options, **files))
    if thumbs is not None and has_thumbnail:
        due = f"not(mod(n+{first},{thumbs.every_frames}))"
        if last is None and first % thumbs.every_frames:
            # An output without any picture is an error, and the pass may end before the next thumbnail is due. So the
            # first picture is written too, under the number before; `encode_pass` leaves it out.
            due, number = f"not(n)+{due}", number - 1
        t = branches[len(request.renditions)].filter("select", due)
        t = t.filter("scale", thumbs.width, thumbs.height, **JPEG).filter("format", "yuvj420p")
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


def _device(request: VideoRequest) -> tuple[str, ...]:
    return ("-vaapi_device", "/dev/dri/renderD128") if request.encoder.endswith("_vaapi") else ()


def audio_argv(ffmpeg_path: str, request: AudioRequest, gains: dict[int, float] | None = None) -> tuple[str, ...]:
    """One pass over the file: chunk files `<rendition>-%05d.mp4`. `gains` maps streams to a gain in dB."""
    streams = sorted({r.stream for r in request.renditions})
    source = _input(request.source)
    converted: dict[str, Any] = {"c:a": "pcm_f32le", "f": "null"}
    outputs = []
    decoded = ffmpeg.input("decoded")
    for number, stream in enumerate(streams):
        renditions = [r for r in request.renditions if r.stream == stream]
        converted[f"filter:a:{number}"] = _one_layout(renditions)
        s = decoded[str(number)].filter("asetpts", f"PTS-({request.origin_s!r})/TB")
        rate = renditions[0].sample_rate
        s = s.filter("aresample", rate, **{"async": 1, "first_pts": 0, "min_hard_comp": 0.02}).filter(
            "ebur128", framelog="quiet"
        )
        gain = (gains or {}).get(stream, 0.0)
        if gain:
            s = s.filter("volume", f"{gain:.2f}dB")
        # All outputs of `asplit` get the smallest requested layout, so it is set before the split.
        s = s.filter("aformat", channel_layouts=_largest_layout(renditions))
        branches = s.filter_multi_output("asplit", len(renditions))
        outputs += [_audio_output(branches[i], r, limited=bool(gain)) for i, r in enumerate(renditions)]
    first = ffmpeg.output(*(source[str(stream)] for stream in streams), "-", **converted)
    loopback = (part for number in range(len(streams)) for part in ("-dec", f"0:{number}"))
    args = _finish(ffmpeg_path, [first], "-progress", "pipe:1", source=request.source)
    return _with_filter_summaries((*args, *loopback, *_from_loopback(_args(outputs))))


def _one_layout(renditions: list[AudioRendition]) -> str:
    """The filters that convert a stream to the largest layout of its renditions, whatever layout it changes to."""
    first = renditions[0]
    mix = "pan=mono|c0=c0," if first.source_layout.startswith("ambisonic") else ""
    return f"{mix}aformat=sample_rates={first.sample_rate}:channel_layouts={_largest_layout(renditions)}"


def _largest_layout(renditions: list[AudioRendition]) -> str:
    return LAYOUTS[max(r.channels for r in renditions)]


def _from_loopback(args: list[str]) -> list[str]:
    """Arguments whose first input is replaced by the loopback decoders."""
    assert args[0] == "-i", args
    graph = args.index("-filter_complex") + 1
    return [*args[2:graph], re.sub(r"\[0:(\d+)\]", r"[dec:\1]", args[graph]), *args[graph + 1 :]]


def _audio_output(s: Any, rendition: AudioRendition, limited: bool) -> Any:
    """`limited`: the samples were amplified. Amplified and downmixed samples pass a limiter."""
    first, *later = rendition.chunk_starts
    samples, begin = rendition.frame_samples, max(0, first - PREROLL_FRAMES)
    s = s.filter("aformat", sample_fmts="fltp", channel_layouts=LAYOUTS[rendition.channels])
    if limited or rendition.source_channels > rendition.channels:
        s = s.filter("alimiter", limit=PEAK_LIMIT, level=0, latency=1)
    drop = f"lt(pts,{first * samples})"
    if rendition.total_frames is None:
        s = s.filter("asetnsamples", n=samples, p=1).filter("atrim", start_sample=begin * samples)
    else:
        end = rendition.total_frames
        s = s.filter("apad").filter("atrim", start_sample=begin * samples, end_sample=(end + 2) * samples)
        drop += f"+gte(pts,{end * samples})"
    return ffmpeg.output(
        s,
        f"{rendition.name}-%05d.mp4",
        **{"c:a": "aac", "b:a": rendition.bit_rate, "bsf:a": f"noise=drop='{drop}'"},
        f="segment",
        segment_format="mp4",
        segment_format_options=f"movflags={FRAGMENTED}",
        segment_frames=_cuts(first, later),
        segment_start_number=rendition.first_chunk,
        segment_list="pipe:1",
        segment_list_type="csv",
    )


def loudness_argv(ffmpeg_path: str, source: SourceFile, stream: int) -> tuple[str, ...]:
    """Measure the loudness of one stream (EBU R128); ffmpeg writes the summary to its log."""
    s = _input(source)[str(stream)].filter("ebur128", framelog="quiet")
    out = ffmpeg.output(s, "-", f="null")
    return _with_filter_summaries(_finish(ffmpeg_path, [out], "-progress", "pipe:1", source=source))


def _with_filter_summaries(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments with a log level that includes the summaries of filters, such as the loudness."""
    return tuple("info" if a == "warning" else a for a in argv)


# The name of a link to the source in the working folder, for a filter that opens it.
LINKED_SOURCE = "source"
# Codec of a stream → (encoder, muxer). Other codecs become ASS, which keeps their styles.
SUBTITLE_OUTPUTS = {
    "subrip": ("copy", "srt"),
    "ass": ("copy", "ass"),
    "ssa": ("copy", "ass"),
    "webvtt": ("copy", "webvtt"),
    "mov_text": ("srt", "srt"),
    "dvb_teletext": ("srt", "srt"),
}
# A page of teletext is shown until the next one comes.
TELETEXT_OPTIONS: dict[str, Any] = {"txt_page": "subtitle", "txt_format": "text", "fix_sub_duration": None}


def subtitle_argv(ffmpeg_path: str, request: SubtitleRequest) -> tuple[str, ...]:
    """One subtitle stream as `text`. Streams are copied in the formats that OTNet reads, because WebVTT from ffmpeg has
    no positions and shows drawings as words."""
    if request.codec == "closed_captions":
        captions = captions_input_args(request.source.demuxer, LINKED_SOURCE, request.stream)
        return (
            ffmpeg_path, *QUIET, "-copyts", *captions, "-map", "0:s", "-c:s", "ass", "-f", "ass",
            "-output_ts_offset", f"{0.0 - request.origin_s:.6f}", "text",
        )  # fmt: skip
    encoder, muxer = SUBTITLE_OUTPUTS.get(request.codec, ("ass", "ass")) if request.codec else ("webvtt", "webvtt")
    options = TELETEXT_OPTIONS if request.codec == "dvb_teletext" else {}
    stream = _input(request.source, **options)[str(request.stream)]
    offset = f"{0.0 - request.origin_s:.6f}"
    out = ffmpeg.output(stream, "text", f=muxer, output_ts_offset=offset, **{"c:s": encoder})
    return _finish(ffmpeg_path, [out], source=request.source)


def still_argv(ffmpeg_path: str, request: PictureRequest, demuxer: str, at_s: float) -> tuple[str, ...]:
    """`picture.jpg`: the most representative of 48 frames after `at_s` seconds."""
    s = _input(SourceFile(request.file, demuxer), max(0.0, at_s), pictures=True)[str(request.stream)]
    s = _tagged(s, request.source_color).filter("thumbnail", n=48)
    if request.tone_map_from:
        size = request.size or (PICTURE_MAX_SIDE, PICTURE_MAX_SIDE)
        s = _tonemap(s.filter("scale", *size), request.tone_map_from)
    return _picture(ffmpeg_path, s, request.size)


def cover_argv(ffmpeg_path: str, request: PictureRequest, head: bytes) -> tuple[str, ...]:
    """`picture.jpg` from a cover stream or an image file, whose first bytes are `head`."""
    guard = image_guard(head) if request.demuxer is None else input_guard(request.demuxer)
    source = ffmpeg.input(f"file:{request.file}", **_pairs(guard))
    return _picture(ffmpeg_path, source[str(request.stream)], request.size)


def _picture(ffmpeg_path: str, s: Any, size: tuple[int, int] | None) -> tuple[str, ...]:
    if size is not None:
        s = s.filter("scale", *size, **JPEG)
    else:
        w = h = PICTURE_MAX_SIDE
        s = s.filter("scale", w, h, force_original_aspect_ratio="decrease", force_divisible_by=2, **JPEG)
    s = s.filter("setsar", 1).filter("format", "yuvj420p")
    out = ffmpeg.output(s, "picture.jpg", f="image2", update=1, **{"frames:v": 1, "c:v": "mjpeg", "q:v": 3})
    return _finish(ffmpeg_path, [out])


def sheet_argv(ffmpeg_path: str, request: SheetRequest) -> tuple[str, ...]:
    """`sheet.jpg`, a grid of the pictures `%06d.jpg` (0, 1, …) in the cwd."""
    guard = {"f": "image2", "protocol_whitelist": "file", "codec_whitelist": "mjpeg", "start_number": 0}
    s = ffmpeg.input("%06d.jpg", **guard).filter("tile", f"{request.columns}x{request.rows}")
    out = ffmpeg.output(s, "sheet.jpg", f="image2", update=1, **{"frames:v": 1, "c:v": "mjpeg", "q:v": 5})
    return _finish(ffmpeg_path, [out])


def trial_argv(ffmpeg_path: str, encoder: str, video_options: dict[str, Any]) -> tuple[str, ...]:
    """Encode 0.3 s of grey, to test whether a hardware encoder is available."""
    s = ffmpeg.input("color=gray:size=640x360:rate=30", f="lavfi", t="0.3").video
    for f in (CODERS[encoder].upload or "format=yuv420p").split(","):
        s = s.filter(*f.split("=", 1))
    device = ("-vaapi_device", "/dev/dri/renderD128") if encoder.endswith("_vaapi") else ()
    return _finish(ffmpeg_path, [ffmpeg.output(s, "-", f="null", **video_options)], *device)
