"""Preview links: one draft's page, pictures and playback for whoever has the link, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.control.services import Client, ControlPlane, control_plane
from tests.playback.titles import content_in, jpeg, ready_media

JPEG = {"Content-Type": "image/jpeg"}


@dataclass
class Draft:
    studio: ControlPlane
    film: str
    media: str
    other: str  # another draft
    other_media: str

    @property
    def stranger(self) -> Client:
        return self.studio.anonymous()

    def link(self, **values: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.studio.owner.make("preview_links", content=self.film, **values)
        return made

    def token(self, **values: Any) -> str:
        return str(self.link(**values)["link"]).removeprefix("/preview/")


@pytest.fixture(scope="module", params=[False, True], ids=["private server", "public server"])
def draft(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Draft]:
    base: Path = tmp_path_factory.mktemp("previews")
    with control_plane(base / "data", public=request.param) as studio:
        film, other = content_in(studio.owner, "draft"), content_in(studio.owner, "draft")
        media = ready_media(studio, "draft", film)
        yield Draft(studio, film, media, other, ready_media(studio, "private", other))


def api(token: str) -> str:
    return f"/api/v1/site/previews/{token}"


def test_link_shows_the_draft_to_somebody_without_an_account(draft: Draft) -> None:
    person = draft.studio.owner.make("people", name="Agnès Varda")
    draft.studio.owner.make("credits", content=draft.film, person=person["id"], role="director")
    art = draft.studio.owner.make("artwork", kind="poster", content=draft.film)
    assert draft.studio.owner.put(f"artwork/{art['id']}/file", content=jpeg(), headers=JPEG).status_code == 200
    token = draft.token(note="The jury")
    shown = draft.stranger.get(api(token))
    assert shown.status_code == 200, shown.text
    document = shown.json()
    assert document["title"] == "A draft film" and document["playable"] is True
    assert document["credits"][0]["name"] == "Agnès Varda"
    assert '"/title/' not in shown.text and '"/watch/' not in shown.text, "it leads to no other page"
    poster = document["images"]["poster"]
    assert poster["base"].startswith(f"/preview/{token}/images/a/")
    picture = draft.stranger.get(f"{poster['base']}/160.jpg")
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/jpeg"
    page = draft.stranger.get(f"/preview/{token}", headers={"Accept": "text/html"})
    for answer in (shown, picture, page):
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"] and answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def test_link_plays_the_media_in_a_session_of_its_own(draft: Draft) -> None:
    token = draft.token()
    configuration = draft.stranger.get(f"{api(token)}/playback").json()
    assert configuration["session"]["configuration"] == f"{api(token)}/playback"
    manifest = draft.stranger.get(configuration["sources"]["hls"])
    assert manifest.status_code == 200 and "public" not in manifest.headers["cache-control"]
    assert draft.stranger.post(f"{configuration['session']['url']}/heartbeat").status_code == 200
    prefix = configuration["sources"]["hls"].partition("/media/")[0]
    assert draft.stranger.get(f"{prefix}/media/{draft.other_media}/main.m3u8").status_code == 404
    assert draft.stranger.get(f"/media/{draft.media}/main.m3u8").status_code in (401, 404), "without the session"


@pytest.mark.parametrize("end", ["revoked", "expired", "content deleted"])
def test_link_and_its_sessions_end(draft: Draft, end: str) -> None:
    film = draft.film
    if end == "content deleted":
        film = content_in(draft.studio.owner, "draft")
    link = draft.studio.owner.make("preview_links", content=film)
    token = link["link"].removeprefix("/preview/")
    configuration = draft.stranger.get(f"{api(token)}/playback").json() if film == draft.film else None
    assert draft.stranger.get(api(token)).status_code == 200
    if end == "revoked":
        assert draft.studio.owner.delete(f"preview_links/{link['id']}").status_code == 204
    elif end == "expired":
        draft.studio.set("preview_link", link["id"], expires_at="2001-01-01T00:00:00.000Z")
    else:
        assert draft.studio.owner.delete(f"content/{film}").status_code == 204
    for path in ("", "/playback"):
        answer = draft.stranger.get(f"{api(token)}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "bad_preview")
        assert answer.headers["cache-control"] == "no-store"
    if configuration is not None:
        assert draft.stranger.post(f"{configuration['session']['url']}/heartbeat").status_code in (403, 404)


def test_link_ends_with_the_role_of_its_creator(draft: Draft) -> None:
    editor = draft.studio.owner.colleague("editor")
    token = editor.make("preview_links", content=draft.film)["link"].removeprefix("/preview/")
    assert draft.stranger.get(api(token)).status_code == 200
    me = editor.get("/api/v1/auth/session").json()["user"]["id"]
    member = next(m for m in draft.studio.owner.items("memberships?limit=200") if m["user"] == me)
    assert draft.studio.owner.patch(f"memberships/{member['id']}", json={"role": "reader"}).status_code == 200
    assert draft.stranger.get(api(token)).status_code == 404


def test_link_gives_access_to_nothing_else(draft: Draft) -> None:
    """The secret is no credential on any other route, and opens no other title or picture."""
    token, owner = draft.token(), draft.studio.owner
    art = owner.make("artwork", kind="poster", content=draft.other)
    assert owner.put(f"artwork/{art['id']}/file", content=jpeg(), headers=JPEG).status_code == 200
    version = owner.get(f"artwork/{art['id']}").json()["image"]["url"].rpartition("/")[2].partition(".")[0]
    revision = owner.get(f"media/{draft.other_media}").json().get("revision", "0")
    stranger = draft.stranger
    for path in (
        f"/preview/{token}/images/a/{art['id']}/{version}/160.jpg",
        f"/preview/{token}/images/m/{draft.other_media}/{revision}/160.jpg",
        f"/preview/{token}/images/m/..%2f..%2f/x/160.jpg",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"/api/v1/site/titles/{draft.film}?token={token}", f"/api/v1/playback/{draft.film}?token={token}",
        f"/media/{draft.media}/main.m3u8?token={token}", f"/api/v1/dashboard/content/{draft.film}?token={token}",
    ):  # fmt: skip
        for headers in (
            {},
            {"Authorization": f"Bearer {token}"},
            {"Cookie": f"otnet_token={token}; otnet_session={token}"},
        ):
            assert stranger.get(path, headers=headers).status_code in (401, 404), path


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "a" * 5000, "é" * 43])
def test_wrong_links_are_refused_alike(draft: Draft, token: str) -> None:
    answer = draft.stranger.get(api(token))
    assert answer.status_code in (400, 404)
    assert draft.stranger.get(f"/api/v1/site/previews/{'b' * 43}").json()["code"] == "bad_preview"


def test_only_editors_create_and_see_links(draft: Draft) -> None:
    path, body = "preview_links", {"content": draft.film}
    assert draft.studio.owner.colleague("reader").get(path).status_code == 403
    assert draft.studio.owner.colleague("analyst").post(path, json=body).status_code == 403
    editor = draft.studio.owner.colleague("editor")
    made = editor.post(path, json=body)
    assert made.status_code == 201
    secret = made.json()["link"].removeprefix("/preview/")
    listed = editor.get(path)
    assert secret not in listed.text and "token_hash" not in listed.text
    assert secret not in draft.studio.owner.get("audit_entries?resource=preview_link").text


@pytest.mark.parametrize("expires_at", ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "soon"])
def test_expiry_is_in_the_next_90_days(draft: Draft, expires_at: str) -> None:
    answer = draft.studio.owner.post("preview_links", json={"content": draft.film, "expires_at": expires_at})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "expires_at")


def test_content_of_another_organization_gets_no_link(draft: Draft) -> None:
    other = draft.studio.owner.colleague("editor")
    made = draft.studio.owner.make("organizations", name="Another")
    theirs = draft.studio.owner
    assert theirs.switch(made["id"]).post("preview_links", json={"content": draft.film}).status_code in (409, 422)
    theirs.switch(other.organization)
