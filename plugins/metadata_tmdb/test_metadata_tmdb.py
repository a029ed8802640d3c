from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from otnet_server import LookupFailed, TitleDetailsRequest, TitleSearchRequest
from otnet_server.testing import checks, enabled, title_lookup
from plugins.metadata_tmdb import Config, Tmdb
from plugins.metadata_tmdb.documents import details_of, matches_of
from tests.fake_tmdb import PEOPLE, TOKEN, FakeTmdb


@pytest.fixture
def fake() -> FakeTmdb:
    return FakeTmdb()


def lookup(fake: FakeTmdb, token: str = TOKEN) -> Tmdb:
    config = Config(token=SecretStr(token), url="http://tmdb.test/3", images="http://tmdb.test/t/p")
    return Tmdb(config, httpx.ASGITransport(fake.app))


@pytest.mark.parametrize("check", checks(title_lookup), ids=lambda c: c.__name__)
async def test_conformance(fake: FakeTmdb, check: Callable[..., Any]) -> None:
    await check(lambda: lookup(fake), "Star Wars")


async def test_films_are_found_in_a_language_and_a_year(fake: FakeTmdb) -> None:
    first, second = await lookup(fake).search(TitleSearchRequest("star", 1977, "de"))
    assert (first.id, first.title, first.year) == ("11", "Krieg der Sterne", 1977)
    assert first.thumbnail == "http://tmdb.test/t/p/w185/poster.jpg"
    assert (second.title, second.year, second.synopsis, second.thumbnail) == ("No Picture Star", None, "", "")


async def test_details_have_people_by_role_and_billing_order(fake: FakeTmdb) -> None:
    details = await lookup(fake).details(TitleDetailsRequest("11", "de"))
    assert details is not None
    assert (details.title, details.age_rating, details.runtime_minutes, details.rating) == (
        "Krieg der Sterne",
        12,
        121,
        8.2,
    )
    assert details.synopsis == "Princess Leia is captured.", "in English where there is no translation"
    assert details.genres == ("Abenteuer", "Action") and details.release_date == "1977-05-25"
    assert [(p.name, p.role) for p in details.people[:4]] == [
        ("George Lucas", "director"), ("George Lucas", "writer"), ("John Williams", "composer"), ("Actor 0", "actor"),
    ]  # fmt: skip
    assert len(details.people) == PEOPLE + 3 and details.people[4].character == "Role 1"
    assert details.poster.endswith("/original/poster.jpg") and details.page == "https://www.themoviedb.org/movie/11"


async def test_series_have_creators_and_aggregated_credits(fake: FakeTmdb) -> None:
    [match] = await lookup(fake).search(TitleSearchRequest("game", 2011, kind="series"))
    details = await lookup(fake).details(TitleDetailsRequest(match.id, "de", "series"))
    assert details is not None and details.age_rating == 16
    assert [(p.name, p.role, p.character) for p in details.people] == [
        ("D. B. Weiss", "writer", ""), ("Ramin Djawadi", "composer", ""), ("Peter Dinklage", "actor", "Tyrion"),
    ]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "code", "retry_after_s"), [
    (401, {}, "lookup_key_refused", None), (429, {"Retry-After": "7"}, "lookup_rate_limit", 7),
    (429, {"Retry-After": "soon"}, "lookup_rate_limit", None), (503, {}, "lookup_unavailable", None),
    (302, {"Location": "http://127.0.0.1/"}, "lookup_unavailable", None),
])  # fmt: skip
async def test_refusals_are_said_in_words(
    fake: FakeTmdb, status: int, headers: dict[str, str], code: str, retry_after_s: int | None
) -> None:
    fake.status, fake.headers = status, headers
    with pytest.raises(LookupFailed) as failed:
        await lookup(fake).search(TitleSearchRequest("star"))
    assert (failed.value.code, failed.value.retry_after_s) == (code, retry_after_s)
    assert TOKEN not in str(failed.value)


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b'{"results": ' + b"[" * 100_000, b" " * (9 << 20)])
async def test_answers_that_are_not_valid_are_refused(fake: FakeTmdb, body: bytes) -> None:
    fake.body = body
    with pytest.raises(LookupFailed):
        await lookup(fake).search(TitleSearchRequest("star"))


async def test_wrong_token_is_said_without_the_token(fake: FakeTmdb) -> None:
    with pytest.raises(LookupFailed, match="refuses the access token") as failed:
        await lookup(fake, "wrong-token").search(TitleSearchRequest("star"))
    assert "wrong-token" not in repr(failed.value)


async def test_server_that_is_away_is_said() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route with {request.headers['authorization']}")

    with pytest.raises(LookupFailed) as failed:
        await Tmdb(Config(token=SecretStr(TOKEN)), httpx.MockTransport(away)).search(TitleSearchRequest("x"))
    assert failed.value.code == "lookup_unreachable" and TOKEN not in str(failed.value)


async def test_ids_lead_to_no_other_address(fake: FakeTmdb) -> None:
    for id in ("../account", "11/credits", "11?language=de", "١١"):
        assert await lookup(fake).details(TitleDetailsRequest(id)) is None
    assert fake.requests == []


def test_strange_documents_are_read_as_far_as_they_go() -> None:
    strange: list[Any] = [None, 1, "x", [], {}, [None], {"id": "x"}]
    for value in strange:
        matches_of({"results": value}, "http://x")
        names = ("title", "overview", "release_date", "genres", "credits", "poster_path", "runtime", "vote_average",
                 "release_dates", "created_by", "original_language")  # fmt: skip
        details_of(dict.fromkeys(names, value), "film", "de", "http://x")
    for path in ("//evil.example/x.jpg", "/../x.jpg", "/x.svg", "x.jpg", "/x.jpg?y"):
        assert details_of({"poster_path": path}, "film", "en", "http://x").poster == ""


def test_nothing_is_offered_without_a_token(tmp_path: Path) -> None:
    assert enabled("metadata_tmdb", data=tmp_path).title_lookups() == {}
    host = enabled("metadata_tmdb", data=tmp_path, config={"metadata_tmdb": {"token": TOKEN}})
    assert list(host.title_lookups()) == ["tmdb"]
    assert TOKEN not in repr(host.plugins)
