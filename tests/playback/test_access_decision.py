"""The access table of titles, compared with every route that returns something of a title.

Each kind of caller requests each object of a title in each state of publication, on a public and a private server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from otnet_server.playback.tokens import Tokens, secret_of
from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.harness import until
from tests.playback.titles import PLAN, REVISION, STATES, content_in, jpeg, objects_of, ready_media

STAFF = ("analyst", "editor", "admin", "owner")
MEMBERS = ("audience", "reader", "device")
STRANGERS = ("anonymous", "other owner", "other audience", "key", "ended session", "token")
OTHERS = ("other owner", "other audience")
CALLERS = (*STAFF, *MEMBERS, *STRANGERS)
ADMITTED = ("token",)  # strangers whom a private server admits, except users of another organization
MISSING = "ffffffffffff"


def expected(state: str, caller: str, *, public_server: bool, picture: bool = False, site: bool = False) -> int:
    """The table: the status for an object of a title. `site`: requested on the caller's own site, which shows only its
    organization's titles."""
    if caller in OTHERS and (site or not (public_server or picture)):
        return 404
    if not public_server and not picture and caller in STRANGERS and caller not in ADMITTED:
        return 401
    if caller in STAFF or state == "public":
        return 200
    if state not in ("members", "entitled"):
        return 404
    if picture:
        return 200
    if caller not in MEMBERS:
        return 401
    return 200 if state == "members" else 403


@dataclass
class Deployment:
    """A server with one title in each state. `titles`: state → (media, content or None, artwork or None)."""

    plane: ControlPlane
    public: bool
    titles: dict[str, tuple[str, str | None, str | None]]
    callers: dict[str, Client]


def artwork_url(owner: Person, **of: str) -> str:
    """The URL of a new image."""
    made = owner.make("artwork", kind="poster", **of)
    answer = owner.put(f"artwork/{made['id']}/file", content=jpeg(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["image"]["url"])


def callers_of(studio: ControlPlane) -> dict[str, Client]:
    owner = studio.owner
    other = studio.organization("Rival Films", "rival@example.org")
    watching = owner.colleague("audience")
    leaving = owner.colleague("audience")
    ended = leaving.cookies["otnet_session"]
    assert leaving.post("/api/v1/auth/logout").status_code == 204
    token = Tokens(secret_of(studio.settings.data)).make(3600)
    device = {"Authorization": f"Bearer {owner.colleague('audience').cookies['otnet_session']}"}
    return {
        "owner": owner, **{r: owner.colleague(r) for r in ("analyst", "editor", "admin", "reader")},
        "audience": watching, "device": Client(studio, headers=device), "anonymous": studio.anonymous(),
        "other owner": other, "other audience": other.colleague("audience"), "key": owner.key(),
        "ended session": Client(studio, cookies={"otnet_session": ended}),
        "token": Client(studio, headers={"Authorization": f"Bearer {token}"}),
    }  # fmt: skip


@pytest.fixture(scope="module", params=[True, False], ids=["public server", "private server"])
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with control_plane(tmp_path_factory.mktemp("deployment") / "data", public=request.param) as studio:
        titles: dict[str, tuple[str, str | None, str | None]] = {}
        for state in STATES:
            content = content_in(studio.owner, state) if state != "unlinked" else None
            picture = artwork_url(studio.owner, content=content) if content else None
            titles[state] = (ready_media(studio, state, content), content, picture)
        yield Deployment(studio, request.param, titles, callers_of(studio))


def body_of(answer: httpx.Response) -> Any:
    """The comparable content of a response: its JSON or its bytes."""
    return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("state", STATES)
def test_every_object_of_a_title_follows_the_access_table(deployment: Deployment, state: str, caller: str) -> None:
    media, client = deployment.titles[state][0], deployment.callers[caller]
    revision = f"{REVISION[:-1]}{STATES.index(state)}"
    for path in objects_of(media):
        answer = client.get(path.replace(REVISION, revision))
        want = expected(state, caller, public_server=deployment.public, site="/playback/" in path)
        assert answer.status_code == want, (path, answer.text)
        cached = answer.headers.get("cache-control", "")
        if want == 404:
            missing = client.get(path.replace(REVISION, revision).replace(media, MISSING))
            assert (missing.status_code, body_of(missing)) == (404, body_of(answer)), path
        if want != 200:
            assert answer.headers["cache-control"] == "no-store", path
        if want in (401, 403) and caller not in STRANGERS:
            assert answer.json()["code"] == "not_entitled"
        if want == 401 and deployment.public:
            assert (answer.json()["code"], answer.json()["title"]) == ("sign_in", "This title is for members.")
        if state != "public" or not deployment.public:
            assert "public" not in cached, path
            assert "no-store" in cached or "Cookie" in answer.headers.get("vary", "").title(), path


@pytest.mark.parametrize("caller", CALLERS)
def test_media_list_contains_what_the_caller_may_play(deployment: Deployment, caller: str) -> None:
    answer = deployment.callers[caller].get("/api/v1/media")
    if not deployment.public and caller in STRANGERS and caller not in (*ADMITTED, *OTHERS):
        assert answer.status_code == 401
        return
    listed = {m["title"] for m in answer.json()["items"]}
    assert listed == {s for s in STATES if expected(s, caller, public_server=deployment.public) == 200}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("state", STATES)
def test_images_follow_the_access_of_their_page(deployment: Deployment, state: str, caller: str) -> None:
    media, _, picture = deployment.titles[state]
    revision = f"{REVISION[:-1]}{STATES.index(state)}"
    paths = [f"/images/m/{media}/{revision}/320.jpg"]
    if picture is not None:
        id, version = picture.split("/")[2], Path(picture).stem
        paths += [picture, f"/images/a/{id}/{version}/320.jpg"]
    want = expected(state, caller, public_server=deployment.public, picture=True)
    for path in paths:
        answer = deployment.callers[caller].get(path)
        assert answer.status_code == want, path
        if state != "public" or not deployment.public:
            assert "public" not in answer.headers["cache-control"], path


def test_series_and_people_are_public_once_in_published_content(deployment: Deployment) -> None:
    """In the public API and for their images."""
    owner, anybody = deployment.plane.owner, deployment.callers["anonymous" if deployment.public else "token"]
    found = {}
    for state in ("public", "draft", "private"):
        series = owner.make("series", title=f"Series {state}")["id"]
        season = owner.make("seasons", series=series, number=1, title=f"Season {state}")["id"]
        person = owner.make("people", name=f"Person {state}")["id"]
        content = content_in(owner, state)
        assert owner.patch(f"content/{content}", json={"series": series, "season": season}).status_code == 200
        owner.make("credits", content=content, person=person, role="actor")
        pictures = [artwork_url(owner, series=series), artwork_url(owner, person=person)]
        found[state] = (series, season, person, pictures)
    for state, (series, season, person, pictures) in found.items():
        want = 200 if state == "public" else 404
        for path in (f"series/{series}", f"seasons/{season}", f"people/{person}"):
            assert anybody.get(f"/api/v1/public/{path}").status_code == want, path
        for picture in pictures:
            assert anybody.get(picture).status_code == want, picture
            assert owner.get(picture).status_code == 200, picture
    for plural in ("series", "people"):
        named = {r.get("title") or r.get("name") for r in anybody.all(f"/api/v1/public/{plural}")}
        assert {n.split()[-1] for n in named if n} == {"public"}
    shown = {a["id"] for a in anybody.all("/api/v1/public/artwork")}
    assert {p.split("/")[2] for p in found["public"][3]} <= shown
    assert not {p.split("/")[2] for s in ("draft", "private") for p in found[s][3]} & shown


SITE = ("site/home", "site/search?q=film", "site/titles/{c}", "site/titles/{c}/enclosure", "playback/{c}",
        "playback/{m}", "playback/{c}/waveform.json", "public/content", "public/content/{c}", "public/media",
        "public/organizations", "media")  # fmt: skip
PAGES = ("/", "/title/{c}", "/sitemap.xml", "/embed/{c}", "/oembed?url=http://studio.test/title/{c}")


@pytest.mark.parametrize("deployment", [False], indirect=True, ids=["private server"], scope="module")
@pytest.mark.parametrize("host", ["studio.test", "harbour.test"])
@pytest.mark.parametrize("path", [*(f"/api/v1/{p}" for p in SITE), *PAGES])
def test_private_server_shows_nothing_to_another_organization(deployment: Deployment, path: str, host: str) -> None:
    """With any Host header, and also for a removed member."""
    owner, (media, content, _) = deployment.plane.owner, deployment.titles["public"]
    home = f"organizations/{owner.organization}"
    assert owner.patch(home, json={"host": "harbour.test"}).status_code == 200
    removed = owner.colleague("audience")
    (membership,) = [m for m in owner.items("memberships", limit=200) if m["user"] == removed.id]
    assert owner.delete(f"memberships/{membership['id']}").status_code == 204
    rival = deployment.callers["other audience"]
    session = rival.cookies["otnet_session"]
    address = path.format(m=media, c=content)
    parameter = f"{address}{'&' if '?' in address else '?'}token={session}"
    try:
        for client, where in ((rival, address), (removed, address), (deployment.plane.anonymous(), parameter)):
            answer = client.get(where, headers={"Host": host})
            assert "A public film" not in answer.text
            assert media not in answer.text.replace(address, "").replace(where, ""), answer.text
            assert "public" not in answer.headers.get("cache-control", "")
    finally:
        assert owner.patch(home, json={"host": None}).status_code == 200


@pytest.mark.parametrize("deployment", [True], indirect=True, ids=["public server"], scope="module")
@pytest.mark.parametrize("resource", ["content", "media", "organizations"])
def test_public_server_shows_public_content_to_everybody(deployment: Deployment, resource: str) -> None:
    answer = deployment.callers["other audience"].get(f"/api/v1/public/{resource}")
    assert {r.get("title") or r.get("name") for r in answer.json()["items"]} & {
        "A public film", "public", "Harbour Films",
    }  # fmt: skip


def test_access_ends_with_the_session_membership_or_publication(deployment: Deployment) -> None:
    """Access ends within five seconds."""
    owner, (media, _, _) = deployment.plane.owner, deployment.titles["members"]
    path = f"/media/{media}/{REVISION[:-1]}{STATES.index('members')}/{PLAN.audio[0].name}/0.m4s"
    leaving, removed, staying = (owner.colleague("audience") for _ in range(3))
    token = {"Authorization": f"Bearer {leaving.cookies['otnet_session']}"}
    device = Client(deployment.plane, headers=token)
    for client in (leaving, removed, device, staying):
        assert client.get(path).status_code == 200
    published, content, _ = deployment.titles["public"]
    anybody, manifest = (
        deployment.callers["anonymous" if deployment.public else "token"],
        f"/media/{published}/main.m3u8",
    )
    assert anybody.get(manifest).status_code == 200
    assert leaving.post("/api/v1/auth/logout").status_code == 204
    (membership,) = [m for m in owner.items("memberships", limit=200) if m["user"] == removed.id]
    assert owner.delete(f"memberships/{membership['id']}").status_code == 204
    assert owner.post(f"content/{content}/unpublish", json={}).status_code == 200

    def ended() -> bool:
        former = [client.get(path).status_code for client in (leaving, device, removed)]
        return set(former) <= {401, 404} and anybody.get(manifest).status_code == 404

    until("access has ended", ended, seconds=5)
    assert staying.get(path).status_code == 200, "others signed out or were removed"
    assert owner.post(f"content/{content}/publish", json={}).status_code == 200
    assert anybody.get(manifest).status_code == 200, "a refusal is not remembered"


def test_only_allowed_sites_get_media(deployment: Deployment) -> None:
    owner, media = deployment.plane.owner, deployment.titles["public"][0]
    anybody = deployment.callers["anonymous" if deployment.public else "token"]
    paths = [p.replace(REVISION, f"{REVISION[:-1]}0") for p in objects_of(media) if p.startswith("/media/")]
    sites = {"https://partner.example": 200, "http://studio.test": 200, "https://other.example": 403, "null": 403}
    home = f"organizations/{owner.organization}"
    assert owner.patch(home, json={"embed_sites": ["https://partner.example"]}).status_code == 200
    try:
        until("it counts", lambda: anybody.get(paths[0], headers={"Origin": "null"}).status_code == 403, seconds=10)
        for path in paths:
            assert anybody.get(path).status_code == 200
            for origin, want in sites.items():
                answer = anybody.get(path, headers={"Origin": origin})
                assert answer.status_code == want, (path, origin)
                if want == 403:
                    assert answer.json()["code"] == "not_on_this_site"
                elif "public" in answer.headers["cache-control"]:
                    assert answer.headers["vary"] == "Origin"
            member = deployment.callers["device"].get(path, headers={"Origin": "null"})
            assert member.status_code == 200, "a television on which somebody is signed in"
            assert "public" not in member.headers["cache-control"], "for them, not for that site"
    finally:
        assert owner.patch(home, json={"embed_sites": []}).status_code == 200


def credentials_of(client: Client) -> dict[str, str]:
    """The credential headers of a client, for a real connection."""
    cookie = "; ".join(f"{n}={v}" for n, v in client.cookies.items())
    return {n: v for n, v in {"Cookie": cookie, "Authorization": client.headers.get("Authorization", "")}.items() if v}


@pytest.mark.parametrize("caller", ["owner", "audience", "other owner", "anonymous", "token"])
def test_media_events_cover_what_the_caller_may_play(deployment: Deployment, caller: str) -> None:
    headers = credentials_of(deployment.callers[caller])
    media = {s: deployment.titles[s][0] for s in STATES}
    visible = {s for s in STATES if expected(s, caller, public_server=deployment.public) == 200}
    with (
        httpx.Client(timeout=60) as http,
        http.stream("GET", f"{deployment.plane.url}/api/v1/media/events", headers=headers) as answer,
    ):
        if not deployment.public and caller == "anonymous":
            assert answer.status_code == 401
            return
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        for state in (*(s for s in STATES if s != "public"), "public"):
            deployment.plane.call(deployment.plane.server.playback.changes.changed, media[state])
        told: set[str] = set()
        rounds = 0
        while not visible <= told and rounds < 3:
            line = next(lines)
            rounds += line == ": still here"
            if line.startswith("data: "):
                told.add(json.loads(line.removeprefix("data: "))["title"])
        assert told == visible


def test_event_streams_end_with_their_session(deployment: Deployment) -> None:
    """On a public server the stream of viewers goes on with what anybody may see."""
    leaving = deployment.plane.owner.colleague("editor")
    url, headers = deployment.plane.url, credentials_of(leaving)
    with (
        httpx.Client(timeout=30) as http,
        http.stream("GET", f"{url}/api/v1/media/events", headers=headers) as viewing,
        http.stream("GET", f"{url}/api/v1/dashboard/media/events", headers=headers) as studio,
    ):
        lines, studio_lines = viewing.iter_lines(), studio.iter_lines()
        assert next(lines) == next(studio_lines) == ": connected"
        assert leaving.post("/api/v1/auth/logout").status_code == 204
        assert all(x.startswith(":") or not x for x in studio_lines)  # until the server closes it
        if not deployment.public:
            assert all(x.startswith(":") or not x for x in lines)
            return
        deployment.plane.call(deployment.plane.server.playback.changes.changed, deployment.titles["draft"][0])
        deployment.plane.call(deployment.plane.server.playback.changes.changed, deployment.titles["public"][0])
        told = next(json.loads(x.removeprefix("data: ")) for x in lines if x.startswith("data: "))
        assert told["title"] == "public", "what anybody is told of"


def test_media_removed_from_private_content_do_not_become_public(tmp_path: Path) -> None:
    """Also when the content was assigned by hand before the server matched it."""
    library = tmp_path / "Films"
    library.mkdir()
    with control_plane(tmp_path / "data", libraries=({"path": library, "name": "Films"},)) as studio:
        secret = content_in(studio.owner, "private")
        media = ready_media(studio, "draft", None)
        studio.set("media", media, linked=False)
        anybody = studio.anonymous()
        assert anybody.get(f"/media/{media}/main.m3u8").status_code == 200, "just dropped"
        assert "public" not in anybody.get(f"/media/{media}/main.m3u8").headers["cache-control"]
        assert studio.owner.patch(f"media/{media}", json={"content": secret}).status_code == 200
        assert studio.owner.delete(f"content/{secret}?cascade=true").status_code == 200
        until("it is gone", lambda: anybody.get(f"/media/{media}/main.m3u8").status_code == 404, seconds=10)
        assert anybody.get("/api/v1/media").json()["items"] == []


def test_artwork_of_a_channel_follows_the_channel(deployment: Deployment) -> None:
    owner, anybody = deployment.plane.owner, deployment.callers["anonymous" if deployment.public else "token"]
    channel = owner.make("channels", name="Night", language="en", time_zone="UTC")["id"]
    picture = artwork_url(owner, channel=channel)
    id = picture.split("/")[2]
    for status, want in (("off", 404), ("on", 200)):
        assert owner.patch(f"channels/{channel}", json={"status": status}).status_code == 200
        assert anybody.get(picture).status_code == want
        assert anybody.get(f"/api/v1/public/artwork/{id}").status_code == want
        assert owner.get(picture).status_code == 200


def test_references_to_records_that_are_not_public_are_null(deployment: Deployment) -> None:
    owner, anybody = deployment.plane.owner, deployment.callers["anonymous" if deployment.public else "token"]
    hidden, shown = deployment.titles["draft"][1], deployment.titles["public"][1]
    trailers = {}
    for target in (hidden, shown):
        trailers[target] = content_in(owner, "public")
        assert owner.patch(f"content/{trailers[target]}", json={"trailer_of": target}).status_code == 200
    read = {t: anybody.get(f"/api/v1/public/content/{id}").json()["trailer_of"] for t, id in trailers.items()}
    assert read == {hidden: None, shown: shown}
    for target, want in ((hidden, 0), (shown, 1)):
        found = anybody.get("/api/v1/public/content", params={"trailer_of": target, "total": "true"}).json()
        assert found["total"] == want
    without = anybody.all("/api/v1/public/content", **{"trailer_of.null": "true"})
    assert trailers[hidden] in {r["id"] for r in without} and trailers[shown] not in {r["id"] for r in without}


def test_progress_lists_only_available_content(deployment: Deployment) -> None:
    owner, watching = deployment.plane.owner, deployment.callers["audience"]
    content = content_in(owner, "public")
    body = {"content": content, "position_s": 30, "duration_s": 60}
    assert watching.put("/api/v1/me/progress", json=body).status_code == 204
    assert [p["content"] for p in watching.get("/api/v1/me/progress").json()["items"]] == [content]
    assert owner.post(f"content/{content}/unpublish", json={}).status_code == 200
    assert watching.get("/api/v1/me/progress").json()["items"] == []
    assert watching.get("/api/v1/me/progress", params={"content": content}).status_code == 404


def test_pages_for_signed_in_viewers_have_private_cache_headers(deployment: Deployment) -> None:
    answer = deployment.callers["audience"].get(f"/title/{deployment.titles['members'][1]}")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    ["/media/%00/main.m3u8", "/images/a/%00/1/320.jpg", "/artwork/%00/x.jpg", "/artwork/%2e%2e/x.jpg",
     "/api/v1/playback/%00", "/api/v1/site/titles/%00", "/api/v1/media/%00", "/api/v1/media?cursor=%00", "/title/%00",
     "/player/v1/%00", f"/tv/{'a' * 300}", f"/artwork/aaaa/{'a' * 300}.jpg", "/?token=%F0%9F%92%A9"],
)  # fmt: skip
def test_malformed_paths_are_refused(deployment: Deployment, path: str) -> None:
    answer = deployment.callers["token"].get(path)
    assert answer.status_code in (303, 400, 404), answer.text
