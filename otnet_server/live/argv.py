"""The command line of the encoder of a live stream. Pure.

One ffmpeg makes all rungs and the sound, each on a pipe of its own as a fragmented MP4 with a fragment for every frame,
so that the server decides what a part is. The picture rate is constant (`-fps_mode cfr`), and keyframes are at exact
frame numbers: at the start of every segment, and more often in the first seconds, so that a stream that continues after
a reconnect need not wait for the next segment. Pictures are fitted into the ladder of the stream, because the size may
change, and have one description of colour, so that every encoder of the stream writes the same init segment.

A small copy of the pictures and the sound are measured on the way (black, frozen, silent, loudness); the results and
the progress go to one more pipe as lines of text (`report.py`).

All times are `START_S` later than those of the input: encoders of sound begin before the first sample, and a muxer
would move negative times.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from otnet_server.media.plan import AudioPlan, VideoPlan
from otnet_server.process.ffmpeg_input import input_guard

START_S = 10
START_SEGMENTS = 2  # with a keyframe for every quarter
ANALYZED_US = 500_000
PROBED_BYTES = 5_000_000
COLOR = "color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
MOVFLAGS = "+frag_every_frame+empty_moov+default_base_moof+skip_trailer+frag_discont"
MEASURE_PICTURES = (
    "fps=5,scale=160:90:flags=fast_bilinear,format=yuv420p,blackdetect=d=1:pix_th=0.1,freezedetect=n=0.001:d=1"
)
MEASURE_SOUND = "ebur128=metadata=1,silencedetect=n=-60dB:d=1"
MAX_STRETCH = 50  # samples a second by which sound may be stretched to stay with its times
DEMUXERS = {"flv": "flv", "mpegts": "mpegts", "matroska": "matroska"}


def input_argv(ffmpeg: str, container: str) -> tuple[str, ...]:
    return (
        ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y",
        *input_guard(DEMUXERS[container], "pipe"), "-err_detect", "ignore_err",
        "-analyzeduration", str(ANALYZED_US), "-probesize", str(PROBED_BYTES), "-i", "pipe:0",
    )  # fmt: skip


def filler_input_argv(ffmpeg: str, video: VideoPlan) -> tuple[str, ...]:
    """One segment of slate and silence as the input."""
    seconds = float(video.timeline.segment_frames / video.rate)
    top = video.rungs[0]
    return (
        ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y",
        "-f", "lavfi", "-t", f"{seconds:.6f}", "-i", f"color=0x202020:size={top.width}x{top.height}:rate={video.rate}",
        "-f", "lavfi", "-t", f"{seconds:.6f}", "-i", "anullsrc=channel_layout=stereo:sample_rate=48000",
    )  # fmt: skip


def output_argv(
    video: VideoPlan,
    audio: AudioPlan,
    targets: Sequence[str],
    *,
    pictures: bool,
    sound: bool,
    sound_input: int = 0,
    captions: bool = True,
    report: int | None = None,
) -> tuple[str, ...]:
    """The outputs: `targets` are those of the rungs and of the sound, in this order, of what the input has. `captions`:
    closed captions stay in the pictures. `report` is the descriptor of the pipe of the report."""
    argv: list[str] = [] if report is None else ["-progress", f"pipe:{report}", "-stats_period", "1"]
    targets = list(targets)
    measured = "" if report is None else "[measured]"
    if pictures:
        count = len(video.rungs)
        splits = count + bool(measured)
        graph = [f"[0:v:0]split={splits}" + "".join(f"[in{n}]" for n in range(count)) + measured]
        if report is not None:
            graph.append(f"{measured}{MEASURE_PICTURES},metadata={_printed(report)}[pictures]")
        for n, rung in enumerate(video.rungs):
            size = f"{rung.width}:{rung.height}"
            graph.append(
                f"[in{n}]scale={size}:force_original_aspect_ratio=decrease:out_color_matrix=bt709:out_range=tv,"
                f"pad={size}:-1:-1,setsar=1,format=yuv420p,setparams={COLOR}[out{n}]"
            )
        argv += ["-filter_complex", ";".join(graph)]
        for n, rung in enumerate(video.rungs):
            argv += [
                "-map", f"[out{n}]", "-r", str(video.rate), "-fps_mode", "cfr",
                "-c:v", "libx264", "-preset", video.preset, "-tune", "zerolatency", "-profile:v", "high",
                "-level", rung.level, "-bf", "0", "-g", str(video.timeline.segment_frames),
                "-a53cc", str(int(captions)), "-sc_threshold", "0", "-force_key_frames", f"expr:{keyframes(video)}",
                "-crf", str(video.crf), "-maxrate", str(rung.max_rate), "-bufsize", str(rung.max_rate),
                "-threads", str(video.threads), "-video_track_timescale", str(video.timeline.timescale),
                *_muxer(targets.pop(0)),
            ]  # fmt: skip
    if sound:
        argv += [
            "-map", f"{sound_input}:a:0", "-af", f"aresample=48000:async={MAX_STRETCH}", "-ac", "2",
            "-c:a", "aac", "-b:a", str(audio.bit_rate), *_muxer(targets.pop(0)),
        ]  # fmt: skip
    if report is not None and pictures:
        argv += ["-map", "[pictures]", "-f", "null", "-"]
    if report is not None and sound:
        argv += [
            "-map",
            f"{sound_input}:a:0",
            "-af",
            f"{MEASURE_SOUND},ametadata={_printed(report)}",
            "-f",
            "null",
            "-",
        ]
    return tuple(argv)


def _printed(report: int) -> str:
    return f"print:file=pipe\\\\:{report}:direct=1"


def keyframes(video: VideoPlan) -> str:
    """ffmpeg's expression for the pictures that are keyframes."""
    segment = video.timeline.segment_frames
    half, quarter = segment // 2, segment // 4
    place = f"mod(mod(n,{segment}),{half})"
    return f"if(lt(n,{START_SEGMENTS * segment}),not({place})+eq({place},{quarter}),not(mod(n,{segment})))"


def _muxer(target: str) -> tuple[str, ...]:
    return (
        "-output_ts_offset", str(START_S), "-avoid_negative_ts", "disabled",
        "-movflags", MOVFLAGS, "-flush_packets", "1", "-map_metadata", "-1",
        "-f", "mp4", target,
    )  # fmt: skip


def frame_number(time: int, timescale: int, ticks_per_frame: int) -> int:
    """The number of a frame of the encoder from its decode time."""
    return round(Fraction(time - START_S * timescale, ticks_per_frame))
