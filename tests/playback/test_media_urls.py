"""The grammar of media URLs: what each names, and that an object has one URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media import urls
from otnet_server.media.urls import Kind, MediaPath, parse


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("main.m3u8", MediaPath(Kind.MANIFEST, "m", "", "main.m3u8")),
        ("main.mpd", MediaPath(Kind.MANIFEST, "m", "", "main.mpd")),
        ("r/poster.jpg", MediaPath(Kind.POSTER, "m", "r", "poster.jpg")),
        ("r/sound.m4a", MediaPath(Kind.AUDIO_FILE, "m", "r", "sound.m4a")),
        ("r/720p/index.m3u8", MediaPath(Kind.PLAYLIST, "m", "r", "720p/index.m3u8", "720p")),
        ("r/720p/init.mp4", MediaPath(Kind.INIT_SEGMENT, "m", "r", "720p/init.mp4", "720p")),
        ("r/720p/0.m4s", MediaPath(Kind.SEGMENT, "m", "r", "720p/0.m4s", "720p", 0)),
        ("r/720p/40000.m4s", MediaPath(Kind.SEGMENT, "m", "r", "720p/40000.m4s", "720p", 40_000)),
        ("r/text-eng/text.vtt", MediaPath(Kind.TEXT, "m", "r", "text-eng/text.vtt", "text-eng")),
        ("r/text-eng/0-20.vtt", MediaPath(Kind.TEXT_SEGMENT, "m", "r", "text-eng/0-20.vtt", "text-eng", 0, 20)),
        ("r/thumbnails/index.m3u8", MediaPath(Kind.PLAYLIST, "m", "r", "thumbnails/index.m3u8", "thumbnails")),
        ("r/thumbnails/index.vtt", MediaPath(Kind.STORYBOARD, "m", "r", "thumbnails/index.vtt", "thumbnails")),
        ("r/thumbnails/12.jpg", MediaPath(Kind.SHEET, "m", "r", "thumbnails/12.jpg", "thumbnails", 12)),
    ],
)
def test_path_names_an_object(path: str, expected: MediaPath) -> None:
    assert parse(f"/media/m/{path}") == expected


@pytest.mark.parametrize(
    "path",
    ["", "main", "r", "r/main.m3u8", "r/720p", "r/720p/", "r/720p/01.m4s", "r/720p/+1.m4s", "r/720p/-1.m4s",
     "r/720p/1_0.m4s", "r/720p/٣.m4s", "r/720p/².m4s", "r/720p/.m4s", "r/720p/9999999999999999999.m4s", "r/720p/1.mp4",
     "r/thumbnails/01.jpg", "r/thumbnails/1234567.jpg", "r/thumbnails/loose/1.jpg", "r/720p/index.vtt", "r/720p/1.jpg",
     "r/thumbnails/init.mp4", "r/720p/x/0.m4s", "r/poster.jpg/"],
)  # fmt: skip
def test_other_paths_name_nothing(path: str) -> None:
    assert parse(f"/media/m/{path}") is None


def test_only_paths_below_media_are_media() -> None:
    assert parse("/images/m/main.m3u8") is None
    assert parse("/media") is None


@given(st.text(st.sampled_from("0123456789./aim-4s"), max_size=24))
def test_objects_have_one_url(path: str) -> None:
    found = parse(f"/media/m/{path}")
    if found is not None and found.revision:
        assert urls.url("m", found.revision, found.path) == f"/media/m/{path}"
        if found.kind == Kind.SEGMENT:
            assert urls.segment_path(found.rendition, found.number) == found.path
