"""The layout of the home page: validation, permissions, versions, preview, and what viewers then see."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest

from otnet_server.schema.home_layout import MAX_ROWS, HomeLayout, standard_layout
from tests.control.services import ControlPlane, Person
from tests.harness import ROOT

ID = "0123456789ab"
STANDARD = [row.kind for row in standard_layout().rows]


def kinds(layout: dict[str, Any]) -> list[str]:
    return [row["kind"] for row in layout["rows"]]


@pytest.fixture
def beta(studio: ControlPlane) -> Person:
    """The owner of an organization of their own."""
    return studio.organization("Beta of layouts", f"{secrets.token_hex(4)}@layouts.example")


def test_layout_is_the_standard_one_until_one_is_saved(beta: Person) -> None:
    read = beta.get("home_layout")
    assert kinds(read.json()) == STANDARD and read.json()["hero"] == []
    layout = {"rows": [{"kind": "new", "titles": {"en": "Fresh", "de": "Frisch"}}, {"kind": "series", "hidden": True}]}
    saved = beta.put("home_layout", json=layout)
    assert saved.status_code == 200, saved.text
    assert saved.headers["etag"] != read.headers["etag"]
    assert beta.get("home_layout").json() == saved.json()
    assert saved.json()["rows"][0]["titles"] == {"en": "Fresh", "de": "Frisch"}
    (entry,) = beta.items("audit_entries", resource="home_layout")
    assert entry["action"] == "updated" and kinds(entry["before"]) == STANDARD


def test_layout_that_changed_meanwhile_is_not_overwritten(beta: Person) -> None:
    before = beta.get("home_layout").headers["etag"]
    first = beta.put("home_layout", json={"rows": [{"kind": "new"}]}, headers={"If-Match": before})
    refused = beta.put("home_layout", json={"rows": []}, headers={"If-Match": before})
    assert (first.status_code, refused.status_code, refused.json()["code"]) == (200, 412, "changed_meanwhile")
    again = beta.put("home_layout", json={"rows": []}, headers={"If-Match": first.headers["etag"]})
    assert again.status_code == 200 and beta.get("home_layout").json()["rows"] == []


ROW = {"kind": "new"}
LAYOUTS = [
    ({}, "rows"),
    ({"rows": [{"kind": "weather"}]}, "rows.0.kind"),
    ({"rows": [{"kind": "category"}]}, "rows.0"),
    ({"rows": [{"kind": "new", "record": ID}]}, "rows.0"),
    ({"rows": [{"kind": "new", "content": [ID]}]}, "rows.0"),
    ({"rows": [ROW, ROW]}, ""),
    ({"rows": [{"kind": "titles"}] * (MAX_ROWS + 1)}, "rows"),
    ({"rows": [{"kind": "titles", "content": [ID, ID]}]}, "rows.0.content"),
    ({"rows": [{"kind": "titles", "content": [f"{n:012x}" for n in range(41)]}]}, "rows.0.content"),
    ({"rows": [{"kind": "titles", "content": ["../x"]}]}, "rows.0.content.0"),
    ({"rows": [], "hero": [ID, ID]}, "hero"),
    ({"rows": [], "hero": [f"{n:012x}" for n in range(11)]}, "hero"),
    ({"rows": [{"kind": "new", "titles": {"deutsch!": "x"}}]}, "rows.0.titles.deutsch!.[key]"),
    ({"rows": [{"kind": "new", "titles": {"de": "two\nlines"}}]}, "rows.0.titles.de"),
    ({"rows": [{"kind": "new", "titles": {"de": "\u0000"}}]}, "rows.0.titles.de"),
    ({"rows": [{"kind": "new", "titles": {"de": " "}}]}, "rows.0.titles.de"),
    ({"rows": [{"kind": "new", "titles": {"de": "x" * 81}}]}, "rows.0.titles.de"),
    ({"rows": [{"kind": "new", "color": "red"}]}, "rows.0.color"),
    ({"rows": [{"kind": "titles", "content": [ID]}]}, "rows.0.content"),
    ({"rows": [{"kind": "genre", "record": ID}]}, "rows.0.record"),
    ({"rows": [], "hero": [ID]}, "hero"),
]


@pytest.mark.parametrize(("layout", "field"), LAYOUTS, ids=range(len(LAYOUTS)))
def test_layouts_that_are_not_valid_are_refused_with_the_field(
    owner: Person, layout: dict[str, Any], field: str
) -> None:
    for answer in (owner.put("home_layout", json=layout), owner.post("home_layout/preview", json=layout)):
        assert answer.status_code == 422, answer.text
        assert field in [error["field"] for error in answer.json()["errors"]], answer.text


def test_layout_can_not_show_records_of_other_organizations(owner: Person, beta: Person) -> None:
    film, genre = owner.make("content", title="Ours"), owner.make("genres", name="Ours alone")
    layout = {"hero": [film["id"]], "rows": [{"kind": "titles", "content": [film["id"]]},
                                             {"kind": "genre", "record": genre["id"]}]}  # fmt: skip
    for answer in (beta.put("home_layout", json=layout), beta.post("home_layout/preview", json=layout)):
        assert [e["field"] for e in answer.json()["errors"]] == ["hero", "rows.0.content", "rows.1.record"]
        assert "Ours" not in answer.text


def test_deleted_records_drop_out_of_the_layout_and_come_back_from_the_trash(beta: Person) -> None:
    film, other = beta.make("content", title="Deleted"), beta.make("content", title="Kept")
    genre = beta.make("genres", name="Deleted")
    layout = {"hero": [film["id"]], "rows": [{"kind": "titles", "content": [film["id"], other["id"]]},
                                             {"kind": "genre", "record": genre["id"]}]}  # fmt: skip
    assert beta.put("home_layout", json=layout).status_code == 200
    for path in (f"content/{film['id']}", f"genres/{genre['id']}"):
        assert beta.delete(path).status_code in (200, 204)
    left = beta.get("home_layout").json()
    assert left["hero"] == [] and [row["content"] for row in left["rows"]] == [[other["id"]]]
    for entry in beta.items("trash"):
        assert beta.post(f"trash/{entry['id']}/restore", json={}).status_code == 200
    assert beta.get("home_layout").json()["hero"] == [film["id"]]


def test_roles_and_scopes_of_the_layout(beta: Person) -> None:
    reader, editor = beta.colleague("reader"), beta.colleague("editor")
    layout: dict[str, Any] = {"rows": [{"kind": "new"}]}
    assert reader.get("home_layout").status_code == 200
    for answer in (reader.put("home_layout", json=layout), reader.post("home_layout/preview", json=layout)):
        assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert beta.colleague("audience").get("home_layout").status_code == 403
    assert editor.put("home_layout", json=layout).status_code == 200
    reads, writes = beta.key("content:read"), beta.key("content:write")
    assert kinds(reads.get("home_layout").json()) == ["new"]
    assert reads.put("home_layout", json=layout).json()["code"] == "scope_missing"
    assert writes.get("home_layout").json()["code"] == "scope_missing"
    assert writes.put("home_layout", json={"rows": []}).status_code == 200


def test_layout_of_a_new_organization_on_every_database(db_studio: ControlPlane) -> None:
    owner = db_studio.owner
    assert owner.put("home_layout", json={"rows": [{"kind": "popular"}, {"kind": "genres"}]}).status_code == 200
    preview = owner.post("home_layout/preview", json={"rows": [{"kind": "popular"}, {"kind": "episodes", "record": owner.make(
        "series", title="Empty")["id"]}]})  # fmt: skip
    assert preview.json()["empty"] == [0, 1], preview.text
    assert db_studio.anonymous().get("/api/v1/site/home").status_code == 200


def test_a_layout_without_deleted_records() -> None:
    layout = HomeLayout.model_validate({"hero": ["a" * 12], "rows": [
        {"kind": "titles", "content": ["a" * 12, "b" * 12]}, {"kind": "category", "record": "c" * 12}, {"kind": "new"},
    ]})  # fmt: skip
    left = layout.without({"a" * 12, "c" * 12})
    assert left.hero == [] and [(row.kind, row.content) for row in left.rows] == [("titles", ["b" * 12]), ("new", [])]


def test_studio_knows_the_standard_layout() -> None:
    module = (ROOT / "web_ui/src/studio/homeLayout/layout.ts").read_text("utf-8")
    (kinds,) = re.findall(r"STANDARD_KINDS[^=]*= \[([^\]]*)\]", module)
    assert re.findall(r"'(\w+)'", kinds) == STANDARD
