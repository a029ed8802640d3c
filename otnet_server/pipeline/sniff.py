"""Detects the format of a file from its first 64 KiB: the one demuxer that may open it, or the reason for a refusal.

File names are not trusted, and ffmpeg's own detection would open playlists and scripts that refer to other files. The
magic bytes therefore select one demuxer, and ffmpeg may use no other (`process/ffmpeg_input.py`). Formats that refer to
other files or addresses have no demuxer here. A file of an unknown format is refused.

Order: text (no supported format but AMR starts with text), formats that are refused by name, media with a fixed
signature, and last the streams that have only sync words, which must repeat.

Streams that have only sync words may begin in the middle, after other bytes: a recording that was cut, or a download
with a damaged start. `sniff_after_junk` finds them in a longer part of the file.

Pure; `probe.sniff_file` reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from otnet_server.errors import OtnetError

HEAD_BYTES = 64 << 10
JUNK_BYTES = 1 << 20
TEXT_BYTES = 4096
BINARY_BYTES = 64
FRAMES_AFTER_JUNK = 12  # so many must follow each other, since random bytes may look like a few
_FRAME_STARTS = re.compile(rb"\xff[\xe0-\xff]|\x0b\x77")


@dataclass(frozen=True)
class Sniffed:
    """`demuxer` is ffmpeg's name of the format. `seekable`: seeking is exact, so a chunk may start at any frame."""

    demuxer: str
    seekable: bool


class Refused(OtnetError):
    """The file is not opened. `code` is stable; the message names the format."""


SEEKABLE_DEMUXERS = {"mov", "matroska", "avi"}

# Offset, bytes, demuxer.
MEDIA_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"FLV\x01", "flv"),
    (0, b"caff", "caf"),
    (0, b"wvpk", "wv"),
    (0, b"#!AMR", "amr"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "asf"),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "w64"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
    (8, b"AVI ", "avi"),
    (8, b"WAVE", "wav"),
    (8, b"AIFF", "aiff"),
    (8, b"AIFC", "aiff"),
)
RIFF_IDS = {"avi": (b"RIFF",), "wav": (b"RIFF", b"RF64", b"BW64"), "aiff": (b"FORM",)}
MOV_BOXES = {
    b"ftyp",
    b"moov",
    b"mdat",
    b"free",
    b"skip",
    b"wide",
    b"pnot",
    b"moof",
    b"styp",
    b"sidx",
    b"uuid",
}
MXF_KEY = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02"

# Code, description, and a pattern for the start of the text (in lower case, without BOM and white space).
TEXT_SIGNATURES: tuple[tuple[str, str, str], ...] = (
    ("playlist_hls", "an HLS or M3U playlist", r"#extm3u"),
    ("playlist_ffconcat", "a list of files to join (ffconcat)", r"ffconcat version|(#.*\n\s*)*file\s+\S"),
    ("playlist_sdp", "a network session description (SDP)", r"v=0\s"),
    ("playlist_pls", "a playlist", r"\[playlist\]|\[reference\]|\[default\]|rtsptext|rtsp://|https?://"),
    ("playlist_smil", "a playlist (SMIL, ASX or XSPF)", r"<(smil|asx|xspf|wpl|playlist)\b"),
    ("playlist_dash", "a DASH manifest", r"<(\w+:)?mpd\b"),
    ("html", "a web page", r"<(!doctype html|html|head|body|script)\b"),
    ("svg", "an SVG drawing", r"<svg\b"),
    ("xml", "an XML document", r"<\?xml|<!doctype|<\w+"),
    ("subtitles", "a subtitle file", r"webvtt|\[script info\]|1\s*\n\d\d:\d\d:\d\d"),
    ("executable", "a program", r"#!"),
)

XML_PROLOGUE = re.compile(r"^(\s|<\?xml.*?\?>|<!--.*?-->|<!doctype (?!html)[^>\[]*(\[.*?\])?\s*>)+", re.DOTALL)

# Offset, bytes, code, description.
REFUSED_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"PK\x03\x04", "archive", "a zip archive"),
    (0, b"PK\x05\x06", "archive", "a zip archive"),
    (0, b"Rar!\x1a\x07", "archive", "a rar archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive", "a 7z archive"),
    (0, b"\x1f\x8b", "archive", "a gzip archive"),
    (0, b"BZh", "archive", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "archive", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive", "a zstd archive"),
    (257, b"ustar", "archive", "a tar archive"),
    (32769, b"CD001", "archive", "a disc image"),
    (0, b"\x7fELF", "executable", "a program"),
    (0, b"MZ", "executable", "a program"),
    (0, b"\xca\xfe\xba\xbe", "executable", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "executable", "a program"),
    (0, b"\xff\xd8\xff", "image", "a picture"),
    (0, b"\x89PNG\r\n\x1a\n", "image", "a picture"),
    (0, b"GIF8", "image", "a picture"),
    (0, b"II*\x00", "image", "a picture"),
    (0, b"MM\x00*", "image", "a picture"),
    (0, b"8BPS", "image", "a picture"),
    (8, b"WEBP", "image", "a picture"),
    (4, b"ftypavif", "image", "a picture"),
    (4, b"ftypheic", "image", "a picture"),
    (4, b"ftypheix", "image", "a picture"),
    (4, b"ftypmif1", "image", "a picture"),
    (4, b"JXL \r\n\x87\n", "image", "a picture"),
    (0, b"%PDF-", "document", "a PDF document"),
    (0, b"\xd0\xcf\x11\xe0", "document", "an office document"),
    (0, b"SQLite format 3\x00", "document", "a database"),
    (0, b".RMF", "unsupported", "a RealMedia file"),
    (0, b"DVDVIDEO", "unsupported", "a DVD index"),
    (0, b"\x00\x00\x00\x01\x67", "unsupported", "bare H.264 video without a container"),
    (0, b"\x00\x00\x01\x67", "unsupported", "bare H.264 video without a container"),
    (0, b"\x00\x00\x00\x01\x40\x01", "unsupported", "bare HEVC video without a container"),
    (0, b"\x00\x00\x01\xb3", "unsupported", "bare MPEG video without a container"),
)

REFUSAL_REMEDIES = {
    "empty": "Copy the file again.",
    "archive": "Unpack it first.",
    "symlink": "Put the file itself into the library.",
    "unsupported": "Convert it to MP4 or MKV first.",
}
AC3_BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
MPEG_AUDIO_BITRATES = {  # kbit/s by (MPEG-1?, layer); MPEG-2 uses one row for layers II and III
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def sniff(head: bytes, body: bytes = b"") -> Sniffed:
    """Detect the format. `head` is the start of the file, `body` the bytes after its ID3 tag (see `tag_bytes`).
    Raises Refused for everything that is not media."""
    if not head:
        raise refusal("empty", "an empty file")
    if not head.strip(b"\0"):
        raise refusal("unknown", "a file that contains only zeros")
    if head[:3] == b"ID3":
        body = body or head[tag_bytes(head) :]
        return _sniffed(_match_signature(body) or _match_sync_words(body) or "mp3")
    if not head.startswith(b"#!AMR") and (text := _decoded_text(head)) is not None:
        raise _text_refusal(text)
    for offset, magic, code, words in REFUSED_SIGNATURES:
        if head.startswith(magic, offset):
            raise refusal(code, words)
    if demuxer := _match_signature(head) or _match_sync_words(head) or _match_sync_words(head.lstrip(b"\0")):
        return _sniffed(demuxer)
    raise refusal("unknown", "a file of an unknown format")


def sniff_after_junk(start: bytes) -> Sniffed | None:
    """The format of a stream that begins somewhere in `start`, the first bytes of a file of an unknown format."""
    for match in _FRAME_STARTS.finditer(start):
        for demuxer, length in FRAME_FORMATS:
            if _frames_repeat(start, length, match.start(), FRAMES_AFTER_JUNK):
                return _sniffed(demuxer)
    at = start.find(b"G")
    while 0 <= at < len(start) - 5 * 188:
        for stride in (188, 192, 204):
            if start[at : at + FRAMES_AFTER_JUNK * stride : stride] == b"G" * FRAMES_AFTER_JUNK:
                return _sniffed("mpegts")
        at = start.find(b"G", at + 1)
    return None


def tag_bytes(head: bytes) -> int:
    """Length of the ID3v2 tags at the start of a file, 0 without one. It can exceed the length of the head."""
    start = 0
    while head[start : start + 3] == b"ID3" and len(head) >= start + 10:
        a, b, c, d = (byte & 0x7F for byte in head[start + 6 : start + 10])
        start += 10 + (a << 21 | b << 14 | c << 7 | d)
    return start


def _match_signature(head: bytes) -> str:
    for offset, magic, demuxer in MEDIA_SIGNATURES:
        if head.startswith(magic, offset) and head.startswith(RIFF_IDS.get(demuxer, (b"",))):
            return demuxer
    if head[4:8] in MOV_BOXES and (int.from_bytes(head[:4]) >= 8 or head[:4] in (b"\0\0\0\0", b"\0\0\0\1")):
        return "mov"
    if head[:3] == b"\x1f\x07\x00" and head[3:4] in (b"\x3f", b"\xbf"):
        return "dv"
    return "mxf" if MXF_KEY in head else ""


def _match_sync_words(head: bytes) -> str:
    """Streams without a header: recognized when another sync word follows where the frame ends."""
    if _is_transport_stream(head):
        return "mpegts"
    for demuxer, length in FRAME_FORMATS:
        if _frames_repeat(head, length):
            return "eac3" if demuxer == "ac3" and head[5] >> 3 > 10 else demuxer
    return "dts" if head.startswith((b"\x7f\xfe\x80\x01", b"\xfe\x7f\x01\x80")) else ""


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes at a distance of 188, 192 (m2ts) or 204, and no packet with the reserved scrambling value."""
    for stride in (188, 192, 204):
        for start in range(2 * stride):
            if len(head) < start + 3 * stride or head[start] != 0x47:
                continue
            packets = range(start, min(len(head) - 3, start + 16 * stride), stride)
            if all(head[at] == 0x47 and head[at + 3] & 0xC0 != 0x40 for at in packets):
                return True
    return False


def _frames_repeat(head: bytes, length: Callable[[bytes], int], at: int = 0, frames: int = 3) -> bool:
    for _ in range(frames):
        step = length(head[at : at + 8])
        if not step:
            return False
        at += step
        if at + 8 > len(head):
            return at <= len(head)
    return True


def _adts_frame_bytes(head: bytes) -> int:
    """Frame length of ADTS AAC (ISO/IEC 13818-7, 6.2); 0 when the header is invalid."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size > 7 else 0


def _mpeg_audio_frame_bytes(head: bytes) -> int:
    """Frame length of MPEG audio layers I to III (ISO/IEC 11172-3, 2.4.1.3); 0 when the header is invalid."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, hertz, padding = (
        head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3), head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1,
    )  # fmt: skip
    if version == 1 or layer == 4 or rate in (0, 15) or hertz == 3:
        return 0
    kilobits = MPEG_AUDIO_BITRATES[(version == 3, layer if version == 3 else min(layer, 2))][rate - 1]
    sampling = (44100, 48000, 32000)[hertz] >> {3: 0, 2: 1, 0: 2}[version]
    if layer == 1:
        return (12000 * kilobits // sampling + padding) * 4
    return (72000 if layer == 3 and version != 3 else 144000) * kilobits // sampling + padding


def _ac3_frame_bytes(head: bytes) -> int:
    """Frame length of AC-3 and E-AC-3 (ETSI TS 102 366, 4.4.1 and E.1.3.1); 0 when the header is invalid."""
    if len(head) < 6 or head[:2] != b"\x0b\x77" or head[5] >> 3 > 16:
        return 0
    if head[5] >> 3 > 10:
        return ((head[2] & 7) << 8 | head[3]) * 2 + 2
    code, hertz = head[4] & 0x3F, head[4] >> 6
    if code > 37 or hertz == 3:
        return 0
    kilobits = AC3_BITRATES[code // 2]
    words = kilobits * 96000 // (48000, 44100, 32000)[hertz] + (hertz == 1 and code & 1)
    return 2 * words


FRAME_FORMATS: tuple[tuple[str, Callable[[bytes], int]], ...] = (
    ("ac3", _ac3_frame_bytes),
    ("aac", _adts_frame_bytes),
    ("mp3", _mpeg_audio_frame_bytes),
)


def _decoded_text(head: bytes) -> str | None:
    """The start of the file as text without BOM and leading white space, or None when it is not text."""
    start = head[:TEXT_BYTES]
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if start.startswith(bom):
            return _text_or_none(start[len(bom) :].decode(encoding, errors="replace"))
    if b"\0" in start[:BINARY_BYTES]:  # a binary header before much text, such as that of an MP4 file with metadata
        return None
    return _text_or_none(start.decode("utf-8-sig", errors="replace"))


def _text_or_none(text: str) -> str | None:
    odd = sum(1 for letter in text if letter == "\ufffd" or (letter < " " and letter not in "\t\n\r\f\x1b"))
    return text.lstrip("\ufeff \t\r\n\f\v") if odd * 50 <= len(text) else None


def _text_refusal(text: str) -> Refused:
    lowered = text.lower()
    for start in (XML_PROLOGUE.sub("", lowered), lowered):
        for code, words, pattern in TEXT_SIGNATURES:
            if re.match(pattern, start):
                return refusal(code, words)
    return refusal("text", "a text file")


def _sniffed(demuxer: str) -> Sniffed:
    return Sniffed(demuxer, demuxer in SEEKABLE_DEMUXERS)


def refusal(code: str, words: str) -> Refused:
    return Refused(f"refused_{code}", f"This is {words}, not a video or audio file.", REFUSAL_REMEDIES.get(code, ""))
