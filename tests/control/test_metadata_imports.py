"""Imports of metadata through the API: preview, import, progress, failures, and who may do it."""

from __future__ import annotations

import csv
import io
import json
import secrets
from typing import Any

import pytest

from otnet_server.control import metadata_imports
from tests.control.services import SCOPES, Client, ControlPlane, Person
from tests.harness import until

PATH = "imports/metadata"
CSV = (
    "title,year,genres,director,actor,external_id,age_rating\n"
    "{a},2024,Noir {x}; Drama {x},Ann {x},Bob {x} (Guard); Cleo {x},{x}-1,12\n"
    "{b},,Drama {x},Ann {x},,{x}-2,\n"
    "{c},1999,,,,{x}-3,ninety\n"
)


class Table:
    """A table with titles of its own."""

    def __init__(self) -> None:
        self.x = secrets.token_hex(4)
        self.data = CSV.format(x=self.x, a=f"Night {self.x}", b=f"=Äpfel {self.x}", c=f"Wrong {self.x}").encode()

    def content(self, client: Client, number: int) -> dict[str, Any]:
        (item,) = client.items("content", external_id=f"{self.x}-{number}")
        return item


@pytest.fixture
def table() -> Table:
    return Table()


def preview(client: Client, data: bytes, **query: str) -> dict[str, Any]:
    answer = client.post(PATH, params={"dry_run": "true", "create": "true", **query}, content=data)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def imported(client: Client, data: bytes, **query: str) -> dict[str, Any]:
    answer = client.post(PATH, params={"create": "true", **query}, content=data)
    assert answer.status_code == 202, answer.text
    id = answer.json()["id"]

    def ended() -> Any:
        state = client.get(f"{PATH}/{id}").json()
        return state if state["state"] != "running" else None

    return dict(until("the import has ended", ended))


def counts(state: dict[str, Any]) -> tuple[int, ...]:
    return tuple(state[n] for n in ("total", "done", "created", "updated", "unchanged", "failed"))


def test_preview_says_what_would_be_done_and_changes_nothing(owner: Person, table: Table) -> None:
    said = preview(owner, table.data)
    assert [said[n] for n in ("total", "create", "update", "failed")] == [3, 2, 0, 1]
    assert [c["target"] for c in said["columns"]] == [
        "title", "year", "genres", "credits.director", "credits.actor", "external_id", "age_rating",
    ]  # fmt: skip
    assert said["failures"] == [
        {"line": 4, "column": "age_rating", "error": "age_rating must be a whole number", "remedy": ""}
    ]
    assert {n: m["count"] for n, m in said["missing"].items()} == {"genre": 2, "person": 3}
    assert [(r["line"], r["action"]) for r in said["rows"]] == [(2, "create"), (3, "create"), (4, "error")]
    assert owner.items("content", external_id=f"{table.x}-1") == [] and owner.items("genres", q=table.x) == []


def test_rows_become_titles_with_genres_and_credits(db_studio: ControlPlane, table: Table) -> None:
    key = db_studio.owner.key()
    state = imported(key, table.data)
    assert (state["state"], counts(state)) == ("done", (3, 3, 2, 0, 0, 1))
    night, apples = table.content(key, 1), table.content(key, 2)
    assert (night["release_date"], night["age_rating"], night["status"]) == ("2024-01-01", 12, "draft")
    assert [(c["name"], c["role"], c["character"]) for c in night["credits"]] == [
        (f"Ann {table.x}", "director", None), (f"Bob {table.x}", "actor", "Guard"), (f"Cleo {table.x}", "actor", None),
    ]  # fmt: skip
    assert len(night["genres"]) == 2 and apples["genres"] == night["genres"][1:]
    assert apples["credits"][0]["person"] == night["credits"][0]["person"], "a person is created once"
    again = imported(key, table.data)
    assert counts(again) == (3, 3, 0, 0, 2, 1)
    changed = imported(key, f"external_id,title,genres\n{table.x}-1,Renamed {table.x},\n".encode())
    assert counts(changed) == (1, 1, 0, 1, 0, 0)
    renamed = table.content(key, 1)
    assert renamed["title"] == f"Renamed {table.x}" and renamed["genres"] == night["genres"], (
        "an empty cell changes nothing"
    )


def test_columns_can_be_mapped(owner: Person, table: Table) -> None:
    data = f"Titel;Nr\nNacht {table.x};{table.x}-1\n".encode("cp1252")
    assert preview(owner, data)["rows"] == [], "no column is the title"
    assert owner.post(PATH, content=data).status_code == 422
    mapping = json.dumps({"Titel": "title", "Nr": "external_id"})
    assert preview(owner, data, mapping=mapping)["create"] == 1
    assert imported(owner, data, mapping=mapping)["created"] == 1
    for wrong in ("[]", "{", json.dumps({"X": "title"}), json.dumps({"Titel": "status"})):
        answer = owner.post(PATH, params={"mapping": wrong, "dry_run": "true"}, content=data)
        assert answer.status_code in (400, 422), wrong
    assert owner.post(PATH, params={"create": "yes"}, content=data).status_code == 400


def test_missing_names_are_failures_unless_they_may_be_created(owner: Person, table: Table) -> None:
    state = imported(owner, table.data, create="false")
    assert counts(state)[2:] == (0, 0, 0, 3)
    assert any("does not exist" in f["error"] for f in state["failures"])
    few = owner.key("content:write", "content:read", "credit:write", "genre:write")
    assert set(preview(few, table.data)["missing"]) <= {"genre"}, "the key may not create people"


def test_failures_can_be_downloaded(owner: Person, table: Table) -> None:
    state = imported(owner, f"title,year,=x\n{table.x},never,1\n".encode())
    answer = owner.get(f"{PATH}/{state['id']}/failures")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows == [["line", "column", "error", "remedy"], ["2", "year", "year must be a year such as 2026", ""]]


def test_template_can_be_imported(owner: Person) -> None:
    template = owner.get(f"{PATH}/template")
    said = preview(owner, template.content)
    assert all(column["target"] for column in said["columns"]) and said["create"] + said["update"] == 1


def test_import_needs_the_permission_to_write_content_and_credits(owner: Person, table: Table) -> None:
    for client in (owner.colleague("reader"), owner.key(*(s for s in SCOPES if s != "content:write"))):
        for method, path in (("POST", PATH), ("GET", f"{PATH}/template"), ("GET", f"{PATH}/{'0' * 12}")):
            assert client.request(method, path, content=table.data).status_code == 403, path
    assert owner.key("content:write").post(PATH, content=table.data).json()["code"] == "scope_missing"


def test_imports_of_others_do_not_exist(studio: ControlPlane, owner: Person, table: Table) -> None:
    id = imported(owner, table.data)["id"]
    other = studio.organization("Other", f"{table.x}@example.org")
    for method, path in (("GET", id), ("DELETE", id), ("GET", f"{id}/failures"), ("GET", "%00"), ("GET", "x" * 300)):
        assert other.request(method, f"{PATH}/{path}").status_code == 404, path
    assert preview(other, table.data)["create"] == 2, "titles of others are not matched"


def test_one_import_runs_at_a_time_and_can_be_cancelled(studio: ControlPlane, owner: Person, table: Table) -> None:
    at = "2999-01-01T00:00:00.000Z"
    numbers = dict.fromkeys(("total", "done", "created", "updated", "unchanged", "failed"), 0)
    id = studio.put("metadata_import", organization=owner.organization, state="running", failures=[], updated_at=at,
                    **numbers)  # fmt: skip
    assert owner.post(PATH, content=table.data).json()["code"] == "import_running"
    assert owner.delete(f"{PATH}/{id}").status_code == 204
    assert owner.get(f"{PATH}/{id}").json()["state"] == "cancelled"
    left = studio.put("metadata_import", organization=owner.organization, state="running", failures=[], **numbers)
    assert owner.get(f"{PATH}/{left}").json()["state"] == "interrupted", "nobody has worked on it for long"
    assert imported(owner, table.data)["state"] == "done"
    assert [r["state"] for r in studio.rows("metadata_import", id=left)] == ["interrupted"], "it does not continue"


def test_no_row_is_imported_after_a_cancellation(studio: ControlPlane, owner: Person, table: Table) -> None:
    rows = "".join(f"{table.x} {n}\n" for n in range(2000)).encode()
    id = owner.post(PATH, content=b"title\n" + rows).json()["id"]
    assert owner.delete(f"{PATH}/{id}").status_code == 204
    before = len(studio.rows("content"))
    assert imported(owner, table.data)["created"] == 2
    assert len(studio.rows("content")) == before + 2 < 2000


@pytest.mark.parametrize("caller", ["api_key", "user"])
def test_import_ends_when_its_caller_loses_the_rights(
    studio: ControlPlane, owner: Person, table: Table, caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata_imports, "PROGRESS_S", 0.0)
    rows = "".join(f"{caller} {table.x} {n}\n" for n in range(1000)).encode()
    client: Client = owner.key("content:read", "content:write") if caller == "api_key" else owner.colleague("editor")
    id = client.post(PATH, content=b"title\n" + rows).json()["id"]
    if isinstance(client, Person):
        (own,) = [m for m in owner.all("memberships") if m["user"] == client.id]
        assert owner.patch(f"memberships/{own['id']}", json={"role": "reader"}).status_code == 200
    else:
        (key,) = [
            k for k in owner.all("api_keys") if client.headers["Authorization"].startswith(f"Bearer {k['prefix']}")
        ]
        assert owner.post(f"api_keys/{key['id']}/revoke").status_code == 200

    def ended() -> Any:
        state = owner.get(f"{PATH}/{id}").json()
        return state if state["state"] != "running" else None

    state = until("the import has ended", ended)
    assert state["state"] == "cancelled" and state["done"] < 1000, state


@pytest.mark.parametrize("data", [b"a" * 200_000 + b"\nb", b'{"\\ud800": "x", "title": "\\u0000"}'])
def test_strange_tables_are_no_internal_error(owner: Person, data: bytes) -> None:
    assert owner.post(PATH, params={"dry_run": "true"}, content=data).status_code in (200, 422)
    mapping = {"dry_run": "true", "mapping": '{"\\ud800": "title"}'}
    assert owner.post(PATH, params=mapping, content=b"title\nx").status_code == 400


def test_table_can_be_text_in_json(owner: Person, table: Table) -> None:
    answer = owner.post(PATH, params={"dry_run": "true", "create": "true"}, json={"text": table.data.decode()})
    assert answer.json()["create"] == 2, answer.text
    assert owner.post(PATH, json={"rows": []}).status_code == 422


def test_files_that_are_no_tables_are_refused(owner: Person) -> None:
    for data in (b"", b"\x00\x01", b'title\n"open\n'):
        assert owner.post(PATH, content=data).json()["code"] == "bad_table"
