"""What ffmpeg and ffprobe may open a stranger's file with: one demuxer, named decoders, no protocol but file.

Every input of every command carries `input_args`. Pinning `-f` alone is not enough, since a container can
hold another one (AVI holds subtitle files, which have opened playlists before); the lists close that. The
decoders are for what studios deliver: those of old games, screen recorders and rare lossless coders, where
most decoder faults are found, stay out, and a stream that needs one is named but not decoded.
"""

from __future__ import annotations

from pathlib import Path

DEMUXERS = (
    "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "ogg", "asf", "mxf", "dv",
    "wav", "w64", "aiff", "caf", "flac", "mp3", "aac", "ac3", "eac3", "dts", "amr", "wv",
)  # fmt: skip
# Subtitle files beside a film; they are copied to a known name and encoding first.
SUBTITLES = ("srt", "ass", "webvtt")
# ffmpeg's own spelling where it differs from the short name that `sniff` gives.
SPELLED = {"mov": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm"}

VIDEO = """
    h264 hevc vvc vp8 vp9 libvpx libvpx-vp9 av1 libdav1d libaom-av1 theora vp6 vp6a vp6f
    mpeg1video mpeg2video mpegvideo mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4 h261 h263 h263i h263p flv
    wmv1 wmv2 wmv3 vc1 prores dnxhd cfhd dvvideo mjpeg png jpeg2000 ffv1 huffyuv ffvhuff rawvideo
    v210 qtrle svq3 cinepak"""
AUDIO = """
    aac aac_latm ac3 eac3 dca mlp truehd mp1 mp1float mp2 mp2float mp3 mp3float vorbis libvorbis
    opus libopus flac alac wavpack wmav1 wmav2 wmapro wmalossless wmavoice speex nellymoser s302m
    amrnb amrwb libopencore_amrnb libopencore_amrwb gsm gsm_ms g722 g726
    adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha dvaudio
    pcm_alaw pcm_mulaw pcm_bluray pcm_dvd pcm_s8 pcm_s8_planar pcm_u8 pcm_s16le pcm_s16be
    pcm_s16le_planar pcm_s16be_planar pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_s24le_planar
    pcm_u24le pcm_u24be pcm_s24daud pcm_s32le pcm_s32be pcm_s32le_planar pcm_u32le pcm_u32be
    pcm_s64le pcm_s64be pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_f16le pcm_f24le"""
TEXT = "subrip srt ass ssa mov_text webvtt text"
PICTURE_TEXT = "dvdsub pgssub dvbsub xsub cc_dec"
DECODERS = f"{VIDEO} {AUDIO} {TEXT} {PICTURE_TEXT}".split()

MAX_STREAMS = 200
MAX_PIXELS = 8192 * 8192


def input_guard(demuxer: str) -> tuple[str, ...]:
    """The arguments that stand before `-i`, for a demuxer that `sniff` named."""
    assert demuxer in DEMUXERS + SUBTITLES, demuxer
    return (
        "-f", demuxer,
        "-format_whitelist", SPELLED.get(demuxer, demuxer),
        "-codec_whitelist", ",".join(DECODERS),
        "-protocol_whitelist", "file",
        "-max_streams", str(MAX_STREAMS),
        "-max_pixels", str(MAX_PIXELS),
    )  # fmt: skip


def input_args(demuxer: str, path: Path) -> tuple[str, ...]:
    """A guarded input. `file:` and an absolute path keep a name such as `-y` or `http://x` a name."""
    assert path.is_absolute(), path
    return (*input_guard(demuxer), "-i", f"file:{path}")
