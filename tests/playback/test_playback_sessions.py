"""Playback sessions over HTTP: what starts them, what their URLs give access to, and what ends them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from structlog.testing import capture_logs

from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.playback.sessions import MAX_SESSIONS_OF_CREDENTIAL
from otnet_server.playback.tokens import Tokens, secret_of
from tests.control.services import PASSWORD, Client, ControlPlane, Person, control_plane
from tests.db.postgres import Postgres
from tests.harness import until
from tests.playback.titles import REVISION, STATES, content_in, files_of, ready_media

PAST = "2026-01-02T03:04:05.000Z"
MISSING = "ffffffffffff"


class Title(NamedTuple):
    media: str
    content: str
    files: list[str]


def title_in(studio: ControlPlane, state: str) -> Title:
    """A title in a state of publication, and the paths of its files."""
    content = content_in(studio.owner, state)
    media = ready_media(studio, state, content)
    return Title(
        media, content, [p.replace(REVISION, f"{REVISION[:-1]}{STATES.index(state)}") for p in files_of(media)]
    )


def start(viewer: Client, id: str) -> dict[str, Any]:
    """The configuration of a title."""
    answer = viewer.get(f"/api/v1/playback/{id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def prefix_of(configuration: dict[str, Any]) -> str:
    prefix, _, _ = configuration["sources"]["dash"].partition("/media/")
    return str(prefix)


def without_id(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    headers = {n: v for n, v in answer.headers.items() if n != "date"}
    return answer.status_code, answer.content, headers


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("sessions") / "data") as plane:
        yield plane


@pytest.fixture(scope="module")
def members(studio: ControlPlane) -> Title:
    return title_in(studio, "members")


@pytest.fixture(scope="module")
def public(studio: ControlPlane) -> Title:
    return title_in(studio, "public")


def test_public_titles_have_clean_urls_and_no_session(studio: ControlPlane, public: Title) -> None:
    before = len(studio.rows("playback_session"))
    for viewer in (studio.anonymous(), studio.owner, studio.owner.colleague("audience")):
        configuration = start(viewer, public.content)
        assert "session" not in configuration
        assert configuration["sources"]["hls"] == f"/media/{public.media}/main.m3u8"
    assert len(studio.rows("playback_session")) == before


def test_session_prefix_gives_the_objects_of_its_title_without_credentials(
    studio: ControlPlane, members: Title
) -> None:
    configuration, anybody = start(studio.owner.colleague("audience"), members.content), studio.anonymous()
    prefix = prefix_of(configuration)
    assert configuration["sources"]["hls"] == f"{prefix}/media/{members.media}/main.m3u8"
    assert configuration["thumbnails"].startswith(f"{prefix}/media/{members.media}/")
    for path in members.files:
        assert anybody.get(path).status_code == 401, path
        answer = anybody.get(prefix + path)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["cache-control"] == "private, no-cache", path
        assert prefix not in answer.text, path


def test_session_prefix_gives_nothing_else(studio: ControlPlane, members: Title, public: Title) -> None:
    """Whatever the token does not open is what a media is that does not exist."""
    anybody = studio.anonymous()
    prefix = prefix_of(start(studio.owner.colleague("audience"), members.content))
    session, end, signature = prefix.removeprefix("/p/").split(".")
    missing = without_id(anybody.get(f"/media/{MISSING}/main.m3u8"))
    for token in ("", "x", "x.y.z", f"{session}.{end}.", f"{session}.{end}.{signature[::-1]}",
                  f"{session}.{int(end, 16) + 1:x}.{signature}", "%00", "%2e%2e", "é", "a" * 5000):  # fmt: skip
        for path in members.files:
            answer = anybody.get(f"/p/{token}{path}")
            assert answer.status_code == 400 if token == "%00" else without_id(answer) == missing, (token, path)
    for path in (*public.files, f"/media/{MISSING}/main.m3u8", "/media/", "/media", "/", "", "/api/v1/site",
                 f"/api/v1/media/{members.media}", f"{prefix}{members.files[0]}"):  # fmt: skip
        assert without_id(anybody.get(prefix + path))[:2] == missing[:2], path
    for path in members.files:
        assert anybody.get(f"/p{path}").status_code == 404


def sign_out(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    assert viewer.post("/api/v1/auth/logout").status_code == 204


def change_password_elsewhere(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    other = Person(studio).sign_in(viewer.document["user"]["email"])
    body = {"current": PASSWORD, "new": "another long password"}
    assert other.post("/api/v1/auth/password", json=body).status_code == 204


def remove_account(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    assert viewer.post("/api/v1/auth/account/remove", json={"password": PASSWORD}).status_code == 204


def remove_from_organization(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    (own,) = [m for m in studio.owner.all("memberships") if m["user"] == viewer.id]
    assert studio.owner.delete(f"memberships/{own['id']}").status_code == 204


def require_entitlement(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    assert studio.owner.patch(f"content/{title.content}", json={"visibility": "entitled"}).status_code == 200


def make_private(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    assert studio.owner.patch(f"content/{title.content}", json={"visibility": "private"}).status_code == 200


def end_window(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    window = {"published_from": "2001-01-01T00:00:00Z", "published_until": "2002-01-01T00:00:00Z"}
    assert studio.owner.patch(f"content/{title.content}", json=window).status_code == 200


def end_in_player(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    assert studio.anonymous().delete(session).status_code == 204


def end_in_studio(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    id = session.rpartition("/")[2]
    assert studio.owner.delete(f"playback_sessions/{id}").status_code == 204


def send_no_heartbeat(viewer: Person, studio: ControlPlane, title: Title, session: str) -> None:
    studio.set("playback_session", session.rpartition("/")[2], expires_at=PAST)


Ending = Callable[[Person, ControlPlane, Title, str], None]
OF_THE_SESSION: dict[Ending, tuple[int, str]] = {
    sign_out: (403, "session_ended"),
    change_password_elsewhere: (403, "session_ended"),
    remove_account: (403, "session_ended"),
    remove_from_organization: (401, "sign_in"),
    end_in_player: (403, "session_ended"),
    end_in_studio: (403, "session_ended"),
    send_no_heartbeat: (403, "session_ended"),
}
OF_THE_TITLE: dict[Ending, tuple[int, str]] = {
    require_entitlement: (403, "not_entitled"),
    make_private: (404, "not_found"),
    end_window: (404, "not_found"),
}


@pytest.mark.parametrize(
    "endings", [OF_THE_SESSION, *({end: problem} for end, problem in OF_THE_TITLE.items())],
    ids=["of the session", *(end.__name__ for end in OF_THE_TITLE)],
)  # fmt: skip
def test_session_ends(studio: ControlPlane, members: Title, endings: dict[Ending, tuple[int, str]]) -> None:
    """Its manifests and segments stop; those of others go on."""
    anybody, other = studio.anonymous(), start(studio.owner, members.content)
    viewers = {end: studio.owner.colleague("audience") for end in endings}
    sessions = {end: start(viewer, members.content) for end, viewer in viewers.items()}
    urls = {end: [prefix_of(session) + path for path in members.files] for end, session in sessions.items()}
    assert {anybody.get(url).status_code for one in urls.values() for url in one} == {200}
    for end, viewer in viewers.items():
        end(viewer, studio, members, sessions[end]["session"]["url"])
    try:
        until("the sessions end", lambda: all(anybody.get(u[0]).status_code != 200 for u in urls.values()), seconds=5)
        for end, problem in endings.items():
            for url in urls[end]:
                answer = anybody.get(url)
                assert (answer.status_code, answer.json()["code"]) == problem, (end.__name__, url)
                assert answer.headers["cache-control"] == "no-store"
            heartbeat = anybody.post(f"{sessions[end]['session']['url']}/heartbeat")
            assert heartbeat.status_code in (401, 403, 404), end.__name__
        assert anybody.get(prefix_of(other) + members.files[0]).status_code == 200
        assert anybody.post(f"{other['session']['url']}/heartbeat").status_code == 200
    finally:
        as_before = {"visibility": "members", "published_from": None, "published_until": None}
        assert studio.owner.patch(f"content/{members.content}", json=as_before).status_code == 200


def test_heartbeats_extend_a_session_up_to_its_limit(studio: ControlPlane, members: Title) -> None:
    session = start(studio.owner, members.content)["session"]
    id = session["url"].rpartition("/")[2]
    (row,) = studio.rows("playback_session", id=id)
    assert now() < row["expires_at"] == session["expires_at"] < row["ends_at"]
    studio.set("playback_session", id, expires_at=f"{now()[:-5]}9.999Z")
    renewed = studio.anonymous().post(f"{session['url']}/heartbeat")
    assert renewed.status_code == 200
    assert renewed.headers["cache-control"] == "no-store"
    assert renewed.json()["renew_after_s"] == session["renew_after_s"]
    assert renewed.json()["expires_at"] >= session["expires_at"]
    soon = f"{now()[:10]}T23:59:59.999Z"
    studio.set("playback_session", id, ends_at=min(soon, session["expires_at"]))
    assert studio.anonymous().post(f"{session['url']}/heartbeat").json()["expires_at"] <= session["expires_at"]
    for unknown in ("x", "%00", "a" * 3000):
        answer = studio.anonymous().post(f"/api/v1/playback/sessions/{unknown}/heartbeat")
        assert answer.status_code in (400, 404), unknown


def test_viewers_have_a_limited_number_of_sessions(studio: ControlPlane, members: Title) -> None:
    """The oldest one ends, of the same sign-in only."""
    viewer, anybody = studio.owner.colleague("audience"), studio.anonymous()
    other = start(Person(studio).sign_in(viewer.document["user"]["email"]), members.content)
    prefixes = [prefix_of(start(viewer, members.content)) for _ in range(MAX_SESSIONS_OF_CREDENTIAL + 3)]
    statuses = [anybody.get(p + members.files[0]).status_code for p in prefixes]
    assert statuses == [403] * 3 + [200] * MAX_SESSIONS_OF_CREDENTIAL
    assert anybody.get(prefix_of(other) + members.files[0]).status_code == 200


def test_configuration_after_the_sign_in_has_ended_in_another_process(studio: ControlPlane, members: Title) -> None:
    """This process still remembers the sign-in."""
    viewer = studio.owner.colleague("audience")
    assert viewer.get("/api/v1/auth/session").json()["user"]
    with studio.engine.begin() as c:
        table = metadata.tables["session"]
        c.execute(table.delete().where(table.c.user == viewer.id))
    answer = viewer.get(f"/api/v1/playback/{members.content}")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


def test_only_configurations_of_public_titles_are_cached(studio: ControlPlane, members: Title, public: Title) -> None:
    viewer = studio.owner.colleague("audience")
    before = len(studio.rows("playback_session"))
    assert viewer.head(f"/api/v1/playback/{members.content}").status_code == 200
    assert len(studio.rows("playback_session")) == before, "HEAD starts no session"
    for client, title, caching in (
        (viewer, members, "no-store"),
        (studio.anonymous(), public, "public, max-age=5"),
    ):
        answer = client.get(f"/api/v1/playback/{title.content}")
        assert answer.headers["cache-control"] == caching


def test_administrators_list_and_end_the_sessions_of_their_organization(studio: ControlPlane, members: Title) -> None:
    viewer = studio.owner.colleague("audience")
    id = start(viewer, members.content)["session"]["url"].rpartition("/")[2]
    (listed,) = [s for s in studio.owner.items("playback_sessions") if s["id"] == id]
    assert (listed["content"], listed["viewer"]["id"], listed["title"]) == (
        members.content,
        viewer.id,
        "A members film",
    )
    assert id in {s["id"] for s in studio.owner.get("overview").json()["playback_sessions"]}
    rival = studio.organization("Rival Films", "rival@example.org")
    assert rival.items("playback_sessions") == rival.get("overview").json()["playback_sessions"] == []
    assert studio.owner.colleague("editor").get("overview").json()["playback_sessions"] == []
    assert rival.delete(f"playback_sessions/{id}").status_code == 404
    for role in ("audience", "analyst", "editor"):
        person = studio.owner.colleague(role)
        assert person.get("playback_sessions").status_code == 403
        assert person.delete(f"playback_sessions/{id}").status_code == 403
    assert studio.owner.colleague("admin").delete(f"playback_sessions/{id}").status_code == 204
    assert id not in {s["id"] for s in studio.owner.items("playback_sessions")}


def test_expired_sessions_are_deleted(studio: ControlPlane, members: Title) -> None:
    expired, living = (start(studio.owner, members.content)["session"]["url"].rpartition("/")[2] for _ in range(2))
    studio.set("playback_session", expired, expires_at=PAST)
    studio.run(studio.server.playback.sessions.delete_expired())
    assert not studio.rows("playback_session", id=expired)
    assert studio.rows("playback_session", id=living)


def test_errors_in_delivery_are_logged_without_the_token(
    studio: ControlPlane, members: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = prefix_of(start(studio.owner, members.content))
    monkeypatch.setattr(studio.server.playback.delivery, "_objects", None)
    with capture_logs() as logs:
        assert studio.anonymous().get(prefix + members.files[-1]).status_code == 500
    (entry,) = logs
    assert entry["path"] == members.files[-1]
    assert prefix not in str(logs)


def test_session_of_a_token_ends_with_the_token(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data", public=False) as studio:
        title, anybody = title_in(studio, "public"), studio.anonymous()
        token = Tokens(secret_of(studio.settings.data)).make(3600)
        configuration = start(Client(studio, headers={"Authorization": f"Bearer {token}"}), title.content)
        assert {anybody.get(prefix_of(configuration) + path).status_code for path in title.files} == {200}
        assert {anybody.get(path).status_code for path in title.files} == {401}
        (row,) = studio.rows("playback_session")
        end = Tokens(secret_of(studio.settings.data)).expires_at(token)
        assert end is not None and int(prefix_of(configuration).split(".")[1], 16) == int(end)
        assert studio.anonymous().get(f"/api/v1/playback/{title.content}").status_code == 401
        assert token not in str(row)


def test_session_of_a_token_plays_only_on_allowed_sites(tmp_path: Path) -> None:
    """As the title itself does: a page on another site can't play in a session that was started on an allowed one."""
    with control_plane(tmp_path / "data", public=False) as studio:
        title, allowed, other = title_in(studio, "public"), "https://allowed.example", "https://other.example"
        sites = {"embed_sites": [allowed]}
        assert studio.owner.patch(f"organizations/{studio.owner.organization}", json=sites).status_code == 200
        token = Tokens(secret_of(studio.settings.data)).make(3600)
        client = Client(studio, headers={"Authorization": f"Bearer {token}"})
        refused = client.get(f"/api/v1/playback/{title.content}", headers={"Origin": other})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_on_this_site")
        assert studio.rows("playback_session") == []
        configuration = client.get(f"/api/v1/playback/{title.content}", headers={"Origin": allowed}).json()
        for _ in range(2):  # the second time remembered
            for origin, status in ((allowed, 200), (other, 403), (None, 200)):
                headers = {"Origin": origin} if origin else {}
                url = prefix_of(configuration) + title.files[4]
                assert studio.anonymous().get(url, headers=headers).status_code == status, origin


def test_embed_page_starts_a_session_for_whom_the_title_plays(studio: ControlPlane, members: Title) -> None:
    before = len(studio.rows("playback_session"))
    assert studio.anonymous().get(f"/embed/{members.content}").status_code == 401
    assert len(studio.rows("playback_session")) == before
    page = studio.owner.get(f"/embed/{members.content}").text
    prefix = re.search(r"/p/[\w.-]+(?=/media/)", page)
    assert prefix is not None
    assert studio.anonymous().get(prefix[0] + members.files[0]).status_code == 200


def test_sessions_survive_a_restart_and_ended_ones_do_not_return(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data") as studio:
        title = title_in(studio, "members")
        viewer = studio.owner.colleague("audience")
        kept, ended, left = (start(p, title.content) for p in (studio.owner, studio.owner, viewer))
        assert studio.anonymous().delete(ended["session"]["url"]).status_code == 204
        assert viewer.post("/api/v1/auth/logout").status_code == 204
    with control_plane(tmp_path / "data") as studio:
        anybody = studio.anonymous()
        statuses = [anybody.get(prefix_of(c) + title.files[4]).status_code for c in (kept, ended, left)]
        assert statuses == [200, 403, 403]
        assert anybody.post(f"{kept['session']['url']}/heartbeat").status_code == 200


def test_session_starts_and_ends_on_every_process(postgres_server: Postgres, tmp_path: Path) -> None:
    """Two servers on one PostgreSQL database."""
    database = postgres_server.migrated()
    with control_plane(tmp_path / "data", database=database) as first, ExitStack() as stack:
        title = title_in(first, "members")
        second = stack.enter_context(control_plane(tmp_path / "data", database=database))
        viewer, others = first.owner.colleague("audience"), second.anonymous()
        signed_out, ended = start(viewer, title.content), start(first.owner, title.content)
        for configuration in (signed_out, ended):
            assert others.get(prefix_of(configuration) + title.files[4]).status_code == 200
            assert others.post(f"{configuration['session']['url']}/heartbeat").status_code == 200
        assert viewer.post("/api/v1/auth/logout").status_code == 204
        assert first.anonymous().delete(ended["session"]["url"]).status_code == 204
        for configuration in (signed_out, ended):
            url = prefix_of(configuration) + title.files[4]
            until("the session ends in the other process", lambda url=url: others.get(url).status_code == 403, 30)
