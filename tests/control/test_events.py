"""The list of events on the partner and dashboard surfaces."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from otnet_server.db import changes
from otnet_server.db.tables import change
from tests.control.services import ControlPlane, Person


def test_every_change_is_listed_once_over_pages(db_studio: ControlPlane) -> None:
    owner = db_studio.owner
    key = owner.key("event:read")
    start = last_id(key)
    made = [owner.make("genres", name=f"Genre {n}")["id"] for n in range(7)]
    seen, after = [], start
    while True:
        page = key.get("events", params={"limit": 3} | ({"after": after} if after else {})).json()
        seen += page["items"]
        after = page["next"]
        if not page["more"]:
            break
    assert [(e["type"], e["data"]["id"], e["data"]["title"]) for e in seen if e["type"].startswith("genre.")] == [
        ("genre.created", id, f"Genre {n}") for n, id in enumerate(made)
    ]
    assert key.get("events", params={"after": after}).json() == {"items": [], "next": after, "more": False}


def last_id(client: Person) -> str | None:
    after = None
    while True:
        page = client.get("events", params={"after": after} if after else {}).json()
        after = page["next"]
        if not page["more"]:
            return after


def test_media_events_say_what_they_concern(studio: ControlPlane, owner: Person) -> None:
    content = owner.make("content", title="A film", kind="film")
    media = studio.put("media", library="Films", title="film.mkv", present=True, info={}, state="found",
                       organization=owner.organization, content=content["id"])  # fmt: skip

    async def remove() -> None:
        from otnet_server.pipeline.revision_repository import media_event_data

        async with studio.server.core.db.write() as c:
            await changes.append(c, "media.removed", await media_event_data(c, media, None))

    before = last_id(owner)
    studio.run(remove())
    (event,) = owner.get("events", params={"after": before}).json()["items"]
    assert event["type"] == "media.removed"
    assert event["data"] == {
        "media": media, "title": "film.mkv", "content": content["id"], "organization": owner.organization,
    }  # fmt: skip


def test_events_of_other_organizations_and_internal_changes_are_not_listed(studio: ControlPlane, owner: Person) -> None:
    other = studio.organization("Others", "other@example.org")
    before = last_id(owner)
    mine = owner.make("genres", name="Mine")

    async def internal() -> None:
        async with studio.server.core.db.write() as c:
            data = {"organization": owner.organization, "revision": "x", "pieces": []}
            await changes.append(c, "pieces.published", data, internal=True)

    studio.run(internal())
    theirs = other.make("genres", name="Theirs")
    types = [(e["type"], e["data"]["id"]) for e in owner.get("events", params={"after": before}).json()["items"]]
    assert types == [("genre.created", mine["id"])]
    # An id of another organization's event is none of ours.
    assert owner.get("events", params={"after": last_id(other)}).status_code == 410
    assert theirs["id"] not in owner.get("events").text


def test_events_of_people_keys_and_webhooks_are_not_listed(studio: ControlPlane, owner: Person) -> None:
    """A key with `event:read` alone must not learn the addresses of people or webhooks."""
    before = last_id(owner)
    owner.colleague("editor")
    owner.make("webhooks", url="https://hooks.invalid/secret-path", events=["content.created"])
    key = owner.key("event:read")
    genre = owner.make("genres", name="Listed")
    answer = key.get("events", params={"after": before} if before else {})
    assert [(e["type"], e["data"]["id"]) for e in answer.json()["items"]] == [("genre.created", genre["id"])]
    assert "secret-path" not in answer.text and "@example.org" not in answer.text


def test_deleted_event_is_reported_as_expired(studio: ControlPlane, owner: Person) -> None:
    owner.make("genres", name="Short lived")
    after = last_id(owner)
    with studio.engine.begin() as c:
        c.execute(sa.delete(change).where(change.c.id == int(after or 0)))
    refused = owner.get("events", params={"after": after})
    assert (refused.status_code, refused.json()["code"]) == (410, "event_expired")


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=9999999999999999999", "limit=0", "limit=501", "limit=x",
                                   "since=1", "after=1&after=2",
                                   "type=", "type=webhook.created", "type=content.created,x", "after=LATEST"])  # fmt: skip
def test_malformed_query_is_refused(owner: Person, query: str) -> None:
    refused = owner.get(f"events?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_query")
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


def test_only_administrators_and_keys_with_the_scope_read_events(studio: ControlPlane, owner: Person) -> None:
    assert owner.key("event:read").get("events").status_code == 200
    assert owner.key("content:read").get("events").json()["code"] == "scope_missing"
    assert owner.colleague("admin").get("events").status_code == 200
    for role in ("reader", "editor", "audience"):
        assert owner.colleague(role).get("events").json()["code"] == "role_too_low"
    assert studio.anonymous().get("/api/v1/partner/events").status_code == 401
    assert studio.anonymous().get("/api/v1/public/events").status_code == 404


def test_types_select_events_and_next_passes_over_the_others(db_studio: ControlPlane) -> None:
    owner = db_studio.owner
    key = owner.key("event:read")
    start = key.get("events", params={"after": "latest"}).json()
    assert start["items"] == [] and start["more"] is False
    genre = owner.make("genres", name="Selected")
    owner.make("categories", name="Passed over")
    page = key.get("events", params={"after": start["next"], "type": "genre.created,genre.deleted"}).json()
    assert [e["data"]["id"] for e in page["items"]] == [genre["id"]]
    # The position is that of the newest event, so that it does not expire while no event of the type happens.
    assert page["next"] == key.get("events", params={"after": "latest"}).json()["next"]
    assert key.get("events", params={"after": page["next"]}).json()["items"] == []


def test_pages_of_a_type_are_complete(owner: Person) -> None:
    start = owner.get("events", params={"after": "latest"}).json()["next"]
    made = []
    for n in range(4):
        made.append(owner.make("genres", name=f"Paged {n}")["id"])
        owner.make("categories", name=f"Between {n}")
    seen, after, more = [], start, True
    while more:
        page = owner.get("events", params={"after": after, "type": "genre.created", "limit": 2}).json()
        seen += [e["data"]["id"] for e in page["items"]]
        after, more = page["next"], page["more"]
    assert seen == made


def test_latest_is_the_position_of_the_own_organization(studio: ControlPlane, owner: Person) -> None:
    owner.make("genres", name="Mine once more")
    before = owner.get("events", params={"after": "latest"}).json()["next"]
    studio.organization("Newest", "newest@example.org").make("genres", name="Theirs")
    assert owner.get("events", params={"after": "latest"}).json()["next"] == before
