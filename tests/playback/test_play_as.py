"""Playing a title as a viewer would: the rights of that viewer and no others, and who may do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from otnet_server.playback.visibility import NOT_FOUND, Caller, Decision, MediaFacts, Publication, decide
from otnet_server.schema.resource import Role
from tests.control.services import ControlPlane, Person, control_plane
from tests.harness import until
from tests.playback.titles import content_in, ready_media

AT = "2026-06-01T12:00:00.000Z"


class House(NamedTuple):
    plane: ControlPlane
    film: str
    media: str

    def viewer(self, **grant: Any) -> Person:
        """A viewer, with a grant for the title if its values are given."""
        viewer = self.plane.owner.colleague("audience")
        if grant:
            self.plane.owner.make("grants", user=viewer.id, **grant)
        return viewer

    def play_as(self, person: Person, viewer: Person, **more: str) -> str:
        """The address of the API of the link."""
        answer = person.post("play_as", json={"viewer": viewer.id, "title": self.film, **more})
        assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store", answer.text
        return f"/api/v1/site/previews/{answer.json()['link'].removeprefix('/preview/')}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with control_plane(tmp_path_factory.mktemp("play-as") / "data", public=False) as plane:
        film = content_in(plane.owner, "entitled")
        yield House(plane, film, ready_media(plane, "entitled", film))


@pytest.mark.parametrize(
    ("caller", "content", "effect", "want"),
    [
        (Caller(True, "harbour", preview="film"), "film", None, None),
        (Caller(True, "harbour", preview="film"), "other", None, "not_found"),
        (Caller(True, "harbour", "ann", Role.AUDIENCE, preview="film"), "film", None, "not_entitled"),
        (Caller(True, "harbour", "ann", Role.AUDIENCE, preview="film"), "film", "allow", None),
        (Caller(True, "harbour", "ann", Role.AUDIENCE, preview="film"), "other", "allow", "not_found"),
        (Caller(True, "harbour", "ann", Role.AUDIENCE, 6, preview="film"), "film", "allow", "not_found"),
        (Caller(True, "harbour", "ann", Role.OWNER, preview="film"), "other", None, "not_found"),
    ],
)  # fmt: skip
def test_link_that_plays_as_a_viewer_gives_one_title_and_the_rights_of_the_viewer(
    caller: Caller, content: str, effect: Any, want: str | None
) -> None:
    facts = MediaFacts("harbour", Publication("harbour", "published", "entitled", None, None, 12), content=content)
    decision = decide(caller, facts, AT, public_server=True, effect=effect)
    assert (decision.refusal.code if decision.refusal else None) == want
    assert want != "not_found" or decision == Decision(NOT_FOUND)


def test_link_plays_with_the_grants_and_the_quality_of_the_viewer(house: House) -> None:
    owner, viewer = house.plane.owner, house.viewer()
    api = house.play_as(owner, viewer)
    stranger = house.plane.anonymous()
    for path in (api, f"{api}/playback"):
        refused = stranger.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_entitled")
    grant = owner.make("grants", user=viewer.id, scope="everything", max_quality="sd")
    page = stranger.get(api)
    assert page.status_code == 200 and page.json()["viewer"] == viewer.document["user"]["name"]
    configuration = stranger.get(f"{api}/playback").json()
    assert not {"progress", "next", "share"} & configuration.keys() and configuration["telemetry"] is False
    manifest = stranger.get(configuration["sources"]["dash"])
    assert manifest.status_code == 200 and "720p" not in manifest.text and "360p" in manifest.text
    (listed,) = [s for s in owner.items("playback_sessions") if s["play_as"] and s["play_as"]["id"] == viewer.id]
    assert (listed["credential"], listed["viewer"]) == ("play_as", None)
    assert listed["play_as"]["administrator"] == owner.document["user"]["name"]
    assert owner.delete(f"grants/{grant['id']}").status_code == 204
    until("the session follows the grants", lambda: stranger.get(configuration["sources"]["dash"]).status_code == 403)


def test_link_uses_no_stream_of_the_viewer(house: House) -> None:
    owner, viewer = house.plane.owner, house.viewer(scope="everything")
    assert owner.patch(f"organizations/{owner.organization}", json={"max_streams": 1}).is_success
    api = house.play_as(owner, viewer)
    for _ in range(2):
        assert house.plane.anonymous().get(f"{api}/playback").status_code == 200
    assert viewer.get("/api/v1/me/streams").json()["items"] == []
    assert viewer.get(f"/api/v1/playback/{house.film}").status_code == 200
    assert owner.patch(f"organizations/{owner.organization}", json={"max_streams": 0}).is_success


def test_age_limit_of_the_profile_applies(house: House) -> None:
    viewer = house.viewer(scope="everything")
    assert viewer.post("/api/v1/me/profiles", json={"name": "Kid", "max_age": 6}).status_code == 201
    (kid,) = [p for p in viewer.get("/api/v1/me/profiles").json()["items"] if p["name"] == "Kid"]
    stranger = house.plane.anonymous()
    assert stranger.get(house.play_as(house.plane.owner, viewer)).status_code == 200
    api = house.play_as(house.plane.owner, viewer, profile=kid["id"])
    for path in (api, f"{api}/playback"):
        assert stranger.get(path).status_code == 404
    assert viewer.delete(f"/api/v1/me/profiles/{kid['id']}").status_code == 204
    refused = stranger.get(api)
    assert (refused.status_code, refused.json()["code"]) == (404, "bad_preview"), "it does not lose the limit"


def test_viewer_of_drafts_gets_none(house: House) -> None:
    draft = content_in(house.plane.owner, "draft")
    ready_media(house.plane, "draft", draft)
    viewer = house.viewer(scope="everything")
    body = {"viewer": viewer.id, "title": draft}
    link = house.plane.owner.post("play_as", json=body).json()["link"].removeprefix("/preview/")
    for path in ("", "/playback"):
        answer = house.plane.anonymous().get(f"/api/v1/site/previews/{link}{path}")
        assert (answer.status_code, answer.json()["title"]) == (404, "This title does not exist for this viewer.")


def test_links_and_their_sessions_end_with_what_they_rest_on(house: House) -> None:
    owner, stranger = house.plane.owner, house.plane.anonymous()
    parties = [(owner.colleague("admin"), house.viewer(scope="everything")) for _ in range(4)]
    links = [house.play_as(admin, viewer) for admin, viewer in parties]
    manifests = [stranger.get(f"{api}/playback").json()["sources"]["hls"] for api in links]
    assert [stranger.get(manifest).status_code for manifest in manifests] == [200] * 4

    def membership(person: Person) -> str:
        (member,) = [m for m in owner.all("memberships") if m["user"] == person.id]
        return f"memberships/{member['id']}"

    signed_out, demoted, removed, deleted = parties
    assert signed_out[0].post("/api/v1/auth/logout", json={}).status_code == 204
    assert owner.patch(membership(demoted[0]), json={"role": "editor"}).status_code == 200
    assert owner.delete(membership(removed[1])).status_code == 204
    (link,) = owner.items("preview_links", viewer=deleted[1].id)
    assert owner.delete(f"preview_links/{link['id']}").status_code == 204
    assert [stranger.get(api).status_code for api in links] == [404] * 4
    for manifest in manifests:
        answer = until("the session ends", lambda m=manifest: (a := stranger.get(m)).status_code != 200 and a)
        assert (answer.status_code, answer.json()["code"]) == (403, "session_ended")


def test_audit_log_says_who_plays_as_whom(house: House) -> None:
    admin, viewer = house.plane.owner.colleague("admin"), house.viewer()
    house.play_as(admin, viewer)
    entry = house.plane.owner.items("audit_entries", action="created", resource="preview_link")[0]
    assert entry["actor"] == admin.document["user"]["email"]
    assert (entry["after"]["viewer"], entry["after"]["content"]) == (viewer.id, house.film)


def test_only_administrators_of_the_organization_play_as_its_viewers(house: House) -> None:
    viewer, owner = house.viewer(), house.plane.owner
    body = {"viewer": viewer.id, "title": house.film}
    for role, status in (("audience", 403), ("analyst", 403), ("editor", 403), ("admin", 201)):
        assert owner.colleague(role).post("play_as", json=body).status_code == status, role
    assert house.plane.anonymous().post("/api/v1/dashboard/play_as", json=body).status_code == 401
    forged = owner.post("play_as", json=body, headers={"X-CSRF-Token": "forged"})
    assert (forged.status_code, forged.json()["code"]) == (403, "bad_csrf")
    rival = house.plane.organization("Rival Films", f"rival-{house.film}@example.org")
    theirs = rival.make("content", title="Theirs")["id"]
    for change in ({}, {"title": theirs}, {"viewer": rival.id}):
        assert rival.post("play_as", json=body | change).status_code == 404, change
    assert owner.post("play_as", json=body | {"profile": "0" * 12}).status_code == 404
    for strange in (
        {"viewer": ""},
        {"viewer": 1},
        {"title": "x" * 500},
        {"max_age": 99},
        {"viewer": None},
        {"viewer": "a\0"},
        {"profile": "A b"},
    ):
        assert owner.post("play_as", json=body | strange).status_code == 422, strange
    made = owner.post("preview_links", json={"content": house.film, "viewer": viewer.id})
    assert made.status_code == 422, "a preview link can't be given the rights of a viewer afterwards"
