"""The conformance suite for MetadataProvider. `make` returns a provider; `folder` is an empty folder for media files.

A provider reads untrusted files. Whatever they contain, `read` returns metadata or None and never raises: a media must
not fail because of its description.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from otnet_server import Metadata, MetadataProvider, MetadataRequest

MakeProvider = Callable[[], MetadataProvider]
HOSTILE_FILES: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 64,
    "markup": b"<movie><title>&lt;script&gt;alert(1)&lt;/script&gt;</title><year>nineteen</year></movie>",
    "entities": b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><movie><title>&b;</title></movie>',
    "outside": b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>',
    "deep": b"<a>" * 50_000,
    "json": b'{"title": ["not", "a", "string"], "year": "MMXX"}',
}


async def check_it_is_a_provider(make: MakeProvider, folder: Path) -> None:
    provider = make()
    assert isinstance(provider, MetadataProvider)
    assert isinstance(provider.name, str) and provider.name


async def check_a_film_that_stands_alone(make: MakeProvider, folder: Path) -> None:
    """Without sidecars and tags, `read` returns metadata or None and does not change the file."""
    film = folder / "Plain Film.mp4"
    film.write_bytes(b"not really")
    before = film.stat()
    _check_metadata(await make().read(MetadataRequest(film)))
    after = film.stat()
    assert film.read_bytes() == b"not really" and before.st_mtime_ns == after.st_mtime_ns
    assert [p.name for p in folder.iterdir()] == ["Plain Film.mp4"], "a library is not written to"


async def check_a_film_that_is_gone(make: MakeProvider, folder: Path) -> None:
    """A media file that was removed is not an error."""
    _check_metadata(await make().read(MetadataRequest(folder / "gone" / "Film.mkv")))


async def check_names_of_every_kind(make: MakeProvider, folder: Path) -> None:
    """File names may contain quotes, line breaks, options and any script."""
    names = ("-rf.mp4", 'a "quoted" name.mkv', "zwei\nZeilen.mp4", "映画.mkv", "%s{0}$(id).mp4", "x" * 200 + ".mp4")
    for name in names:
        film = folder / name
        film.write_bytes(b"x")
        _check_metadata(await make().read(MetadataRequest(film)))


async def check_hostile_neighbours(make: MakeProvider, folder: Path) -> None:
    """Damaged, large or malicious sidecars give metadata or None within 20 s, and no other file is read."""
    secret = Path("/etc/passwd").read_text() if Path("/etc/passwd").exists() else "root:"
    for name, data in HOSTILE_FILES.items():
        film = folder / f"{name}.mp4"
        film.write_bytes(b"x")
        for ending in (".nfo", ".xml", ".json", ".txt"):
            film.with_suffix(ending).write_bytes(data)
        async with asyncio.timeout(20):
            metadata = await make().read(MetadataRequest(film))
        _check_metadata(metadata)
        assert metadata is None or secret[:20] not in metadata.title + metadata.synopsis


async def check_titles_of_every_kind(make: MakeProvider, folder: Path) -> None:
    """The title in the file may be any text."""
    film = folder / "Film.mp4"
    film.write_bytes(b"x")
    for title in ("T", "", "\x00", "x" * 100_000, "<script>", "../../etc/passwd"):
        _check_metadata(await make().read(MetadataRequest(film, title, 12.5)))


def _check_metadata(metadata: Metadata | None) -> None:
    """Check the types: texts are strings, a year has four digits, a poster is a regular file."""
    if metadata is None:
        return
    assert isinstance(metadata, Metadata)
    assert isinstance(metadata.title, str) and isinstance(metadata.synopsis, str)
    assert metadata.year is None or 1000 <= metadata.year <= 9999
    assert all(isinstance(g, str) for g in metadata.genres)
    assert all(isinstance(n, str) and isinstance(role, str) for n, role in metadata.people)
    if metadata.poster is not None:
        assert metadata.poster.is_absolute() and metadata.poster.is_file() and not metadata.poster.is_symlink()
