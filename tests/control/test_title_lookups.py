"""Looking titles up in a database of a plugin, and taking over what is chosen: with a fake of TMDB."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.control.services import ControlPlane, Person, control_plane
from tests.fake_tmdb import TOKEN, FakeTmdb, running_tmdb

TMDB = "title_lookups/tmdb"
ALL = ["title", "synopsis", "age_rating", "release_date", "genres", "credits", "poster", "backdrop"]


class Studio:
    def __init__(self, plane: ControlPlane, fake: FakeTmdb) -> None:
        self.plane, self.fake, self.owner = plane, fake, plane.owner

    def fill(
        self, record: dict[str, Any], fields: list[str], client: Person | None = None, **more: Any
    ) -> httpx.Response:
        client = client or self.owner
        plural = "series" if more.get("kind") == "series" else "content"
        etag = client.get(f"{plural}/{record['id']}").headers.get("etag", "")
        body = {"record": record["id"], "language": "de", "fields": fields, "etag": etag, **more}
        return client.post(f"{TMDB}/{'1399' if plural == 'series' else '11'}", json=body)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with running_tmdb() as (fake, url):
        config = {"metadata_tmdb": {"token": TOKEN, "url": f"{url}/3", "images": f"{url}/t/p"}}
        data = tmp_path_factory.mktemp("lookups") / "data"
        with control_plane(data, plugins={"config": config}, uploads={"allow_hosts": ["127.0.0.1"]}) as plane:
            yield Studio(plane, fake)


@pytest.fixture
def studio(running: Studio) -> Studio:
    running.fake.status, running.fake.headers, running.fake.body = 200, {}, None
    return running


def test_lookups_are_listed_with_their_attribution_and_without_secrets(studio: Studio) -> None:
    answer = studio.owner.get("title_lookups")
    (item,) = answer.json()["items"]
    assert (item["name"], item["label"]) == ("tmdb", "TMDB") and "not endorsed" in item["attribution"]
    assert TOKEN not in answer.text


def test_search_shows_thumbnails_without_asking_the_browser_to_fetch_them(studio: Studio) -> None:
    items = studio.owner.items(TMDB, q="star", language="de")
    assert [(i["title"], i["year"]) for i in items] == [("Krieg der Sterne", 1977), ("No Picture Star", None)]
    assert items[0]["thumbnail"].startswith("data:image/jpeg;base64,") and items[1]["thumbnail"] is None


def test_details_are_in_the_form_of_fields(studio: Studio) -> None:
    said = studio.owner.get(f"{TMDB}/11", params={"language": "de"}).json()
    fields = said["fields"]
    assert (fields["title"], fields["age_rating"], fields["poster"]) == ("Krieg der Sterne", 12, True)
    assert len(fields["credits"]) == 60 and fields["genres"] == ["Abenteuer", "Action"]
    assert (said["runtime_minutes"], said["rating"]) == (121, 8.2)
    assert "poster" not in studio.owner.get(f"{TMDB}/12").json()["fields"]


def test_only_chosen_fields_are_taken_over(studio: Studio) -> None:
    made = studio.owner.make("content", title="My title", synopsis="Mine")
    row = studio.fill(made, ["age_rating", "genres"]).json()
    assert (row["title"], row["synopsis"], row["age_rating"]) == ("My title", "Mine", 12)
    assert len(row["genres"]) == 2 and row["credits"] == [] and row["artwork"] == {}


def test_titles_get_credits_and_artwork_without_duplicates(studio: Studio) -> None:
    lucas = studio.owner.make("people", name="george lucas")
    first, second = (studio.owner.make("content", title=f"T{n}") for n in range(2))
    row = studio.fill(first, ALL).json()
    assert row["title"] == "Krieg der Sterne" and set(row["artwork"]) == {"poster", "backdrop"}
    assert [(c["name"], c["role"]) for c in row["credits"][:2]] == [
        ("george lucas", "director"),
        ("george lucas", "writer"),
    ]
    assert row["credits"][0]["person"] == lucas["id"]
    again = studio.fill(first, ALL).json()
    assert len(again["credits"]) == len(row["credits"]) == 60
    assert again["artwork"]["poster"]["id"] == row["artwork"]["poster"]["id"]
    other = studio.fill(second, ["credits", "genres"]).json()
    assert [c["person"] for c in other["credits"]] == [c["person"] for c in row["credits"]]
    assert other["genres"] == row["genres"]


def test_a_change_of_somebody_else_is_not_overwritten(studio: Studio) -> None:
    made = studio.owner.make("content", title="Before")
    seen = studio.owner.get(f"content/{made['id']}").headers["etag"]
    studio.owner.patch(f"content/{made['id']}", json={"title": "Meanwhile"})
    assert studio.fill(made, ["title"], etag=seen).status_code == 412
    assert studio.owner.get(f"content/{made['id']}").json()["title"] == "Meanwhile"


@pytest.mark.parametrize(("status", "headers", "expected", "code"), [
    (401, {}, 502, "lookup_key_refused"), (429, {"Retry-After": "9"}, 503, "lookup_rate_limit"),
    (500, {}, 502, "lookup_unavailable"),
])  # fmt: skip
def test_refusals_are_said_in_words(
    studio: Studio, status: int, headers: dict[str, str], expected: int, code: str
) -> None:
    studio.fake.status, studio.fake.headers = status, headers
    answer = studio.owner.get(TMDB, params={"q": "star"})
    assert (answer.status_code, answer.json()["code"]) == (expected, code) and TOKEN not in answer.text
    assert answer.headers.get("retry-after") == headers.get("Retry-After")


def test_texts_that_can_not_be_stored_are_left_out(studio: Studio) -> None:
    person = rb'{"id": 5, "name": "Eve\u0000\ud800\u0007 Line", "job": "Director", "character": "\ud800"}'
    document = (
        rb'{"id": 11, "title": "Bad\ud800", "overview": "a\u0000", "vote_average": Infinity, "runtime": true, '
        rb'"genres": [{"name": "\ud800\u0007Noir"}], "credits": {"crew": [%b], "cast": [%b]}}'
    ) % (person, person)
    studio.fake.body = document
    details = studio.owner.get(f"{TMDB}/11", params={"language": "en"})
    assert details.status_code == 200 and details.json()["rating"] is None
    studio.fake.body = b'{"results": [%b]}' % document
    assert studio.owner.get(TMDB, params={"q": "bad"}).status_code == 200
    studio.fake.body = document
    made = studio.owner.make("content", title="Filled")
    filled = studio.fill(made, ["title", "synopsis", "genres", "credits"], language="en")
    assert filled.status_code == 200, filled.text
    assert filled.json()["title"] == "Filled" and {c["name"] for c in filled.json()["credits"]} == {"Eve Line"}
    studio.fake.status, studio.fake.headers = 429, {"Retry-After": "9" * 5000}
    assert studio.owner.get(TMDB, params={"q": "bad"}).status_code == 502


def test_requests_that_are_not_valid_are_refused(studio: Studio) -> None:
    made = studio.owner.make("content", title="x")
    for query in ({"q": ""}, {"q": "x", "year": "12"}, {"q": "x", "kind": "book"}, {"q": "x", "language": "../"},
                  {"q": "x" * 300}, {"q": "x", "token": "y"}, {}):  # fmt: skip
        assert studio.owner.get(TMDB, params=query).status_code == 400, query
    assert studio.owner.get("title_lookups/nothing", params={"q": "x"}).status_code == 404
    assert studio.owner.get(f"{TMDB}/99").status_code == 404
    assert studio.owner.get(f"{TMDB}/..%2Faccount").status_code == 404
    for fields in ([], ["organization"], ["status"], ["title", "metadata"]):
        assert studio.fill(made, fields).status_code == 422, fields
    assert studio.fill({"id": "0" * 12}, ["title"]).status_code == 404


def test_readers_and_other_organizations_can_not_look_up_and_fill(studio: Studio) -> None:
    made = studio.owner.make("content", title="Ours")
    before = len(studio.fake.requests)
    reader = studio.owner.colleague("reader")
    for path in ("title_lookups", f"{TMDB}?q=x", f"{TMDB}/11"):
        assert reader.get(path).status_code == 403, path
        assert studio.plane.anonymous().get(f"/api/v1/dashboard/{path}").status_code == 401, path
    assert studio.fill(made, ["title"], reader).status_code == 403
    other = studio.plane.organization("Other", f"{secrets.token_hex(4)}@example.org")
    assert studio.fill(made, ["title"], other, etag='"x"').status_code == 404
    assert len(studio.fake.requests) == before


def test_pictures_from_private_addresses_are_refused(tmp_path: Any) -> None:
    with running_tmdb() as (_, url):
        config = {"metadata_tmdb": {"token": TOKEN, "url": f"{url}/3", "images": f"{url}/t/p"}}
        with control_plane(tmp_path / "data", plugins={"config": config}) as plane:
            made = plane.owner.make("content", title="x")
            assert plane.owner.items(TMDB, q="star")[0]["thumbnail"] is None
            answer = Studio(plane, FakeTmdb()).fill(made, ["poster", "title"])
            assert (answer.status_code, answer.json()["code"]) == (502, "picture_unavailable")
            assert plane.owner.get(f"content/{made['id']}").json()["title"] == "x"
