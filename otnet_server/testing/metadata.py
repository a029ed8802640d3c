"""What a MetadataProvider must do. `make` gives a provider; `folder` is an empty folder to put films in.

A provider reads what strangers wrote. Whatever stands beside a film, `read` answers with facts or None,
and never raises: a title must not fail because of its description.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from otnet_server import Metadata, MetadataProvider

Make = Callable[[], MetadataProvider]
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 64,
    "markup": b"<movie><title>&lt;script&gt;alert(1)&lt;/script&gt;</title><year>nineteen</year></movie>",
    "entities": b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><movie><title>&b;</title></movie>',
    "outside": b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>',
    "deep": b"<a>" * 50_000,
    "json": b'{"title": ["not", "a", "string"], "year": "MMXX"}',
}


async def check_it_is_a_provider(make: Make, folder: Path) -> None:
    provider = make()
    assert isinstance(provider, MetadataProvider)
    assert isinstance(provider.name, str) and provider.name


async def check_a_film_that_stands_alone(make: Make, folder: Path) -> None:
    """Nothing beside it and no tags: facts or None, and the film is left as it is."""
    film = folder / "Plain Film.mp4"
    film.write_bytes(b"not really")
    before = film.stat()
    _facts(await make().read(film, {}))
    after = film.stat()
    assert film.read_bytes() == b"not really" and before.st_mtime_ns == after.st_mtime_ns
    assert [p.name for p in folder.iterdir()] == ["Plain Film.mp4"], "a library is not written to"


async def check_a_film_that_is_gone(make: Make, folder: Path) -> None:
    """It went away in between: no error."""
    _facts(await make().read(folder / "gone" / "Film.mkv", {}))


async def check_names_of_every_kind(make: Make, folder: Path) -> None:
    """Quotes, line breaks, marks of other languages: a name is only a name."""
    names = ("-rf.mp4", 'a "quoted" name.mkv', "zwei\nZeilen.mp4", "映画.mkv", "%s{0}$(id).mp4", "x" * 200 + ".mp4")
    for name in names:
        film = folder / name
        film.write_bytes(b"x")
        _facts(await make().read(film, {}))


async def check_hostile_neighbours(make: Make, folder: Path) -> None:
    """Broken, huge or malicious descriptions beside a film give facts or None, soon, and read no other file."""
    secret = Path("/etc/passwd").read_text() if Path("/etc/passwd").exists() else "root:"
    for name, data in HOSTILE.items():
        film = folder / f"{name}.mp4"
        film.write_bytes(b"x")
        for ending in (".nfo", ".xml", ".json", ".txt"):
            film.with_suffix(ending).write_bytes(data)
        async with asyncio.timeout(20):
            found = await make().read(film, {})
        _facts(found)
        assert found is None or secret[:20] not in found.title + found.synopsis


async def check_tags_of_every_kind(make: Make, folder: Path) -> None:
    """Tags are what the file says of itself: any keys, any values."""
    film = folder / "Film.mp4"
    film.write_bytes(b"x")
    for tags in ({"title": "T"}, {"title": 5, "date": None}, {"": "", "year": "-1"}, {"title": "x" * 100_000}):
        _facts(await make().read(film, tags))


def _facts(found: Metadata | None) -> None:
    """The right shapes: text is text, a year has four digits, a poster is a plain file."""
    if found is None:
        return
    assert isinstance(found, Metadata)
    assert isinstance(found.title, str) and isinstance(found.synopsis, str)
    assert found.year is None or 1000 <= found.year <= 9999
    assert all(isinstance(g, str) for g in found.genres)
    assert all(isinstance(n, str) and isinstance(role, str) for n, role in found.people)
    if found.poster is not None:
        assert found.poster.is_absolute() and found.poster.is_file() and not found.poster.is_symlink()
