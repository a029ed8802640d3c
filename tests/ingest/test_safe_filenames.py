"""File names from uploads, headers and URLs become one safe path component."""

from __future__ import annotations

from itertools import islice
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.ingest import names


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("film.mp4", "film.mp4"),
        ("Ein Föhn.mkv", "Ein Föhn.mkv"),
        ("Fo\u0308hn.mkv", "Föhn.mkv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\film.mp4", "film.mp4"),
        ("/absolute/film.mp4", "film.mp4"),
        ("C:\\films\\film.mp4", "film.mp4"),
        ("..", ""),
        (".", ""),
        ("...", ""),
        ("", ""),
        ("a/", ""),
        (".hidden.mp4", "hidden.mp4"),
        ("-i.mp4", "i.mp4"),
        ("--.-film.mp4", "film.mp4"),
        ("fi\x00lm.mp4", "film.mp4"),
        ("film\n.mp4", "film .mp4"),
        ("film.mp4. . ", "film.mp4"),
        ("\u202e4pm.mlif.mp4", "4pm.mlif.mp4"),
        ("fi\u200blm.mp4", "film.mp4"),
        ("\ud800film.mp4", "film.mp4"),
        ("%2e%2e%2ffilm.mp4", "%2e%2e%2ffilm.mp4"),
        ("<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>.mp4"),
        ("file:///etc/film.mp4", "film.mp4"),
        ("a" * 400 + ".mp4", "a" * 196 + ".mp4"),
        ("ä" * 400 + ".mp4", "ä" * 98 + ".mp4"),
        ("a." + "b" * 400, "a." + "b" * 198),
    ],
)
def test_clean_returns_a_safe_name(raw: str, wanted: str) -> None:
    assert names.clean(raw) == wanted


@given(st.text(alphabet=st.characters(), max_size=400))
def test_cleaned_names_are_one_path_component(raw: str) -> None:
    name = names.clean(raw)
    assert name == names.clean(name)
    assert len(name.encode()) <= names.MAX_NAME_BYTES
    assert not set(name) & set("/\\\0\n\r")
    assert not name or (name[0] not in ".-" and PurePath(name).name == name)
    for other in islice(names.numbered(name or "x"), 3):
        assert len(other.encode()) < 250


def test_numbered_appends_a_counter() -> None:
    assert list(islice(names.numbered("a.b.mp4"), 3)) == ["a.b.mp4", "a.b (2).mp4", "a.b (3).mp4"]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ('attachment; filename="film.mp4"', "film.mp4"),
        ("attachment; filename=film.mp4", "film.mp4"),
        ("attachment; filename*=UTF-8''F%C3%B6hn.mkv", "Föhn.mkv"),
        ('attachment; filename="../../x.mp4"', "x.mp4"),
        ("attachment; filename*=UTF-8''..%2F..%2Fx.mp4", "x.mp4"),
        ("attachment", ""),
        ("", ""),
        ("attachment; filename*=nonsense''%ff%00x.mp4", "ÿx.mp4"),
    ],
)
def test_name_from_content_disposition(header: str, wanted: str) -> None:
    assert names.of_disposition(header) == wanted


def test_name_from_url() -> None:
    assert names.of_url("/a/b/F%C3%B6hn%20.mp4") == "Föhn .mp4"
    assert names.of_url("/a/..%2f..%2fx.mp4") == "x.mp4"
    assert names.of_url("/") == ""


def test_with_suffix_adds_the_extension_of_the_format() -> None:
    assert names.with_suffix("download", "matroska") == "download.mkv"
    assert names.with_suffix("a" * 300, "mov").endswith("a.mp4")
