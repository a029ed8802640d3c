"""The conformance suite for Exporter. `make` returns an exporter; `subject` is a subject that it exports.

An exporter writes the public catalogue in another format. Texts from the studio must be escaped there, and an unknown
subject must give None instead of an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from otnet_server import Exported, Exporter, ExportRequest, GuideChannel, GuideEntry, Home, PublicSite, SeriesCard

MakeExporter = Callable[[], Exporter]
SITE = PublicSite("https://tv.example.org", "000000000001", "Harbour <Films> & Co", "harbour-films", "#3d7eff", True)


class EmptyCatalogue:
    """A catalogue without titles."""

    async def home(self) -> Home:
        return Home(rows=(), hero=None)

    async def title(self, name: str) -> None:
        return None

    async def series(self, name: str) -> None:
        return None

    async def person(self, name: str) -> None:
        return None

    async def category(self, name: str) -> None:
        return None

    async def genre(self, name: str) -> None:
        return None

    async def all_series(self) -> tuple[SeriesCard, ...]:
        return ()

    async def enclosure(self, name: str) -> None:
        return None

    async def channels(self) -> tuple[GuideChannel, ...]:
        return ()

    async def guide(self, channel: str, start: datetime, end: datetime) -> tuple[GuideEntry, ...]:
        return ()


def request(subject: str) -> ExportRequest:
    return ExportRequest(SITE, subject, EmptyCatalogue())


async def check_it_is_an_exporter(make: MakeExporter, subject: str) -> None:
    exporter = make()
    assert isinstance(exporter, Exporter)
    assert all(isinstance(getattr(exporter, n), str) and getattr(exporter, n) for n in ("name", "label", "description"))
    assert isinstance(exporter.feed, bool)
    assert exporter.name.replace("_", "").replace("-", "").isalnum(), "its name is part of an address"


async def check_unknown_subjects_are_none(make: MakeExporter, subject: str) -> None:
    """Unknown subjects give None. The subject is an untrusted part of the address."""
    exporter = make()
    if not exporter.feed:
        return
    for unknown_subject in ("", "nothing", "../..", "a/b/c", "x" * 3000, "<script>", "\x00", "%2e%2e"):
        assert await exporter.export(request(unknown_subject)) is None, unknown_subject


async def check_a_file_without_a_catalogue(make: MakeExporter, subject: str) -> None:
    """A file for download can be made without any content."""
    exporter = make()
    if exporter.feed:
        return
    exported = await exporter.export(request(""))
    assert isinstance(exported, Exported) and exported.data and "/" in exported.media_type
    assert exported.name and not set(exported.name) & set('/\\"<>'), "it is a file name"


async def check_the_same_twice(make: MakeExporter, subject: str) -> None:
    """The same catalogue gives the same bytes, so that clients can use their cached copy."""
    exporter = make()
    if exporter.feed:
        return
    first, second = [await exporter.export(request("")) for _ in range(2)]
    assert first == second
