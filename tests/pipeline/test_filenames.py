"""File names: which files are media, and their titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.filenames import is_media, title_of

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


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_title_is_derived_from_the_file_name(name: str, title: str) -> None:
    assert title_of(name) == title


@given(st.text(min_size=1, max_size=400))
def test_every_name_gives_a_printable_title(name: str) -> None:
    title = title_of(name)
    assert title and title.isprintable() and len(title) <= 300


def test_media_files_are_recognized() -> None:
    assert all(map(is_media, ("a.mp4", "b.MKV", "c.flac", "d.ts")))
    assert not any(map(is_media, (".a.mp4", "a.srt", "a.txt", "a.jpg", "a.mp4.part", "mp4", "")))
