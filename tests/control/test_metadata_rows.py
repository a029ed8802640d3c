"""Which column is which field, what cells say, and which title a row is."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.control.metadata_plans import Existing, Index, plan_row, repeated
from otnet_server.control.metadata_rows import ParsedRow, Person, check_mapping, parse_row, recognized
from otnet_server.errors import Invalid
from otnet_server.ingest.data_tables import TableRow
from otnet_server.schema.field import Surface

PARTNER = Surface.PARTNER


def parse(**cells: str) -> ParsedRow:
    names = {column.replace("__", "."): cell for column, cell in cells.items()}
    return parse_row(TableRow(2, names), {column: column for column in names}, PARTNER)


@pytest.mark.parametrize(("column", "target"), [
    ("title", "title"), ("Title", "title"), ("EXTERNAL-ID", "external_id"), ("external id", "external_id"),
    ("External_Id", "external_id"), ("Original language", "original_language"), ("Episode", "episode_number"),
    ("Year", "year"), ("Director", "credits.director"), ("credits.actor", "credits.actor"), ("id", "id"),
    ("status", ""), ("organization", ""), ("translations", ""), ("media", ""), ("Titel", ""), ("metadata", ""),
])  # fmt: skip
def test_columns_are_recognized_by_field_names_and_labels(column: str, target: str) -> None:
    assert recognized([column], PARTNER).get(column, "") == target


def test_a_field_is_recognized_once() -> None:
    assert recognized(["Title", "title", "Genres"], PARTNER) == {"Title": "title", "Genres": "genres"}


@pytest.mark.parametrize("mapping", [
    {"Nothing": "title"}, {"A": "status"}, {"A": "title", "B": "title"}, {"A": "synopsis"}, {"A": ""}, {"A": 1}, {"A": ["title"]},
])  # fmt: skip
def test_wrong_mappings_are_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        check_mapping(mapping, ["A", "B"], PARTNER)


@pytest.mark.parametrize(("name", "cell", "value"), [
    ("age_rating", "12", 12), ("age_rating", "12.0", 12), ("age_rating", "12,00", 12), ("kind", "Podcast Episode", "podcast_episode"),
    ("kind", "FILM", "film"), ("release_date", "2024-03-14", "2024-03-14"), ("release_date", "14.3.2024", "2024-03-14"),
    ("release_date", "2024-03-14 00:00:00", "2024-03-14"), ("release_date", "2024", "2024-01-01"),
    ("published_from", "2024-03-14", "2024-03-14T00:00:00Z"), ("published_from", "2024-03-14 20:15", "2024-03-14T20:15:00Z"),
    ("visibility", "Everybody", "public"), ("synopsis", "a\nb", "a\nb"),
])  # fmt: skip
def test_cells_are_read_as_their_field(name: str, cell: str, value: object) -> None:
    parsed = parse(title="x", **{name: cell})
    assert not parsed.errors and parsed.values[name] == value


@pytest.mark.parametrize(("name", "cell"), [
    ("age_rating", "twelve"), ("age_rating", "99"), ("age_rating", "1.5"), ("kind", "movie"), ("release_date", "3/14/2024"),
    ("release_date", "45365"), ("release_date", "31.02.2024"), ("year", "24"), ("original_language", "no language"),
    ("published_from", "soon"), ("title", "x" * 2000), ("slug", "Not A Slug/"), ("credits__actor", "x" * 201),
    ("external_id", "x" * 2000),
])  # fmt: skip
def test_wrong_cells_are_errors_of_their_column(name: str, cell: str) -> None:
    parsed = parse(**{"title": "x", name: cell})
    assert [e.field for e in parsed.errors] == [name.replace("__", ".")]


def test_people_have_characters_and_names_with_commas() -> None:
    parsed = parse(title="x", credits__actor="Karina, Anna (Nana); Sady Rebbot|Sady Rebbot", credits__director="Varda")
    assert parsed.people == [
        Person("actor", "Karina, Anna", "Nana"), Person("actor", "Sady Rebbot", ""), Person("director", "Varda", ""),
    ]  # fmt: skip


TITLES = Index([
    Existing("a" * 12, "Night Train", "cms-1", 2024), Existing("b" * 12, "Night Train", None, 1999),
    Existing("c" * 12, "Äpfel", None, None), Existing("d" * 12, "Twice", None, 2000), Existing("e" * 12, "Twice", None, 2000),
])  # fmt: skip
INDEXES = {"content": TITLES, "genre": Index([Existing("1" * 12, "Drama")]), "person": Index(), "category": Index()}


@pytest.mark.parametrize(("cells", "action", "target"), [
    ({"title": "New", "external_id": "cms-1"}, "update", "a"), ({"title": "night train", "year": "1999"}, "update", "b"),
    ({"title": "Night Train", "year": "2024"}, "update", "a"), ({"title": "Night Train", "year": "2001"}, "create", ""),
    ({"title": "Night Train"}, "error", ""), ({"title": "APFEL", "year": "2020"}, "update", "c"),
    ({"title": "Night Train", "year": "2024", "external_id": "cms-2"}, "create", ""),
    ({"title": "Night Train", "year": "1999", "external_id": "cms-2"}, "update", "b"),
    ({"title": "x", "id": "c" * 12}, "update", "c"), ({"title": "x", "id": "f" * 12}, "error", ""),
    ({"id": "c" * 12}, "update", "c"), ({"external_id": "cms-9"}, "error", ""), ({"title": "Twice", "year": "2000"}, "error", ""),
    ({"title": "x", "genres": "drama"}, "create", ""), ({"title": "x", "genres": "Noir"}, "error", ""),
    ({"title": "x", "series": "Nothing"}, "error", ""),
])  # fmt: skip
def test_rows_are_matched_to_titles(cells: dict[str, str], action: str, target: str) -> None:
    indexes = {**INDEXES, "series": Index()}
    plan = plan_row(parse(**cells), indexes, {n: n for n in cells}, ())
    assert (plan.action, plan.target) == (action, target * 12), plan.errors


def test_missing_names_are_created_once_if_wished() -> None:
    parsed = parse(title="x", genres="Noir, noir; Drama", credits__actor="A (B); a (C)")
    plan = plan_row(parsed, INDEXES, {}, ("genre", "person"))
    assert not plan.errors and plan.missing == {"genre": ["Noir"], "person": ["A"]}


@pytest.mark.parametrize("name", ["A\nB", "\x1b[31mA", "x" * 1001])
def test_names_that_no_record_can_have_are_errors_of_their_column(name: str) -> None:
    indexes = {**INDEXES, "series": Index()}
    plan = plan_row(parse(title="x", series=name), indexes, {"series": "Show"}, ("series",))
    assert [e.field for e in plan.errors] == ["Show"] and not plan.missing
    assert [e.field for e in parse(title="x", credits__actor="A (\x07)").errors] == ["credits.actor"]


def test_people_beyond_the_limit_are_not_compared() -> None:
    parsed = parse(title="x", credits__actor=";".join(map(str, range(20_000))))
    assert [e.code for e in parsed.errors] == ["too_many"] and not parsed.people


def test_titles_without_letters_are_not_ambiguous_for_rows_without_a_title() -> None:
    accents = Index([Existing("a" * 12, "\u0301"), Existing("b" * 12, "\u0301\u0301")])
    plan = plan_row(parse(external_id="cms-9"), {"content": accents}, {"external_id": "external_id"}, ())
    assert [e.code for e in plan.errors] == ["required"]


def test_second_row_of_a_title_is_an_error() -> None:
    rows = [parse(title="x"), parse(title="X"), parse(title="x", year="2000"), parse(title="y", id="a" * 12),
            parse(title="z", external_id="cms-1")]  # fmt: skip
    plans = [plan_row(row, INDEXES, {"title": "title", "id": "id"}, ()) for row in rows]
    repeated(plans)
    assert [plan.action for plan in plans] == ["create", "error", "create", "update", "error"]
