"""Programs that were aired or are committed, and programs in the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.db.tables import airing, channel_playout
from otnet_server.schema.fields.dates import utc
from tests.control.services import ControlPlane, Person


def soon(**after: float) -> str:
    return utc(datetime.now(UTC) + timedelta(**after))


def make_program(owner: Person, **values: Any) -> dict[str, Any]:
    made = {
        "channel": owner.make("channels", name="Night")["id"], "content": owner.make("content", title="Film")["id"],
        "starts_at": soon(seconds=20), "duration_s": 600,
    }  # fmt: skip
    return owner.make("programs", **made | values)


def air(studio: ControlPlane, program: dict[str, Any]) -> None:
    """Store an airing of a program."""
    channel, at = program["channel"], program["starts_at"]
    with studio.engine.begin() as c:
        c.execute(sa.insert(channel_playout).values(channel=channel, epoch=at))
        c.execute(sa.insert(airing).values(
            channel=channel, number=0, start=0, duration=1, kind="program", media="m", revision="r", media_start="0",
            content=program["content"], program=program["id"], title="", segments_before={}, created_at=at,
        ))  # fmt: skip


@pytest.fixture
def aired(studio: ControlPlane, owner: Person) -> dict[str, Any]:
    program = make_program(owner)
    air(studio, program)
    return program


@pytest.mark.parametrize(
    ("name", "value"),
    [("starts_at", "soon"), ("duration_s", 599), ("duration_s", None), ("content", ""), ("channel", "")],
)
def test_aired_program_is_not_moved_or_shortened(owner: Person, aired: dict[str, Any], name: str, value: Any) -> None:
    if value == "soon":
        value = soon(hours=3)
    if value == "":
        value = owner.make("content", title="B")["id"] if name == "content" else owner.make("channels", name="B")["id"]
    answer = owner.patch(f"programs/{aired['id']}", json={name: value})
    assert answer.status_code == 409, answer.text
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (name, "aired") and error["remedy"]
    assert owner.get(f"programs/{aired['id']}").json()[name] == aired[name]


def test_aired_program_is_not_deleted(owner: Person, aired: dict[str, Any]) -> None:
    path = f"programs/{aired['id']}"
    for params in ({}, {"permanently": "true"}, {"cascade": "true"}):
        answer = owner.delete(path, params=params)
        assert answer.status_code == 409 and "deleted" in answer.json()["title"] + answer.json().get("detail", "")
    bulk = owner.post("programs/bulk", json={"action": "delete", "ids": [aired["id"]]})
    assert bulk.json()["results"][0]["status"] == 409
    assert owner.get(path).status_code == 200


def test_aired_program_can_be_changed_otherwise(owner: Person, aired: dict[str, Any]) -> None:
    path = f"programs/{aired['id']}"
    same = {name: aired[name] for name in ("channel", "content", "starts_at", "duration_s")}
    assert owner.patch(path, json={**same, "title": "New", "notes": "x", "duration_s": 700}).status_code == 200


def test_aired_program_is_deleted_with_its_channel(owner: Person, aired: dict[str, Any]) -> None:
    assert owner.delete(f"channels/{aired['channel']}", params={"cascade": "true"}).status_code == 200
    assert owner.get(f"programs/{aired['id']}").status_code == 404


def test_program_that_was_not_aired_is_moved_and_deleted(owner: Person) -> None:
    program = make_program(owner)
    path = f"programs/{program['id']}"
    assert owner.patch(path, json={"starts_at": soon(hours=1), "duration_s": 60}).status_code == 200
    assert owner.delete(path).status_code == 204


def test_program_does_not_begin_in_the_past(owner: Person) -> None:
    program = make_program(owner, starts_at=soon(seconds=-30))
    body = {name: program[name] for name in ("channel", "content", "duration_s")}
    for past in (soon(seconds=-90), "2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        answers = [
            owner.post("programs", json={**body, "starts_at": past}),
            owner.put("programs/by-external-id/past", json={**body, "starts_at": past}),
            owner.patch(f"programs/{program['id']}", json={"starts_at": past}),
        ]
        for answer in answers:
            assert answer.status_code == 422, answer.text
            assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("starts_at", "past")]


def test_program_that_began_long_ago_can_be_changed_otherwise(studio: ControlPlane, owner: Person) -> None:
    program = make_program(owner)
    studio.set("program", program["id"], starts_at="2020-01-01T00:00:00.000Z")
    path = f"programs/{program['id']}"
    assert owner.patch(path, json={"starts_at": "2020-01-01T00:00:00Z", "title": "Old"}).status_code == 200
    assert owner.delete(path).status_code == 204
