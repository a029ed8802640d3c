"""Restricts what ffmpeg and ffprobe open an untrusted file with: one demuxer, listed decoders, the file protocol only.

Every input of every command uses `input_args`. Setting `-f` alone is not enough, because a container can hold another
one (AVI may contain subtitle files, through which playlists have been opened before); hence the whitelists. The
decoders cover what studios deliver. Those for old games, screen recorders and rare lossless codecs, which have the most
vulnerabilities, are excluded; a stream that needs one is reported but not decoded.
"""

from __future__ import annotations

import re
from pathlib import Path

DEMUXERS = (
    "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "ogg", "asf", "mxf", "dv",
    "wav", "w64", "aiff", "caf", "flac", "mp3", "aac", "ac3", "eac3", "dts", "amr", "wv",
)  # fmt: skip
# Sidecar subtitles; they are copied to a fixed name and converted to UTF-8 first.
SUBTITLE_DEMUXERS = ("srt", "ass", "webvtt")
# ffmpeg's names of demuxers where they differ from the short names that `sniff` returns.
DEMUXER_NAMES = {"mov": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm"}

VIDEO_DECODERS = """
    h264 hevc vvc vp8 vp9 libvpx libvpx-vp9 av1 libdav1d libaom-av1 theora vp6 vp6a vp6f
    mpeg1video mpeg2video mpegvideo mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4 h261 h263 h263i h263p flv
    wmv1 wmv2 wmv3 vc1 prores dnxhd cfhd dvvideo mjpeg png jpeg2000 ffv1 huffyuv ffvhuff rawvideo
    v210 qtrle svq3 cinepak"""
AUDIO_DECODERS = """
    aac aac_latm ac3 eac3 dca mlp truehd mp1 mp1float mp2 mp2float mp3 mp3float vorbis libvorbis
    opus libopus flac alac wavpack wmav1 wmav2 wmapro wmalossless wmavoice speex nellymoser s302m
    amrnb amrwb libopencore_amrnb libopencore_amrwb gsm gsm_ms g722 g726
    adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha dvaudio
    pcm_alaw pcm_mulaw pcm_bluray pcm_dvd pcm_s8 pcm_s8_planar pcm_u8 pcm_s16le pcm_s16be
    pcm_s16le_planar pcm_s16be_planar pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_s24le_planar
    pcm_u24le pcm_u24be pcm_s24daud pcm_s32le pcm_s32be pcm_s32le_planar pcm_u32le pcm_u32be
    pcm_s64le pcm_s64be pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_f16le pcm_f24le"""
TEXT_DECODERS = "subrip srt ass ssa mov_text webvtt text libzvbi_teletextdec"
IMAGE_SUBTITLE_DECODERS = "dvdsub pgssub dvbsub xsub cc_dec"
DECODERS = f"{VIDEO_DECODERS} {AUDIO_DECODERS} {TEXT_DECODERS} {IMAGE_SUBTITLE_DECODERS}".split()
# Codecs whose decoder has another name.
CODEC_NAMES = {
    "amrnb": "amr_nb", "amrwb": "amr_wb", "dca": "dts", "flv": "flv1", "g722": "adpcm_g722", "g726": "adpcm_g726",
    "libzvbi_teletextdec": "dvb_teletext", "msmpeg4": "msmpeg4v3",
}  # fmt: skip
DECODED_CODECS = frozenset(CODEC_NAMES.get(decoder, decoder) for decoder in DECODERS)

_GRAPH_SPECIAL = "\\'[],;"  # of the notation of filter graphs
MAX_STREAMS = 200
MAX_PIXELS = 8192 * 8192


def input_guard(demuxer: str, protocol: str = "file") -> tuple[str, ...]:
    """The arguments to put before `-i`, for a demuxer that `sniff` returned. `protocol`: file, or pipe for stdin."""
    assert demuxer in DEMUXERS + SUBTITLE_DEMUXERS, demuxer
    return (
        "-f", demuxer,
        "-format_whitelist", DEMUXER_NAMES.get(demuxer, demuxer),
        "-codec_whitelist", ",".join(DECODERS),
        "-protocol_whitelist", protocol,
        "-max_streams", str(MAX_STREAMS),
        "-max_pixels", str(MAX_PIXELS),
    )  # fmt: skip


def captions_input_args(demuxer: str, file: str, stream: int) -> tuple[str, ...]:
    """A restricted input with the closed captions in a video stream as its only subtitle stream. `file` is a plain
    name in the working folder, such as that of a link to the source, because it becomes part of a filter.

    Only the filter `movie` gives access to captions. It opens the file itself, with the same restrictions, and decodes
    no other stream.
    """
    assert demuxer in DEMUXERS and re.fullmatch(r"[a-z]+", file), (demuxer, file)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": DEMUXER_NAMES.get(demuxer, demuxer),
        "codec_whitelist": ",".join(DECODERS),
        "max_streams": str(MAX_STREAMS),
    }
    format_options = _escaped(":".join(f"{name}={value}" for name, value in options.items()), "\\':")
    movie = f"filename={file}:format_name={demuxer}:stream_index={stream}:format_opts={format_options}"
    return ("-f", "lavfi", "-protocol_whitelist", "file", "-i", f"movie={_escaped(movie, _GRAPH_SPECIAL)}[out+subcc]")


def _escaped(text: str, special: str) -> str:
    return "".join(f"\\{c}" if c in special else c for c in text)


def input_args(demuxer: str, path: Path) -> tuple[str, ...]:
    """A restricted input. With `file:` and an absolute path, a file name such as `-y` or `http://x` can't be taken for
    an option or a URL."""
    assert path.is_absolute(), path
    return (*input_guard(demuxer), "-i", f"file:{path}")
