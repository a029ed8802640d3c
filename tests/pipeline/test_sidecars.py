"""Subtitle files on disk: those that belong to a film are found, wherever they are."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from otnet_server.errors import MediaError
from otnet_server.media.roles import Role
from otnet_server.pipeline.sidecars import media_of, read_cues, sidecars


def files(root: Path, *names: str) -> list[Path]:
    paths = [root / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    return paths


def test_subtitles_beside_a_film_and_in_folders(tmp_path: Path) -> None:
    film = unicodedata.normalize("NFC", "Crème.2020")
    decomposed = unicodedata.normalize("NFD", film)
    source, *_ = files(
        tmp_path, f"{film}.mp4", f"{decomposed}.fr.srt", f"{film.upper()}.de.srt", f"{film}.SV.SRT", f"{film}_it.srt",
        f"{film}.en.hi.srt", f"{film}.zh-Hans-CN.srt", "Subs/2_English.srt", f"Subs/{decomposed}/3_Spanish.forced.srt",
        f"{film}.Extended.en.srt", "Other.en.srt", "Extras/4_Danish.srt", f"{film}.txt",
    )  # fmt: skip
    found = {(s.language, s.roles) for s in sidecars(source)}
    assert found == {
        ("fr", ()), ("de", ()), ("sv", ()), ("it", ()), ("en", (Role.SDH,)), ("zh-Hans-CN", ()), ("en", ()),
        ("es", (Role.FORCED,)),
    }  # fmt: skip


def test_each_subtitle_file_belongs_to_one_film(tmp_path: Path) -> None:
    normal, extended, *_ = files(
        tmp_path, "Show.S01E01.mkv", "Show.S01E01.Extended.mkv", "Show.S01E01.en.srt", "Show.S01E01.Extended.en.srt",
        "Subs/2_English.srt", "Subs/Show.S01E01/2_German.srt",
    )  # fmt: skip
    assert [Path(s.path).name for s in sidecars(normal)] == ["Show.S01E01.en.srt", "2_German.srt"]
    assert [Path(s.path).name for s in sidecars(extended)] == ["Show.S01E01.Extended.en.srt"]


def test_unreadable_subtitle_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "images.sub").write_bytes(b"\x00\x00\x01\xba" + bytes(100))
    for name, why in (("gone.srt", "moved or removed"), ("images.sub", "images"), (".", "can't be read")):
        with pytest.raises(MediaError, match=why):
            read_cues(tmp_path / name, "en", 25)


def test_links_are_not_followed(tmp_path: Path) -> None:
    source, secret = files(tmp_path / "library", "Film.mkv", "../secret/Film.en.srt")
    (tmp_path / "library/Film.de.srt").symlink_to(secret)
    (tmp_path / "library/Subs").symlink_to(secret.parent)
    assert sidecars(source) == ()


def test_the_films_of_subtitle_files(tmp_path: Path) -> None:
    film, *subtitles = files(
        tmp_path, "Film.mkv", "FILM.en.srt", "Subs/2_German.srt", "Subs/film/3_Danish.srt", "Film.Extended.en.srt"
    )
    assert [media_of([str(path)]) for path in subtitles] == [[str(film)]] * 3 + [[]]
    assert media_of(map(str, subtitles)) == [str(film)]
    assert media_of([str(tmp_path / "gone/Film.en.srt")]) == []
