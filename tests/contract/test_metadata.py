"""Conformance suite for metadata providers, run against the bundled provider and a third-party one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otnet_server import Metadata, MetadataProvider
from otnet_server.testing import checks, enabled, metadata


class FolderMetadata:
    """A third-party provider that takes the folder name as genre."""

    name = "folder"

    async def read(self, media_file: Path, tags: dict[str, Any]) -> Metadata | None:
        return Metadata(genres=(media_file.parent.name,))


@pytest.mark.parametrize("check", checks(metadata), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["ours", "third-party"])
async def test_metadata_provider_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()

    def ours() -> MetadataProvider:
        (provider,) = enabled("nfo_metadata", folder=tmp_path / "none", data=tmp_path).metadata()
        return provider

    await check(ours if origin == "ours" else FolderMetadata, folder)


async def test_nfo_and_poster_beside_a_film_are_read(tmp_path: Path) -> None:
    (provider,) = enabled("nfo_metadata", folder=tmp_path / "none", data=tmp_path).metadata()
    film = tmp_path / "Film.mp4"
    film.write_bytes(b"x")
    film.with_suffix(".nfo").write_text(
        "<movie><title>The Film</title><plot>It &lt;happens&gt;.</plot><premiered>1999-01-02</premiered>"
        "<genre>Drama</genre><actor><name>A. Body</name></actor><director>D. Rector</director></movie>"
    )
    (tmp_path / "Film-poster.jpg").write_bytes(b"\xff\xd8\xff")
    assert await provider.read(film, {}) == Metadata(
        "The Film", "It <happens>.", 1999, ("Drama",), (("A. Body", "actor"), ("D. Rector", "director")),
        tmp_path / "Film-poster.jpg",
    )  # fmt: skip


async def test_names_as_long_as_the_file_system_allows_have_metadata(tmp_path: Path) -> None:
    (provider,) = enabled("nfo_metadata", folder=tmp_path / "none", data=tmp_path).metadata()
    film = tmp_path / ("a" * 251 + ".mp4")
    film.write_bytes(b"x")
    assert await provider.read(film, {}) is None
    film.with_suffix(".nfo").write_text("<movie><title>Long</title></movie>")
    facts = await provider.read(film, {})
    assert facts is not None and facts.title == "Long"
