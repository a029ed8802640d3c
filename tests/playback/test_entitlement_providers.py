"""Grants of plugins: they count like others, follow the provider, and fail closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otnet_server import EntitlementRequest, ViewerGrant
from otnet_server.db.tables import metadata
from otnet_server.playback import entitlement_providers
from otnet_server.playback.entitlement_providers import EntitlementProviders
from otnet_server.playback.visibility import Visitor
from otnet_server.schema.resource import Role
from tests.control.services import ControlPlane, Person, control_plane
from tests.playback.titles import content_in, ready_media


@dataclass
class Provider:
    """Answers with what the test sets."""

    name: str = "a shop"
    answer: Callable[[], Any] = list
    asked: list[EntitlementRequest] = field(default_factory=list)

    async def grants(self, request: EntitlementRequest) -> list[ViewerGrant]:
        self.asked.append(request)
        return self.answer()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("providers") / "data") as plane:
        yield plane


@pytest.fixture(scope="module")
def titles(studio: ControlPlane) -> dict[str, str]:
    """The ids of a public, a members' and an entitled title."""
    made = {}
    for state in ("public", "members", "entitled"):
        made[state] = content_in(studio.owner, state)
        ready_media(studio, state, made[state])
    return made


@pytest.fixture
def provider(studio: ControlPlane) -> Iterator[Provider]:
    """The only provider of the server."""
    made, entitlements = Provider(), studio.server.playback.authorization.entitlements
    before = entitlements.providers
    use(studio, made)
    yield made
    entitlements.providers = before


def use(studio: ControlPlane, provider: Provider) -> None:
    """Let the server use a provider, as another process would that has just started."""
    entitlements = studio.server.playback.authorization.entitlements
    entitlements.providers = EntitlementProviders(entitlements.providers._db, [provider])


def plays(viewer: Person, titles: dict[str, str]) -> list[str]:
    return [n for n, id in titles.items() if viewer.get(f"/api/v1/playback/{id}").status_code == 200]


def expire(studio: ControlPlane, provider: Provider) -> None:
    """Let the server ask again."""
    with studio.engine.begin() as c:
        c.execute(entitlement_providers.entitlement_refresh.delete())
    use(studio, provider)


def test_answers_are_stored_as_grants_and_replaced(
    studio: ControlPlane, titles: dict[str, str], provider: Provider
) -> None:
    viewer = studio.owner.colleague("audience")
    slug = studio.owner.get(f"content/{titles['entitled']}").json()["slug"]
    provider.answer = lambda: [
        ViewerGrant("title", slug, reason="Order 7", max_quality="sd"),
        ViewerGrant("series", "unknown"),
    ]
    assert plays(viewer, titles) == ["public", "members", "entitled"]
    (grant,) = studio.owner.items("grants", user=viewer.id)
    assert (grant["source"], grant["giver"], grant["reason"]) == ("plugin", "a shop", "Order 7")
    assert grant["max_quality"] == "sd"
    limit = datetime.now(UTC) + entitlement_providers.VALID + entitlement_providers.GRACE
    assert datetime.fromisoformat(grant["ends_at"]) <= limit, "a permission ends when nobody asks any more"
    changed = studio.owner.patch(f"grants/{grant['id']}", json={"ends_at": None})
    assert (changed.status_code, changed.json()["code"]) == (409, "of_plugin")
    assert len(provider.asked) == 1 and provider.asked[0].email == viewer.document["user"]["email"]
    use(studio, provider)
    assert plays(viewer, titles) and len(provider.asked) == 1, "another process uses the stored answer"
    provider.answer = lambda: [ViewerGrant("title", titles["members"], "deny")]
    expire(studio, provider)
    assert plays(viewer, titles) == ["public"]
    assert len(studio.owner.items("grants", user=viewer.id)) == 1
    assert studio.owner.delete(f"users/{viewer.id}").status_code == 204, "grants of plugins do not keep a viewer"


def test_viewer_whom_another_process_has_just_removed_is_not_asked_about(
    studio: ControlPlane, provider: Provider
) -> None:
    """While this process remembers their role."""
    viewer = studio.owner.colleague("audience")
    with studio.engine.begin() as c:
        membership = metadata.tables["membership"]
        c.execute(membership.delete().where(membership.c.user == viewer.id))
    providers = studio.server.playback.authorization.entitlements.providers
    studio.run(providers.refresh(Visitor(viewer.organization, viewer.id, Role.AUDIENCE)))
    assert not provider.asked


def raises() -> Any:
    raise RuntimeError("the shop is closed")


@pytest.mark.parametrize(
    "answer",
    [raises, lambda: None, lambda: ["everything"], lambda: [ViewerGrant("title")],
     lambda: [ViewerGrant("series", "gone", "deny")], lambda: [ViewerGrant("nothing", "x")],  # type: ignore[arg-type]
     lambda: [ViewerGrant("everything", ends_at=datetime(2999, 1, 1))],
     lambda: [ViewerGrant("everything", max_quality="uhd")],  # type: ignore[arg-type]
     lambda: [ViewerGrant("everything", effect="deny", max_quality="sd")]],
    ids=["raises", "no list", "no grant", "no target", "unknown denial", "unknown scope", "no time zone", "unknown quality",
         "quality of a denial"],
)  # fmt: skip
def test_viewers_watch_public_titles_only_while_a_provider_fails(
    studio: ControlPlane, titles: dict[str, str], provider: Provider, answer: Callable[[], Any]
) -> None:
    viewer = studio.owner.colleague("audience")
    studio.owner.make("grants", user=viewer.id, scope="everything")
    provider.answer = answer
    assert plays(viewer, titles) == ["public"]
    cards = viewer.get("/api/v1/site/search", params={"q": "film"}).json()["items"]
    assert {c["title"]: c["locked"] for c in cards} == {
        "A public film": None, "A members film": "not_entitled", "A entitled film": "not_entitled"
    }  # fmt: skip
    (denial,) = studio.owner.items("grants", user=viewer.id, source="plugin")
    assert denial["effect"] == "deny" and denial["reason"]
    provider.answer = list
    expire(studio, provider)
    assert plays(viewer, titles) == ["public", "members", "entitled"]


def test_provider_that_does_not_answer_is_given_up(
    studio: ControlPlane, titles: dict[str, str], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(request: EntitlementRequest) -> list[ViewerGrant]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(entitlement_providers, "ANSWER_S", 0.01)
    monkeypatch.setattr(provider, "grants", never)
    assert plays(studio.owner.colleague("audience"), titles) == ["public"]


def test_staff_and_visitors_are_not_asked_about(
    studio: ControlPlane, titles: dict[str, str], provider: Provider
) -> None:
    assert plays(studio.owner, titles) == ["public", "members", "entitled"]
    assert studio.anonymous().get(f"/api/v1/playback/{titles['members']}").status_code == 401
    assert provider.asked == []


def test_grants_of_a_plugin_that_is_disabled_are_deleted(
    studio: ControlPlane, titles: dict[str, str], provider: Provider
) -> None:
    viewer = studio.owner.colleague("audience")
    provider.answer = lambda: [ViewerGrant("everything", effect="deny", ends_at=datetime.now(UTC) + timedelta(days=9))]
    assert plays(viewer, titles) == ["public"]
    kept = studio.owner.make("grants", user=viewer.id, scope="everything")["id"]
    assert len(studio.owner.items("grants", user=viewer.id)) == 2
    database = studio.server.playback.authorization.entitlements.providers._db
    studio.run(EntitlementProviders(database, []).start())
    assert [g["id"] for g in studio.owner.items("grants", user=viewer.id)] == [kept]
