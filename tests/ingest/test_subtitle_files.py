"""Subtitle files beside a film: named for what they say, and never outside of the film's folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from otnet_server.errors import ApiError, Invalid
from otnet_server.ingest.subtitle_files import SubtitleFiles, extension_of, subtitle_name
from otnet_server.media.roles import Role
from otnet_server.media.subtitle_names import SubtitleName, parse_words, sidecar_stem

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
EN = SubtitleName("en")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    source = tmp_path / "Night Train (2024).mkv"
    source.write_bytes(b"")
    return source


def names(film: Path) -> list[str]:
    return sorted(p.name for p in film.parent.iterdir() if p != film)


@pytest.mark.parametrize("said", [
    SubtitleName("en"), SubtitleName("pt-BR", (Role.FORCED,)), SubtitleName("zh-Hant", (Role.SDH,), True),
    SubtitleName("hi", (Role.SDH,)), SubtitleName("de", (Role.FORCED, Role.SDH)),
    SubtitleName("es-419"),
])  # fmt: skip
@pytest.mark.parametrize("number", [1, 2, 10])
def test_name_of_a_file_says_what_was_asked_for(said: SubtitleName, number: int) -> None:
    stem = sidecar_stem("Film", said, number)
    assert stem is not None and parse_words(stem.removeprefix("Film")) == said


def test_name_that_can_not_say_a_language_is_refused() -> None:
    assert sidecar_stem("Film", SubtitleName("tlh-Piqd")) is None
    assert sidecar_stem("Film", SubtitleName(), 1) == "Film.und" and sidecar_stem("Film", SubtitleName(), 2) is None


def test_files_are_added_renamed_replaced_and_deleted(film: Path) -> None:
    files = SubtitleFiles(film)
    first = files.add(SRT, "srt", EN)
    second = files.add(SRT, "srt", EN)
    assert names(film) == ["Night Train (2024).en.2.srt", "Night Train (2024).en.srt"]
    forced = files.rename(second.id, SubtitleName("de", (Role.FORCED,)))
    assert forced.name == "Night Train (2024).de.forced.srt" and forced.sidecar.roles == (Role.FORCED,)
    replaced = files.replace(first.id, VTT, "vtt")
    assert replaced.name == "Night Train (2024).en.vtt" and Path(replaced.sidecar.path).read_bytes() == VTT
    files.replace(replaced.id, VTT + b"\n", "vtt")
    files.delete(forced.id)
    assert names(film) == ["Night Train (2024).en.vtt"]
    with pytest.raises(ApiError) as refused:
        files.delete(forced.id)
    assert refused.value.status == 404


def test_file_that_is_no_subtitles_leaves_nothing_behind(film: Path) -> None:
    for data, extension in ((b"", "srt"), (b"\x00\x01\x02", "srt"), (b"<html>", "ttml"), (b"just words", "vtt")):
        with pytest.raises(Invalid):
            SubtitleFiles(film).add(data, extension, EN)
    assert names(film) == []


TTML = (b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
        b'<p begin="1s" end="2s">Hi</p></div></body></tt>')  # fmt: skip
ASS = (b"[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
       b"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello\n")  # fmt: skip


@pytest.mark.parametrize(("data", "extension"), [
    (SRT, "srt"), (VTT, "vtt"), (ASS, "ass"), (TTML, "ttml"), (b"{25}{50}Hello\n", "sub"),
    (b"\xef\xbb\xbf" + VTT, "vtt"), (VTT.decode().encode("utf-16"), "vtt"), (b"\n\n" + SRT, "srt"),
])  # fmt: skip
def test_format_is_recognized_by_the_content(film: Path, data: bytes, extension: str) -> None:
    assert SubtitleFiles(film).add(data, None, EN).name == f"{film.stem}.en.{extension}"


def test_entities_of_ttml_are_refused(film: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><tt xmlns="http://www.w3.org/ns/ttml"><body>&a;</body></tt>'
    with pytest.raises(Invalid):
        SubtitleFiles(film).add(bomb, "ttml", EN)


def test_subtitles_of_another_film_and_links_are_not_touched(film: Path) -> None:
    other = film.with_name("Night Train (2024).en.mkv")  # a film whose name looks like a language of this one
    other.write_bytes(b"")
    secret = film.parent.parent / "secret.srt"
    secret.write_bytes(SRT)
    film.with_name("Night Train (2024).de.srt").symlink_to(secret)
    with pytest.raises(ApiError) as refused:
        SubtitleFiles(film).add(SRT, "srt", EN)
    assert refused.value.code == "no_name"
    assert SubtitleFiles(film).list() == []
    added = SubtitleFiles(film).add(SRT, "srt", SubtitleName("de"))
    assert added.name == "Night Train (2024).de.2.srt", "a link is not replaced"
    assert secret.read_bytes() == SRT


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write to any folder, but not to a file system that is mounted read-only."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_folder_that_can_not_be_written_is_said(film: Path) -> None:
    files = SubtitleFiles(film)
    id = files.add(SRT, "srt", EN).id
    changes: list[Callable[[], object]] = [
        lambda: files.add(SRT, "srt", SubtitleName("de")),
        lambda: files.put(SRT, EN),
        lambda: files.replace(id, SRT, None),
        lambda: files.rename(id, SubtitleName("de")),
        lambda: files.delete(id),
    ]
    with read_only(film.parent):
        for change in changes:
            with pytest.raises(ApiError) as refused:
                change()
            assert refused.value.code == "library_read_only"
    assert [file.id for file in files.list()] == [id]


def test_folder_that_is_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(ApiError) as refused:
        SubtitleFiles(tmp_path / "gone" / "Film.mkv").list()
    assert refused.value.code == "no_file"


@pytest.mark.parametrize(("language", "roles", "default", "wrong"), [
    ("../../etc", [], False, {"language"}), ("", [], False, {"language"}), (None, [], False, {"language"}),
    ("en/../x", [], False, {"language"}), ("en", ["original"], False, {"roles"}), ("en", "x", False, {"roles"}),
    ("en", [1], False, {"roles"}), ("en", [], "yes", {"default"}), ("xx1", [["forced"]], 1, {"language", "roles", "default"}),
    ("e" * 40, [], False, {"language"}),
])  # fmt: skip
def test_wrong_descriptions_are_refused_by_field(
    language: object, roles: object, default: object, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        subtitle_name(language, roles, default)
    assert {e.field for e in refused.value.field_errors} == wrong


def test_descriptions_are_normalized() -> None:
    assert subtitle_name("pt_br", ["sdh", "forced", "sdh"], True) == SubtitleName(
        "pt-BR", (Role.FORCED, Role.SDH), True
    )
    assert extension_of("Film.EN.SRT") == "srt"
    with pytest.raises(Invalid):
        extension_of("film.exe")


def test_files_put_at_once_are_one_file(film: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        put = list(pool.map(lambda _: SubtitleFiles(film).put(SRT, EN), range(16)))
    assert names(film) == ["Night Train (2024).en.srt"]
    assert sum(old is None for old, _ in put) == 1


def test_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    source = tmp_path / f"{'x' * 251}.mkv"
    source.touch()
    with pytest.raises(ApiError) as refused:
        SubtitleFiles(source).add(SRT, "srt", EN)
    assert refused.value.code == "name_too_long" and names(source) == []
