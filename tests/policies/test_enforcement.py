"""Policies in force: on manifests, segments, the playback API, embeds and the check of nginx."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.playback import edge_policies
from otnet_server.policies import last_good
from otnet_server.policies.expressions import make_token
from otnet_server.policies.policy import Action, Policy
from otnet_server.policies.store import PolicyStore
from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.db.postgres import Postgres
from tests.harness import until
from tests.playback.test_playback_sessions import Title, prefix_of, start, title_in

HERE = "203.0.113.7"  # the address of clients, unless they have another one
SECRET = "a secret of the site"


@pytest.fixture(scope="module")
def public(studio: ControlPlane) -> Title:
    return title_in(studio, "public")


@pytest.fixture(scope="module")
def members(studio: ControlPlane) -> Title:
    return title_in(studio, "members")


@pytest.fixture(scope="module")
def private(studio: ControlPlane) -> Title:
    return title_in(studio, "private")


@contextmanager
def policy(owner: Person, expression: str, **values: Any) -> Iterator[dict[str, Any]]:
    """A policy that is in force for a while."""
    made = owner.make("policies", **{"name": "One", "action": "refuse", "expression": expression, **values})
    try:
        yield made
    finally:
        assert owner.delete(f"policies/{made['id']}").status_code == 204


def manifest(title: Title, viewer: Client, **more: Any) -> httpx.Response:
    return viewer.get(f"/media/{title.media}/main.m3u8", **more)


def test_address_is_refused_on_every_route_of_a_title_and_allowed_again(
    studio: ControlPlane, owner: Person, public: Title
) -> None:
    viewer, elsewhere = studio.anonymous(), studio.anonymous(address="198.51.100.1")
    routes = [*public.files, *(f"/api/v1/playback/{id}" for id in (public.media, public.content)),
              f"/api/v1/playback/{public.media}/waveform.json"]  # fmt: skip
    before = {route: viewer.get(route) for route in routes}
    assert {answer.status_code for answer in before.values()} == {200}
    with policy(owner, f"ip_in(request.ip, ['{HERE}/32'])", message="Not <here>."):
        for route in routes:
            refused = viewer.get(route)
            assert (refused.status_code, refused.headers["cache-control"]) == (403, "no-store"), route
            assert refused.headers["content-type"] == "application/problem+json"
            assert (refused.json()["code"], refused.json()["title"]) == ("policy_refused", "Not <here>.")
            allowed = elsewhere.get(route)
            assert (allowed.status_code, allowed.content) == (200, before[route].content)
            assert "public" not in allowed.headers.get("cache-control", "")
        embedded = viewer.get(f"/embed/{public.content}")
        assert embedded.status_code == 403 and "Not &lt;here&gt;." in embedded.text
    assert manifest(public, viewer).headers["cache-control"] == before[public.files[0]].headers["cache-control"]


def test_policy_does_not_show_that_a_title_exists(
    studio: ControlPlane, owner: Person, private: Title, members: Title
) -> None:
    viewer = studio.anonymous()
    before = [(viewer.get(f).status_code, viewer.get(f).content) for f in (*private.files, *members.files)]
    with policy(owner, "true"), policy(owner, "true", content=private.content):
        after = [(viewer.get(f).status_code, viewer.get(f).content) for f in (*private.files, *members.files)]
    assert before == after


def test_policies_of_another_organization_do_nothing(studio: ControlPlane, public: Title) -> None:
    beta = studio.organization("Beta of enforcement", f"{secrets.token_hex(4)}@policies.example")
    with policy(beta, "true"), policy(beta, "counters.address(60) > 0"):
        assert manifest(public, studio.anonymous()).status_code == 200


def test_policy_applies_to_its_title_and_path(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    other = owner.make("content", title="Another")
    with policy(owner, "true", content=other["id"]):
        assert manifest(public, viewer).status_code == 200
    with policy(owner, "true", content=public.content, path="*.mpd"):
        statuses = {viewer.get(f).status_code for f in public.files if f.endswith(".m3u8")}
        assert statuses == {200} and viewer.get(f"/media/{public.media}/main.mpd").status_code == 403


def test_facts_of_a_playback_session(studio: ControlPlane, owner: Person, members: Title) -> None:
    viewer = owner.colleague("audience")
    prefix = prefix_of(start(viewer, members.content))
    url = f"{prefix}/media/{members.media}/main.m3u8"
    player = studio.anonymous()
    assert player.get(url).status_code == 200
    matching = (
        "session.kind == 'viewer' && session.age_s < 60 && session.id != '' && title.visibility == 'members' && "
        f"request.path == '/media/{members.media}/main.m3u8' && title.id == '{members.content}'"
    )
    with policy(owner, matching):
        assert player.get(url).status_code == 403
    with policy(owner, "counters.session(60) > 2"):
        assert [player.get(url).status_code for _ in range(4)] == [200, 200, 403, 403]


def test_tag_is_added_once_to_the_whole_manifest(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    plain, playlist = manifest(public, viewer), next(f for f in public.files if f.endswith("index.m3u8"))
    tag = '#EXT-X-NOTE:"a & b"'
    with policy(owner, "request.kind == 'manifest'", phase="manifest", action="manifest_tag", value=tag):
        tagged, mpd = manifest(public, viewer), viewer.get(f"/media/{public.media}/main.mpd")
        assert tagged.text.count(tag) == 1 and tagged.text.replace(f"{tag}\n", "") == plain.text
        assert tagged.headers["etag"] != plain.headers["etag"]
        assert int(tagged.headers["content-length"]) == len(tagged.content)
        assert mpd.text.count('<SupplementalProperty schemeIdUri="urn:otnet:manifest-tag"') == 1
        assert "a &amp; b" in mpd.text
        assert tag not in viewer.get(playlist).text
        assert (
            viewer.head(f"/media/{public.media}/main.m3u8").headers["content-length"]
            == tagged.headers["content-length"]
        )
    assert manifest(public, viewer).text == plain.text


def test_headers_of_requests_and_responses(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    header: dict[str, Any] = {
        "action": "header",
        "value": "total;dur={time_ms};n={requests}",
        "header": "Server-Timing",
    }
    with (
        policy(owner, "response.status == 200", phase="response", **header),
        policy(owner, "request.method == 'GET'", **(header | {"header": "X-Edge", "value": "one"})),
        policy(owner, "true", action="watermark_id"),
    ):
        answer, api = manifest(public, viewer), viewer.get(f"/api/v1/playback/{public.content}")
        for response in (answer, api):
            assert response.headers["x-edge"] == "one" and response.headers["server-timing"].startswith("total;dur=")
        assert answer.headers["otnet-watermark-id"] == api.headers["otnet-watermark-id"]
        again = manifest(public, viewer, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304 and "server-timing" not in again.headers


def test_redirect_leads_elsewhere(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    with policy(owner, "request.kind == 'manifest'", action="redirect", location="https://cdn.example.org/x"):
        answer = manifest(public, viewer)
        assert (answer.status_code, answer.headers["location"]) == (307, "https://cdn.example.org/x")
        assert answer.headers["cache-control"] == "no-store"
    with policy(owner, "true", action="redirect", location="http://studio.test/media/x/main.m3u8"):
        assert manifest(public, viewer).json()["code"] == "policy_failed"
        answer = viewer.get(f"/api/v1/playback/{public.content}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_request_is_slowed_down(studio: ControlPlane, owner: Person, public: Title) -> None:
    with policy(owner, "true", action="slow_down", delay_ms=150):
        started = time.monotonic()
        assert manifest(public, studio.anonymous()).status_code == 200
        assert time.monotonic() - started >= 0.15


def test_too_many_slow_requests_are_refused(
    studio: ControlPlane, owner: Person, public: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_policies, "MAX_DELAYED_REQUESTS", 0)
    with policy(owner, "true", action="slow_down", delay_ms=5000):
        refused = manifest(public, studio.anonymous())
        assert (refused.status_code, refused.json()["code"]) == (429, "policy_refused")


STRANGE = ["/media/%ff%fe/main.m3u8", "/media/{id}/main.m3u8?%ff=%ff&=&&a", "/media/{id}/main.m3u8?" + "a=b&" * 3000,
           "/media/{id}/ma%00in.m3u8", "/media/{id}/" + "x" * 5000]  # fmt: skip


@pytest.mark.parametrize("path", STRANGE, ids=range(len(STRANGE)))
def test_strange_requests_are_evaluated(studio: ControlPlane, owner: Person, public: Title, path: str) -> None:
    headers = {"Referer": b"http://[\xff", "User-Agent": b"\xff\xfe" * 3000, "Host": "studio.test"}
    expression = (
        "request.path == '' || 'zz' in request.query || request.user_agent == '' || request.referer_host == 'x'"
    )
    with policy(owner, expression):
        url = path.replace("{id}", public.media)
        assert studio.anonymous().get(url, headers=headers).status_code in (200, 400, 404)


@pytest.mark.parametrize("phase", ["request", "manifest", "response"])
def test_policy_that_fails_refuses_or_allows_in_every_phase(
    studio: ControlPlane, owner: Person, public: Title, phase: str
) -> None:
    viewer = studio.anonymous()
    values = {"phase": phase, "action": "header", "header": "X-Edge", "value": "one"}
    with policy(owner, "request.headers['origin'] == 'x'", **values):
        refused = manifest(public, viewer)
        assert (refused.status_code, refused.json()["code"]) == (503, "policy_failed")
        assert refused.headers["cache-control"] == "no-store" and "x-edge" not in refused.headers
    with policy(owner, "request.headers['origin'] == 'x'", on_error="open", **values):
        assert manifest(public, viewer).status_code == 200


def test_requests_of_an_address_are_limited(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous(address="198.51.100.77")
    with policy(owner, "counters.address(60) > 2"):
        assert [manifest(public, viewer).status_code for _ in range(4)] == [200, 200, 403, 403]
        assert manifest(public, studio.anonymous(address="198.51.100.78")).status_code == 200


def test_token_is_needed_where_the_ready_made_policy_is_on(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    draft = owner.post("policy_templates/token", json={"parameters": {"secret": SECRET}}).json()
    token = make_token(SECRET, public.content, int(time.time()) + 60)
    with policy(owner, **draft):
        assert manifest(public, viewer).status_code == 403
        assert manifest(public, viewer, params={"token": token}).status_code == 200
        assert manifest(public, viewer, params={"token": token + "0"}).status_code == 403
        assert viewer.get(next(f for f in public.files if f.endswith(".m4s"))).status_code == 200


@pytest.mark.parametrize(
    ("referer", "missing", "status"),
    [
        ("https://www.example.org/page", "refuse", 200),
        ("https://example.org.evil.test/", "refuse", 403),
        ("https://evil.test/?https://www.example.org/", "refuse", 403),
        ("https://www.example.org@evil.test/", "refuse", 403),
        ("https://notexample.org/", "refuse", 403),
        ("http://[broken", "refuse", 403),
        (None, "refuse", 403),
        (None, "allow", 200),
        ("https://evil.test/", "allow", 403),
    ],
)
def test_referer_is_compared_by_host_and_may_be_missing(
    studio: ControlPlane, owner: Person, public: Title, referer: str | None, missing: str, status: int
) -> None:
    parameters = {"hosts": ["*.example.org"], "missing": missing}
    draft = owner.post("policy_templates/referers", json={"parameters": parameters}).json()
    headers = {"Referer": referer} if referer is not None else {}
    with policy(owner, **draft):
        assert manifest(public, studio.anonymous(), headers=headers).status_code == status


def test_check_of_nginx_evaluates_the_original_request(studio: ControlPlane, owner: Person, public: Title) -> None:
    viewer = studio.anonymous()
    segment = next(f for f in public.files if f.endswith(".m4s"))

    def check(uri: str) -> httpx.Response:
        return viewer.get("/edge/check", headers={"X-Original-URI": uri})

    assert int(check(segment).headers["x-accel-expires"]) > 0
    with policy(owner, f"request.path == '{segment}' && 'bad' in request.query && request.kind == 'segment'"):
        allowed = check(f"{segment}?good=1")
        assert (allowed.status_code, allowed.headers["x-accel-expires"]) == (204, "0")
        assert "public" not in allowed.headers["cache-control"]
        assert check(f"{segment}?bad=1").status_code == 403


def test_counts_of_a_dry_run_are_stored(studio: ControlPlane, owner: Person, public: Title) -> None:
    with policy(owner, f"request.ip == '{HERE}'", dry_run=True) as made:
        assert [manifest(public, studio.anonymous()).status_code for _ in range(3)] == [200] * 3
        manifest(public, studio.anonymous(address="198.51.100.9"))
        expected = {"evaluated": 4, "matched": 3, "failed": 0}
        until("the counts", lambda: owner.get(f"policies/{made['id']}").json()["counts"] == expected)
        text = owner.get("/metrics").text
        assert f'otnet_policy_evaluations_total{{policy="{made["id"]}",result="matched"}} 3.0' in text


def test_last_policies_survive_a_restart(tmp_path: Path) -> None:
    with control_plane(tmp_path / "data") as plane:
        made = plane.owner.make("policies", name="One", expression="true", action="refuse")
    stored = tmp_path / "data" / last_good.FILE
    assert stored.stat().st_mode & 0o777 == 0o600
    assert [p.id for p in last_good.read(tmp_path / "data") or ()] == [made["id"]]
    stored.write_text("{")
    assert last_good.read(tmp_path / "data") is None


def test_policy_is_in_force_in_another_process_within_a_second(postgres_server: Postgres, tmp_path: Path) -> None:
    database = postgres_server.migrated()
    with control_plane(tmp_path / "a", database=database) as first:
        title = title_in(first, "public")
        with control_plane(tmp_path / "b", database=database) as second:
            viewer = second.anonymous()
            assert manifest(title, viewer).status_code == 200
            made = first.owner.make("policies", name="One", expression=f"request.ip == '{HERE}'", action="refuse")
            saved = time.monotonic()
            until("it is refused", lambda: manifest(title, viewer).status_code == 403, 30)
            assert time.monotonic() - saved < 1
            first.owner.patch(f"policies/{made['id']}", json={"expression": "false"})
            until("it is allowed", lambda: manifest(title, viewer).status_code == 200, 30)
            assert time.monotonic() - saved < 3


class AwayDatabase:
    """A database that does not answer."""

    def read(self) -> Any:
        raise OperationalError("SELECT", {}, Exception("away"))


def test_last_policies_are_in_force_when_the_database_is_away(tmp_path: Path) -> None:
    kept = Policy(id="p1", organization="o1", version=3, name="One", expression="true", action=Action.REFUSE)
    last_good.save(tmp_path, [kept])

    away: Any = AwayDatabase()

    async def policies_after_start(folder: Path) -> tuple[bool, list[Policy]]:
        store = PolicyStore(away, ChangeFeed(away), folder)
        await store.start()
        await store.reload()
        await store.stop()
        return store.loaded, [p.policy for p in store.compiled()]

    assert asyncio.run(policies_after_start(tmp_path)) == (True, [kept])
    (tmp_path / "empty").mkdir()
    assert asyncio.run(policies_after_start(tmp_path / "empty")) == (False, [])


def test_nothing_is_delivered_before_policies_were_loaded(studio: ControlPlane, public: Title) -> None:
    store = studio.server.playback.policy_store
    store.loaded = False
    try:
        refused = manifest(public, studio.anonymous())
        assert (refused.status_code, refused.json()["code"]) == (503, "policies_unavailable")
    finally:
        store.loaded = True
