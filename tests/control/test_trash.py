"""The trash: what was deleted is gone everywhere, and comes back with everything that was deleted with it."""

from __future__ import annotations

import io
import secrets
from typing import Any

import pytest
from PIL import Image

from otnet_server.db.tables import my_list
from tests.control.services import ControlPlane, Person


def word() -> str:
    return f"w{secrets.token_hex(5)}"


def entry(person: Person, record: str) -> dict[str, Any]:
    [found] = [e for e in person.items("trash") if e["record"] == record]
    return found


def restore(person: Person, record: str) -> None:
    answer = person.post(f"trash/{entry(person, record)['id']}/restore")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == record


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 60), "red").save(data, "JPEG")
    return data.getvalue()


def public_titles(studio: ControlPlane) -> list[str]:
    return [c["title"] for c in studio.anonymous().all("content", limit=100)]


def without_changes(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "updated_at"}


def test_film_is_gone_everywhere_and_comes_back_with_its_parts(studio: ControlPlane, owner: Person) -> None:
    title = word()
    genre, person = owner.make("genres", name=word()), owner.make("people", name=word())
    film = owner.make("content", title=title, kind="film", genres=[genre["id"]], external_id=title)
    owner.make("credits", content=film["id"], person=person["id"], role="actor", character="The guard")
    art = owner.make("artwork", content=film["id"], kind="poster")
    assert owner.put(f"artwork/{art['id']}/file", content=picture(), headers={"Content-Type": "image/jpeg"}).is_success
    owner.post(f"content/{film['id']}/publish")
    with studio.engine.begin() as c:
        c.execute(my_list.insert().values(user=owner.id, content=film["id"], at="2026-01-02T03:04:05.000Z"))
    before = owner.get(f"content/{film['id']}").json()
    url = before["artwork"]["poster"]["url"]
    assert title in public_titles(studio) and studio.anonymous().get(url).status_code == 200

    assert owner.delete(f"content/{film['id']}").status_code == 204
    assert owner.get(f"content/{film['id']}").status_code == 404
    assert owner.get(f"artwork/{art['id']}").status_code == 404
    assert owner.items("content", q=title) == [] and owner.get("search", params={"q": title}).json()["items"] == []
    assert title not in public_titles(studio)
    assert studio.anonymous().get(url).status_code == 404
    shown = entry(owner, film["id"])
    assert (shown["label"], shown["resource"], shown["actor"]) == (title, "content", "ann@example.org")
    assert shown["expires_at"] > shown["deleted_at"]

    restore(owner, film["id"])
    assert without_changes(owner.get(f"content/{film['id']}").json()) == without_changes(before)
    assert [c["id"] for c in owner.items("content", q=title)] == [film["id"]]
    assert title in public_titles(studio) and studio.anonymous().get(url).status_code == 200
    assert studio.rows("my_list", content=film["id"])
    assert film["id"] not in {e["record"] for e in owner.items("trash")}
    assert owner.items("audit_entries", record=film["id"])[0]["action"] == "restored"


def test_series_comes_back_with_its_seasons_and_episodes(owner: Person) -> None:
    series = owner.make("series", title=word())["id"]
    season = owner.make("seasons", series=series, number=1)["id"]
    episode = owner.make("content", title=word(), kind="episode", series=series, season=season, episode_number=1)
    assert owner.delete(f"series/{series}").status_code == 409
    deleted = owner.delete(f"series/{series}", params={"cascade": "true"})
    assert deleted.json()["deleted"] == {"content": 1, "season": 1, "series": 1}
    restore(owner, series)
    assert owner.get(f"content/{episode['id']}").json()["season"] == season


def test_references_that_a_deletion_removed_come_back(owner: Person) -> None:
    one, other = (owner.make("genres", name=word())["id"] for _ in range(2))
    films = [owner.make("content", title=word(), kind="film", genres=[one, other])["id"] for _ in range(2)]
    assert owner.delete(f"genres/{one}", params={"cascade": "true"}).status_code == 200
    assert owner.get(f"content/{films[0]}").json()["genres"] == [other]
    assert owner.delete(f"content/{films[1]}", params={"permanently": "true"}).status_code == 204
    restore(owner, one)
    assert set(owner.get(f"content/{films[0]}").json()["genres"]) == {one, other}
    assert owner.get(f"content/{films[1]}").status_code == 404


def test_what_was_deleted_meanwhile_is_left_out(owner: Person) -> None:
    person, genre = owner.make("people", name=word())["id"], owner.make("genres", name=word())["id"]
    film = owner.make("content", title=word(), kind="film", genres=[genre])["id"]
    credit = owner.make("credits", content=film, person=person, role="director")["id"]
    owner.delete(f"content/{film}")
    for path in (f"people/{person}", f"genres/{genre}"):
        assert owner.delete(path, params={"permanently": "true"}).status_code == 204
    restore(owner, film)
    assert owner.get(f"content/{film}").json()["genres"] == []
    assert owner.get(f"credits/{credit}").status_code == 404


def test_taken_slug_gets_a_number_and_taken_external_id_is_named(owner: Person) -> None:
    title = word()
    film = owner.make("content", title=title, kind="film")
    owner.delete(f"content/{film['id']}")
    assert owner.make("content", title=title, kind="film")["slug"] == film["slug"], "the slug is free"
    restore(owner, film["id"])
    assert owner.get(f"content/{film['id']}").json()["slug"] == f"{film['slug']}-2"

    first = owner.make("content", title=word(), kind="film", external_id=title)
    owner.delete(f"content/{first['id']}")
    second = owner.make("content", title=word(), kind="film", external_id=title)
    refused = owner.post(f"trash/{entry(owner, first['id'])['id']}/restore")
    assert (refused.status_code, refused.json()["existing"]["id"]) == (409, second["id"])
    owner.delete(f"content/{second['id']}", params={"permanently": "true"})
    restore(owner, first["id"])


def test_permanent_deletion_leaves_nothing_in_the_trash(owner: Person) -> None:
    film = owner.make("content", title=word(), kind="film")["id"]
    assert owner.delete(f"content/{film}", params={"permanently": "true"}).status_code == 204
    assert film not in {e["record"] for e in owner.items("trash")}


@pytest.mark.parametrize("how", ["request", "age"])
def test_deletion_for_ever_deletes_the_files(studio: ControlPlane, owner: Person, how: str) -> None:
    person = owner.make("people", name=word())["id"]
    art = owner.make("artwork", person=person, kind="square")["id"]
    owner.put(f"artwork/{art}/file", content=picture(), headers={"Content-Type": "image/jpeg"})
    files = studio.settings.data.rglob
    assert any(art in str(p) for p in files("*"))
    owner.delete(f"people/{person}")
    assert any(art in str(p) for p in files("*"))
    id = entry(owner, person)["id"]
    if how == "request":
        assert owner.delete(f"trash/{id}").status_code == 204
        assert owner.delete(f"trash/{id}").status_code == 404
    else:
        studio.run(studio.server.control.trash.purge_old())
        assert entry(owner, person), "it is not old enough"
        studio.set("trash", id, deleted_at="2026-01-02T03:04:05.000Z")
        studio.run(studio.server.control.trash.purge_old())
    assert person not in {e["record"] for e in owner.items("trash")}
    assert not any(art in p.name for p in files("*") if p.is_file())


def test_trash_is_for_those_who_may_delete_in_their_own_organization(studio: ControlPlane, owner: Person) -> None:
    film = owner.make("content", title=word(), kind="film")["id"]
    owner.delete(f"content/{film}")
    id = entry(owner, film)["id"]
    reader, beta = owner.colleague("reader"), studio.organization("Beta of trash", f"{word()}@example.org")
    assert reader.items("trash") == [] and beta.items("trash") == []
    for person, status in ((reader, 403), (beta, 404)):
        assert person.post(f"trash/{id}/restore").status_code == status
        assert person.delete(f"trash/{id}").status_code == status
    assert owner.colleague("editor").post(f"trash/{id}/restore").status_code == 200
    assert owner.post(f"trash/{id}/restore").status_code == 404, "it is restored once"


def test_programs_delete_into_the_trash_too_and_many_at_once(owner: Person) -> None:
    partner = owner.key()
    films = [owner.make("content", title=word(), kind="film")["id"] for _ in range(3)]
    assert partner.delete(f"content/{films[0]}").status_code == 204
    assert owner.post("content/bulk", json={"action": "delete", "ids": films[1:]}).status_code == 200
    assert {e["record"] for e in owner.items("trash")} >= set(films)


def test_many_records_are_deleted_for_ever_at_once(owner: Person) -> None:
    ids = [owner.make("genres", name=f"Bulk {n} {secrets.token_hex(3)}")["id"] for n in range(3)]
    body = {"action": "delete", "ids": ids[:2], "permanently": True}
    assert [r["status"] for r in owner.post("genres/bulk", json=body).json()["results"]] == [200, 200]
    assert not set(ids) & {e["record"] for e in owner.items("trash")}
    owner.post("genres/bulk", json={"action": "delete", "ids": ids[2:], "permanently": False})
    assert ids[2] in {e["record"] for e in owner.items("trash")}


def test_options_that_a_deletion_does_not_have_are_refused(owner: Person) -> None:
    id = owner.make("genres", name=f"Kept {secrets.token_hex(3)}")["id"]
    for body in ({"action": "delete", "permanently": "yes"}, {"action": "delete", "file": True}):
        assert owner.post("genres/bulk", json={"ids": [id], **body}).status_code == 422, body
    assert owner.post("api_keys/bulk", json={"action": "delete", "ids": [], "permanently": True}).status_code == 422
