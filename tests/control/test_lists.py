"""List requests on both databases: filters, sort order, pagination, fields, expand and search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.db.tables import metadata
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.query import make_cursor, parse
from tests.control.services import ControlPlane, Person

FILMS: list[dict[str, Any]] = [
    {"title": "Alpha", "kind": "film", "age_rating": 6, "release_date": "2001-01-01", "episode_number": 3,
     "original_language": "de"},
    {"title": "Beta", "kind": "clip", "age_rating": 12, "release_date": "2010-06-15", "original_language": "en"},
    {"title": "Gamma", "kind": "film", "release_date": "2020-12-31", "episode_number": 1, "original_language": "de"},
    {"title": "Ängström", "kind": "episode", "age_rating": 0, "episode_number": 2},
    {"title": "100% wool_y", "kind": "film", "age_rating": 18},
]  # fmt: skip


@pytest.fixture(scope="module")
def ann(db_studio: ControlPlane) -> Iterator[Person]:
    """The owner of an organization whose only content is FILMS."""
    person = db_studio.organization("Films", "films@example.org")
    for film in FILMS:
        person.make("content", **film)
    yield person


def titles(person: Person, **params: Any) -> list[str]:
    return [x["title"] for x in person.items("content", **{"sort": "title"} | params)]


A, B, G, N, W = "Alpha", "Beta", "Gamma", "Ängström", "100% wool_y"


@pytest.mark.parametrize(("asked", "found"), [
    ({"kind": "film"}, {A, G, W}), ({"kind": "film,clip"}, {A, B, G, W}), ({"kind.not": "film"}, {B, N}),
    ({"kind.not": "film,clip"}, {N}), ({"title": "Alpha"}, {A}), ({"title": "alpha"}, set()),
    ({"title.contains": "ALPH"}, {A}), ({"title.contains": "äng"}, {N}), ({"title.contains": "ÄNGSTRÖM"}, {N}),
    ({"title.contains": "%"}, {W}), ({"title.contains": "_"}, {W}), ({"title.contains": "l_y"}, {W}),
    ({"title.contains": "0%W"}, set()), ({"title.not": "Alpha"}, {B, G, N, W}), ({"title.contains": "'; --"}, set()),
    ({"age_rating": "6,12"}, {A, B}), ({"age_rating.gte": "12"}, {B, W}), ({"age_rating.lte": "0"}, {N}),
    ({"age_rating.null": "true"}, {G}), ({"age_rating.null": "false"}, {A, B, N, W}),
    ({"age_rating.not": "6"}, {B, G, N, W}), ({"release_date.gte": "2010-06-15"}, {B, G}),
    ({"release_date.lte": "2010-06-15"}, {A, B}), ({"release_date.gte": "2001-01-02", "release_date.lte": "2020-01-01"}, {B}),
    ({"release_date.null": "true", "kind": "film"}, {W}), ({"original_language": "de"}, {A, G}),
    ({"original_language.not": "de"}, {B, N, W}), ({"status": "published"}, set()), ({"created_at.gte": "2020-01-01T00:00:00Z"}, {A, B, G, N, W}),
    ({"created_at.lte": "2020-01-01T00:00:00+01:00"}, set()), ({"series.null": "true"}, {A, B, G, N, W}),
    ({"series": "ffffffffffff"}, set()), ({"categories": "ffffffffffff"}, set()),
    ({"slug": "alpha,beta"}, {A, B}), ({"age_rating": "2147483647"}, set()),
    ({"age_rating.lte": "2147483647"}, {A, B, N, W}), ({"age_rating.gte": "-2147483647"}, {A, B, N, W}),
])  # fmt: skip
def test_filters_return_matching_records_and_their_total(ann: Person, asked: dict[str, str], found: set[str]) -> None:
    assert set(titles(ann, **asked)) == found
    answer = ann.get("content", params={**asked, "total": "true", "limit": 1}).json()
    assert answer["total"] == len(found), "the total is of all pages"


@pytest.mark.parametrize(("asked", "field", "code"), [
    ({"colour": "red"}, "colour", "unknown_parameter"), ({"title.gte": "a"}, "title.gte", "unknown_parameter"),
    ({"synopsis": "x"}, "synopsis", "unknown_parameter"), ({"kind": "opera"}, "kind", "bad_value"),
    ({"kind": ""}, "kind", "bad_value"), ({"age_rating": "old"}, "age_rating", "bad_value"),
    ({"age_rating": "1.5"}, "age_rating", "bad_value"), ({"age_rating.lte": "2147483648"}, "age_rating.lte", "bad_value"), ({"age_rating": "9" * 5000}, "age_rating", "too_long"),
    ({"age_rating": "1_2"}, "age_rating", "bad_value"), ({"age_rating": "١"}, "age_rating", "bad_value"),
    ({"release_date.gte": "2026-02-30"}, "release_date.gte", "bad_value"), ({"release_date": "yesterday"}, "release_date", "bad_value"),
    ({"created_at.gte": "2026-01-01"}, "created_at.gte", "bad_value"), ({"age_rating.null": "maybe"}, "age_rating.null", "bad_value"),
    ({"title": "a\0b"}, "title", "bad_value"), ({"limit": "0"}, "limit", "bad_value"), ({"limit": "201"}, "limit", "bad_value"),
    ({"limit": "many"}, "limit", "bad_value"), ({"limit": "-1"}, "limit", "bad_value"), ({"limit": "١"}, "limit", "bad_value"),
    ({"sort": "synopsis"}, "sort", "bad_value"), ({"sort": ""}, "sort", "bad_value"), ({"sort": "--title"}, "sort", "bad_value"),
    ({"sort": "title,nothing"}, "sort", "bad_value"), ({"fields": "title,hash"}, "fields", "bad_value"),
    ({"fields": ""}, "fields", "bad_value"), ({"expand": "title"}, "expand", "bad_value"), ({"total": "1"}, "total", "bad_value"),
    ({"q": "x" * 201}, "q", "too_long"), ({"q": "a\0"}, "q", "bad_value"), ({"offset": "5"}, "offset", "unknown_parameter"),
    ({"title": ",".join("abc" for _ in range(101))}, "title", "too_many"), ({"kind[]": "film"}, "kind[]", "unknown_parameter"),
])  # fmt: skip
def test_invalid_query_parameters_are_refused_by_name(
    ann: Person, asked: dict[str, str], field: str, code: str
) -> None:
    answer = ann.get("content", params=asked)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "bad_query"), body
    assert [(e["field"], e["code"]) for e in body["errors"]] == [(field, code)]
    assert body["errors"][0]["reason"] and body["title"]


@pytest.mark.parametrize("cursor", ["x", "e30", "é", ""])
def test_invalid_cursors_return_404(ann: Person, cursor: str) -> None:
    answer = ann.get("content", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page") and "next" in answer.json()["remedy"]


def test_all_invalid_parameters_are_reported_at_once(ann: Person) -> None:
    body = ann.get("content?limit=0&sort=x&colour=1&kind=film&kind=clip").json()
    assert {e["field"] for e in body["errors"]} == {"limit", "sort", "colour", "kind"}


def test_sort_order_and_null_placement(ann: Person) -> None:
    def numbers(sort: str) -> list[int | None]:
        return [x["episode_number"] for x in ann.items("content", sort=sort)]

    assert numbers("episode_number") == [None, None, 1, 2, 3]
    assert numbers("-episode_number") == [3, 2, 1, None, None]
    by_two = [(x["kind"], x["title"]) for x in ann.items("content", sort="kind,-title")]
    assert by_two == sorted(by_two, key=lambda p: p[0]) and [t for k, t in by_two if k == "film"] == [G, A, W]
    assert ann.items("content") == ann.items("content", sort="-created_at"), "the declared order is the usual one"


def forged_cursors() -> list[tuple[Any, ...]]:
    """Cursors that the server never issued for this sort order: too short, of other types, of other lists."""
    odd: list[Any] = ["x", 1, 1.5, True, None, "ffffffffffff", 2**61, -1, ""]
    return [(a, b) for a in odd for b in odd] + [(a,) for a in odd] + [(), (1, 2, 3)]


@pytest.mark.parametrize("sort", ["episode_number", "-title", "created_at"])
def test_forged_cursors_do_not_cause_errors(ann: Person, sort: str) -> None:
    for more in ({}, {"q": "alpha"}):
        asked = {"sort": sort, **more}
        binding = parse(SCHEMA, SCHEMA["content"], Surface.DASHBOARD, asked.items(), ann.organization).binding
        for values in forged_cursors():
            answer = ann.get("content", params={**asked, "cursor": make_cursor(binding, values)})
            assert answer.status_code in (200, 404), (values, more, answer.text)


def test_a_cursor_belongs_to_its_query(db_studio: ControlPlane, ann: Person) -> None:
    """Another sort order, filter, search, resource, surface or organization is refused like a broken cursor."""
    asked = {"sort": "title", "kind": "film,clip", "limit": "1"}
    cursor = ann.get("content", params=asked).json()["next"]
    for same in (asked, {**asked, "limit": "5", "fields": "title", "total": "true"}, {**asked, "kind": "clip,film"}):
        assert ann.get("content", params={**same, "cursor": cursor}).status_code == 200
    others = [
        {"sort": "-title"}, {"sort": "title,kind"}, {"kind": "film"}, {"kind.not": "clip"},
        {"age_rating.gte": "1"}, {"q": "alpha"},
    ]  # fmt: skip
    requests = [(ann, "content", {**asked, **other}) for other in others]
    ann.make("series", title="Another resource")
    requests += [(ann, "series", {"sort": "title", "limit": "1"}), (ann.key(), "content", asked)]
    requests += [(db_studio.owner, "content", asked), (db_studio.anonymous(), "content", asked)]
    for person, plural, params in requests:
        answer = person.get(plural, params={**params, "cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page"), (plural, params)
    found = ann.get("content", params={"q": "a", "limit": "1"}).json()["next"]
    assert found is None or ann.get("content", params={"q": "b", "cursor": found}).status_code == 404


def test_fields_parameter_selects_fields(ann: Person) -> None:
    (film,) = ann.items("content", title="Alpha", fields="title,kind")
    assert film == {"id": film["id"], "title": "Alpha", "kind": "film"}
    one = ann.get(f"content/{film['id']}", params={"fields": "title"}).json()
    assert one == {"id": film["id"], "title": "Alpha"}


def test_expand_includes_referenced_records(ann: Person) -> None:
    shelf, other = ann.make("categories", name="Shelf"), ann.make("categories", name="Other")
    show = ann.make("series", title="Show")
    film = ann.make("content", title="Expanded", categories=[other["id"], shelf["id"]], series=show["id"])
    path = f"content/{film['id']}"
    expanded = ann.get(path, params={"expand": "categories,series,season"}).json()["expanded"]
    assert [c["name"] for c in expanded["categories"]] == ["Other", "Shelf"], "in the order they were given"
    assert (expanded["series"]["title"], expanded["season"]) == ("Show", None)
    (listed,) = ann.items("content", title="Expanded", expand="categories", fields="title")
    assert [c["name"] for c in listed["expanded"]["categories"]] == ["Other", "Shelf"]
    assert ann.delete(f"categories/{other['id']}?cascade=true").status_code == 200
    assert ann.get(path).json()["categories"] == [shelf["id"]], "what is gone is gone from the list"
    assert [x["title"] for x in ann.items("content", categories=shelf["id"])] == ["Expanded"]
    assert ann.delete(path).status_code == 204 and ann.delete(f"series/{show['id']}").status_code == 204


def test_expand_includes_what_referenced_records_reference(db_studio: ControlPlane, ann: Person) -> None:
    genre = ann.make("genres", name="Deep")
    show = ann.make("series", title="Nested", genres=[genre["id"]])
    season = ann.make("seasons", series=show["id"], number=1)
    film = ann.make("content", title="Inner", series=show["id"], season=season["id"])
    path, asked = f"content/{film['id']}", {"expand": "season.series.genres,series"}
    expanded = ann.get(path, params=asked).json()["expanded"]
    inner = expanded["season"]["expanded"]["series"]
    assert (inner["title"], [g["name"] for g in inner["expanded"]["genres"]]) == ("Nested", ["Deep"])
    assert expanded["series"]["title"] == "Nested" and "expanded" not in expanded["series"]
    (listed,) = ann.items("content", title="Inner", **asked, fields="title")
    assert listed["expanded"]["season"]["expanded"]["series"]["id"] == show["id"]
    for wrong in ("season.", "season.number", "season.series.genres.x", ".season", "trailer_of." * 3 + "series"):
        answer = ann.get(path, params={"expand": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "expand"), wrong
    key = ann.key("content:read", "season:read")
    assert key.get(path, params={"expand": "season"}).status_code == 200
    refused = key.get(path, params={"expand": "season.series"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing") and "series:read" in refused.text
    ann.delete(path)
    ann.delete(f"series/{show['id']}?cascade=true")


# --- pages ---

RATINGS = st.one_of(st.none(), st.integers(0, 3))
ROWS = st.lists(
    st.tuples(RATINGS, st.sampled_from(["a", "b", "B", "é"]), st.sampled_from(["film", "clip"])), max_size=14
)
KEYS = st.lists(st.sampled_from(["episode_number", "title", "kind", "created_at", "release_date"]), min_size=1, max_size=3,
                unique=True)  # fmt: skip


@pytest.fixture(scope="module")
def pager(db_studio: ControlPlane) -> Person:
    return db_studio.organization("Pages", "pages@example.org")


@settings(max_examples=40)
@given(rows=ROWS, keys=KEYS, down=st.lists(st.booleans(), min_size=3, max_size=3), limit=st.integers(1, 5))
def test_pagination_neither_skips_nor_repeats_records(
    pager: Person, rows: list[Any], keys: list[str], down: list[bool], limit: int
) -> None:
    """For any data and sort order, with ties and nulls."""
    replace_content(pager, rows)
    sort = ",".join(("-" if d else "") + k for k, d in zip(keys, down, strict=False))
    whole = pager.items("content", sort=sort, limit=200)
    paged = pager.all("content", sort=sort, limit=limit)
    assert len(whole) == len(rows)
    assert [x["id"] for x in paged] == [x["id"] for x in whole]
    for one, two in pairwise(whole):
        for key, d in zip(keys, down, strict=False):
            if one[key] != two[key]:
                if key != "title":  # collation differs between the databases
                    first, last = (two, one) if d else (one, two)
                    assert first[key] is None or (last[key] is not None and first[key] < last[key]), (sort, one, two)
                break


def replace_content(person: Person, rows: list[Any]) -> None:
    table = metadata.tables["content"]
    with person.plane.engine.begin() as c:
        c.execute(sa.delete(table).where(table.c.organization == person.organization))
        for n, (number, title, kind) in enumerate(rows):
            c.execute(sa.insert(table).values(
                id=f"{n:06}{id_suffix(person):06x}", organization=person.organization, title=title, slug=f"s{n}", kind=kind,
                episode_number=number, created_at=f"2026-01-0{n % 3 + 1}T00:00:00.000Z", updated_at="x",
                release_date=None if number is None else f"202{number}-01-01", status="draft", visibility="public",
            ))  # fmt: skip


def id_suffix(person: Person) -> int:
    return int(person.organization[:6], 16)


def test_pagination_is_stable_when_records_are_added_or_deleted(pager: Person) -> None:
    replace_content(pager, [(n, "t", "film") for n in range(4)] + [(3, "t", "film")] * 4)
    first = pager.get("content", params={"sort": "episode_number", "limit": 3}).json()
    for gone in first["items"]:
        assert pager.delete(f"content/{gone['id']}").status_code == 204
    pager.make("content", title="new", episode_number=0)
    rest = pager.all("content", sort="episode_number", limit=3, cursor=first["next"])
    assert [x["episode_number"] for x in rest] == [3] * 5


@pytest.mark.parametrize("resource", list(SCHEMA), ids=lambda r: r.name)
def test_every_declared_sort_and_filter_works(ann: Person, resource: Any) -> None:
    """For every resource: sort by each sortable field both ways, and use each operator of each filter."""
    sample = {"text": "a", "slug": "a", "boolean": "true", "integer": "1", "number": "1.5", "duration": "1",
              "date": "2026-01-01", "moment": "2026-01-01T00:00:00Z", "reference": "f" * 12, "references": "f" * 12,
              "language": "de", "url": "https://a.de", "email": "a@b.de", "markdown": "a"}  # fmt: skip
    readable = resource.readable(Surface.DASHBOARD)
    for name, f in readable.items():
        if f.sorted:
            for sort in (name, f"-{name}"):
                answer = ann.get(resource.plural, params={"sort": sort, "limit": 1})
                assert answer.status_code == 200, answer.text
                if answer.json()["next"]:
                    after = ann.get(resource.plural, params={"sort": sort, "limit": 1, "cursor": answer.json()["next"]})
                    assert after.status_code == 200 and after.json()["items"] != answer.json()["items"]
        for operator in f.allowed_operators:
            value = "true" if operator == "null" else sample.get(f.type) or next(iter(f.options))
            parameter = name if operator == "eq" else f"{name}.{operator}"
            answer = ann.get(resource.plural, params={parameter: value})
            assert answer.status_code == 200, (parameter, answer.text)


# --- search ---


@pytest.fixture(scope="module")
def found(db_studio: ControlPlane) -> Person:
    person = db_studio.organization("Search", "search@example.org")
    for title, synopsis in (
        ("Night", ""), ("Night Train", "A guard counts."), ("The Night Manager", ""), ("Knights", ""), ("Tonight", ""),
        ("Nightingale", ""), ("Day", "It ends at night."), ("Crème Brûlée", "Über-Süßes"), ("Ночь", ""), ("東京物語", ""),
        ("R2-D2 & C-3PO", ""), ("AND OR NOT NEAR", ""),
    ):  # fmt: skip
        person.make("content", title=title, **({"synopsis": synopsis} if synopsis else {}))
    person.make(
        "content", title="Mond", translations={"en": {"title": "Moonlight"}, "fr": {"synopsis": "Clair de lune"}}
    )
    person.make("people", name="Agnès Varda", sort_name="Varda, Agnès", biography="Cinéaste")
    return person


@pytest.mark.parametrize(("q", "expected"), [
    ("night", ["Night", "Night Train", "Nightingale", "The Night Manager", "Day"]),
    ("NIGHT", ["Night", "Night Train", "Nightingale", "The Night Manager", "Day"]),
    ("nigh tra", []), ("night tra", ["Night Train"]), ("train night", ["Night Train"]), ("nig", None), ("creme brulee", ["Crème Brûlée"]),
    ("CRÈME", ["Crème Brûlée"]), ("ussess", []), ("suss", ["Crème Brûlée"]), ("moonl", ["Mond"]), ("lune", ["Mond"]),
    ("ноч", ["Ночь"]), ("東京", ["東京物語"]), ("counts", ["Night Train"]), ("nothing at all", []), ("r2 d2", ["R2-D2 & C-3PO"]),
    ("and or", ["AND OR NOT NEAR"]), ("near", ["AND OR NOT NEAR"]),
])  # fmt: skip
def test_search_matches_words_and_prefixes(found: Person, q: str, expected: list[str] | None) -> None:
    """Whole words, the last as a prefix; accents and case are ignored; matches in the title rank first."""
    titles = [x["title"] for x in found.items("content", q=q)]
    if expected is None:
        assert titles[0] == "Night" and set(titles) == {
            "Night",
            "Night Train",
            "Nightingale",
            "The Night Manager",
            "Day",
        }
    else:
        assert titles == expected
    assert found.get("content", params={"q": q, "total": "true"}).json()["total"] == len(titles)


def test_people_are_found_by_any_of_their_names(found: Person) -> None:
    for q in ("agnes", "varda ag", "Agnès Varda", "cineaste"):
        assert [p["name"] for p in found.items("people", q=q)] == ["Agnès Varda"], q


def test_search_combines_with_pagination_and_filters(found: Person) -> None:
    whole = [x["title"] for x in found.items("content", q="night")]
    assert [x["title"] for x in found.all("content", q="night", limit=2)] == whole
    assert found.items("content", q="night", kind="clip") == []
    assert [x["title"] for x in found.items("content", q="night", title="Night Train")] == ["Night Train"]


def test_search_index_follows_updates_and_deletes(found: Person) -> None:
    film = found.make("content", title="Sunrise")
    assert len(found.items("content", q="sunri")) == 1
    found.patch(f"content/{film['id']}", json={"title": "Sunset"})
    assert found.items("content", q="sunri") == [] and len(found.items("content", q="sunse")) == 1
    found.delete(f"content/{film['id']}")
    assert found.items("content", q="sunse") == []


@settings(max_examples=120)
@given(q=st.text(max_size=40) | st.from_regex(r"[\"'*():^&|!<>\\ -~]{1,20}", fullmatch=True))
def test_arbitrary_search_text_does_not_cause_errors(found: Person, q: str) -> None:
    """Operators of the databases' own search syntax are treated as ordinary words."""
    answer = found.get("content", params={"q": q})
    bad = "\0" in q or any(0xD800 <= ord(c) <= 0xDFFF for c in q)
    assert answer.status_code == (400 if bad else 200), answer.text


def test_search_on_unsearchable_resources_is_refused(found: Person) -> None:
    body = found.get("programs", params={"q": "x"}).json()
    assert body["errors"][0]["field"] == "q" and body["errors"][0]["code"] == "unknown_parameter"
