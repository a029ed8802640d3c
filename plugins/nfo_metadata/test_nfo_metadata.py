from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Metadata, MetadataProvider, MetadataRequest
from otnet_server.testing import checks, enabled, metadata


def provider() -> MetadataProvider:
    [nfo] = enabled("nfo_metadata", data=Path()).metadata()
    return nfo


@pytest.mark.parametrize("check", checks(metadata), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(provider, tmp_path)


async def test_nfo_and_poster_beside_a_film_are_read(tmp_path: Path) -> None:
    film = tmp_path / "Film.mp4"
    film.write_bytes(b"x")
    film.with_suffix(".nfo").write_text(
        "<movie><title>The Film</title><plot>It &lt;happens&gt;.</plot><premiered>1999-01-02</premiered>"
        "<genre>Drama</genre><actor><name>A. Body</name></actor><director>D. Rector</director></movie>"
    )
    (tmp_path / "Film-poster.jpg").write_bytes(b"\xff\xd8\xff")
    assert await provider().read(MetadataRequest(film)) == Metadata(
        "The Film", "It <happens>.", 1999, ("Drama",), (("A. Body", "actor"), ("D. Rector", "director")),
        tmp_path / "Film-poster.jpg",
    )  # fmt: skip


async def test_malformed_nfo_is_ignored_and_the_poster_is_used(tmp_path: Path) -> None:
    film = tmp_path / "Film.mp4"
    film.write_bytes(b"x")
    film.with_suffix(".nfo").write_text("<movie><title>Half")
    (tmp_path / "folder.png").write_bytes(b"\x89PNG")
    assert await provider().read(MetadataRequest(film)) == Metadata(poster=tmp_path / "folder.png")


async def test_names_as_long_as_the_file_system_allows_have_metadata(tmp_path: Path) -> None:
    film = tmp_path / ("a" * 251 + ".mp4")
    film.write_bytes(b"x")
    assert await provider().read(MetadataRequest(film)) is None
    film.with_suffix(".nfo").write_text("<movie><title>Long</title></movie>")
    facts = await provider().read(MetadataRequest(film))
    assert facts is not None and facts.title == "Long"
