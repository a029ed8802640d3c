"""The conformance suite for TitleLookup. `make` returns a lookup; `title` is a film that its database has.

A lookup answers editors with what another server says. Whatever an editor types, it answers or raises LookupFailed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from otnet_server import LookupFailed, TitleDetails, TitleDetailsRequest, TitleLookup, TitleMatch, TitleSearchRequest
from otnet_server.resources.catalogue import CREDITS

MakeLookup = Callable[[], TitleLookup]
MAX_MATCHES = 20
STRANGE_TITLES = ("", " ", "x" * 1000, "\x00", "../..", "a&query=b#c", "映画", "%s{0}", "\n")
STRANGE_IDS = ("", "0", "../../account", "1?x=1", "1/credits", "9" * 30, "\x00", "x")


async def check_it_is_a_lookup(make: MakeLookup, title: str) -> None:
    lookup = make()
    assert isinstance(lookup, TitleLookup)
    for text in (lookup.name, lookup.label, lookup.attribution):
        assert isinstance(text, str) and text
    assert lookup.name.isidentifier(), "the name is part of a URL"


async def check_a_known_title_is_found(make: MakeLookup, title: str) -> None:
    """A search finds the title, and its details have the id that was asked for."""
    lookup = make()
    matches = await lookup.search(TitleSearchRequest(title))
    _check_matches(matches)
    assert matches, f"“{title}” is not found"
    details = await lookup.details(TitleDetailsRequest(matches[0].id))
    assert details is not None and details.id == matches[0].id and details.title
    _check_details(details)


async def check_a_year_and_languages_are_accepted(make: MakeLookup, title: str) -> None:
    for language in ("en", "de", "pt-BR", "zh-Hant"):
        _check_matches(await make().search(TitleSearchRequest(title, 1977, language)))
    _check_matches(await make().search(TitleSearchRequest(title, kind="series")))


async def check_strange_titles(make: MakeLookup, title: str) -> None:
    """Any text gives matches or LookupFailed."""
    for strange in STRANGE_TITLES:
        try:
            _check_matches(await make().search(TitleSearchRequest(strange)))
        except LookupFailed as e:
            assert e.code and e.message


async def check_unknown_ids(make: MakeLookup, title: str) -> None:
    """An id that the database does not have gives None, and leads to no other address of it."""
    for id in STRANGE_IDS:
        try:
            assert await make().details(TitleDetailsRequest(id)) is None, id
        except LookupFailed as e:
            assert e.code and e.message


def _check_matches(matches: list[TitleMatch]) -> None:
    assert isinstance(matches, list) and len(matches) <= MAX_MATCHES
    for match in matches:
        assert isinstance(match, TitleMatch) and match.id and match.title
        assert isinstance(match.synopsis, str)
        assert match.year is None or 1800 <= match.year <= 2200
        _check_url(match.thumbnail)
    assert len({match.id for match in matches}) == len(matches), "each title is found once"


def _check_details(details: TitleDetails) -> None:
    assert isinstance(details, TitleDetails)
    for text in (details.synopsis, details.tagline, details.original_language, *details.genres):
        assert isinstance(text, str)
    assert not details.release_date or date.fromisoformat(details.release_date)
    assert details.age_rating is None or 0 <= details.age_rating <= 21
    assert details.rating is None or 0 <= details.rating <= 10
    assert details.runtime_minutes is None or details.runtime_minutes > 0
    for person in details.people:
        assert person.name and person.role in CREDITS
    assert len(set(details.people)) == len(details.people), "each credit is there once"
    for url in (details.poster, details.backdrop, details.page):
        _check_url(url)


def _check_url(url: str) -> None:
    assert not url or (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname), url
