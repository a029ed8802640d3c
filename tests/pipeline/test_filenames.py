"""File names: which files are media, their titles, and the subtitle files that belong to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.filenames import film_stems, is_media, match_subtitle, title_of

TITLES = {
    "The.Long_Road.1080p.x264.mkv": "The Long Road",
    "The Long Road (2001).mp4": "The Long Road (2001)",
    "My.Film.[2160p].WEB-DL.mkv": "My Film",
    "S.W.A.T..mkv": "S W A T",
    "1080p.mkv": "1080p",
    ".mp4": "mp4",
    "a\x07b.mp4": "ab",
    "\x01.mp4": "Untitled",
    "映画.mkv": "映画",
    "<script>alert(1)</script>.mp4": "script>",
}
SUBTITLES = {
    "Film.srt": ("und", False),
    "Film.en.srt": ("en", False),
    "Film.de.forced.ass": ("de", True),
    "Film.pt-BR.vtt": ("pt-br", False),
    "Film.sdh.eng.srt": ("eng", False),
    "Film.ttml": ("und", False),
    "Film 2.en.srt": None,
    "Film.en.txt": None,
    "Other.en.srt": None,
}


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_title_is_derived_from_the_file_name(name: str, title: str) -> None:
    assert title_of(name) == title


@given(st.text(min_size=1, max_size=400))
def test_every_name_gives_a_printable_title(name: str) -> None:
    title = title_of(name)
    assert title and title.isprintable() and len(title) <= 300


@pytest.mark.parametrize(("name", "found"), SUBTITLES.items())
def test_subtitle_files_are_matched_to_their_film(name: str, found: tuple[str, bool] | None) -> None:
    assert match_subtitle("Film.mkv", name) == found
    assert ("Film" in film_stems(name)) == (found is not None)


def test_media_files_are_recognized() -> None:
    assert all(map(is_media, ("a.mp4", "b.MKV", "c.flac", "d.ts")))
    assert not any(map(is_media, (".a.mp4", "a.srt", "a.txt", "a.jpg", "a.mp4.part", "mp4", "")))
