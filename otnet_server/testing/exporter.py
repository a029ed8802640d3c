"""What an Exporter must do. `make` gives one; `subject` is something that it exports from the catalogue in `ask`.

An exporter sees what anybody sees and writes it somewhere else. What a studio wrote must stay text there, and what is
not there is None, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from otnet_server import Exported, Exporter, ExportSite

Make = Callable[[], Exporter]
SITE = ExportSite("https://tv.example.org", "000000000001", "Harbour <Films> & Co", "harbour-films", "#3d7eff", True)


async def nothing(path: str) -> dict[str, Any] | None:
    """A catalogue without anything in it."""
    return None


async def check_it_is_an_exporter(make: Make, subject: str) -> None:
    exporter = make()
    assert isinstance(exporter, Exporter)
    assert all(isinstance(getattr(exporter, n), str) and getattr(exporter, n) for n in ("name", "label", "description"))
    assert isinstance(exporter.feed, bool)
    assert exporter.name.replace("_", "").replace("-", "").isalnum(), "its name is part of an address"


async def check_what_is_not_there(make: Make, subject: str) -> None:
    """Subjects that are none are None: whatever stands in an address comes here."""
    exporter = make()
    if not exporter.feed:
        return
    for strange in ("", "nothing", "../..", "a/b/c", "x" * 3000, "<script>", "\x00", "%2e%2e"):
        assert await exporter.export(SITE, strange, nothing) is None, strange


async def check_a_file_without_a_catalogue(make: Make, subject: str) -> None:
    """What the studio downloads can be made before there is any content."""
    exporter = make()
    if exporter.feed:
        return
    made = await exporter.export(SITE, "", nothing)
    assert isinstance(made, Exported) and made.data and "/" in made.media_type
    assert made.name and not set(made.name) & set('/\\"<>'), "somebody keeps it under this name"


async def check_the_same_twice(make: Make, subject: str) -> None:
    """The same catalogue gives the same bytes, so that whoever has them need not fetch them again."""
    exporter = make()
    if exporter.feed:
        return
    first, second = [await exporter.export(SITE, "", nothing) for _ in range(2)]
    assert first == second
