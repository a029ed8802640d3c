"""Why a viewer can watch a title, or why not: the steps agree with the access decision, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import pytest

from otnet_server.config import Profile
from otnet_server.playback.entitlements import Entitlement
from otnet_server.playback.explanation import PHRASES, PlaybackFacts, explain
from otnet_server.playback.visibility import Caller, MediaFacts, Publication, Refusal, RegionRule, decide
from otnet_server.schema.resource import Role
from tests.control.services import ControlPlane, Person, control_plane
from tests.harness import ROOT
from tests.plans import plan
from tests.playback.titles import content_in, ready_media

AT, EARLIER, LATER = "2026-06-01T12:00:00.000Z", "2026-05-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z"
GERMANY: RegionRule = {"mode": "allow", "countries": ["DE"]}
PATH = "playback_explanation"


def facts(
    role: Role = Role.AUDIENCE,
    max_age: int | None = None,
    regions: RegionRule | None = None,
    publication: dict[str, Any] | None = None,
    **more: Any,
) -> PlaybackFacts:
    title = Publication(**{
        "organization": "harbour", "status": "published", "visibility": "entitled", "published_from": None,
        "published_until": None, "age_rating": 12, **(publication or {}),
    })  # fmt: skip
    caller = Caller(True, "harbour", "ann", role, max_age)
    media = MediaFacts("harbour", title, regions, content="film")
    known: dict[str, Any] = {"entitlement": Entitlement("allow"), "plan": plan(), "public_server": True, **more}
    return PlaybackFacts(caller, media, AT, **known)


@pytest.mark.parametrize(
    ("given", "refused_by"),
    [
        (facts(), None),
        (facts(publication={"status": "draft"}), "publication.draft"),
        (facts(publication={"published_from": LATER}), "publication.not_yet"),
        (facts(publication={"published_until": EARLIER}), "publication.over"),
        (facts(publication={"visibility": "private"}), "visibility.private"),
        (facts(publication={"status": "draft", "visibility": "private"}, role=Role.ANALYST), None),
        (facts(max_age=6), "age.above"),
        (facts(max_age=6, role=Role.OWNER), "age.above"),
        (facts(max_age=6, publication={"age_rating": None}), "age.unrated"),
        (facts(regions=GERMANY), None),
        (facts(regions=GERMANY, country="DE"), None),
        (facts(regions=GERMANY, country="FR"), "region.not_available"),
        (facts(entitlement=Entitlement()), "grants.none"),
        (facts(entitlement=Entitlement("deny"), publication={"visibility": "members"}), "grants.denied"),
        (facts(entitlement=Entitlement("allow", "sd")), None),
        (facts(entitlement=Entitlement("allow", "sd"), plan=plan(Profile(heights=[720]))), "quality.higher_only"),
        (facts(state="none", plan=None), "media.none"),
        (facts(state="preparing", plan=None), "media.preparing"),
        (facts(state="failed", plan=None), "media.failed"),
        (facts(scheme="cbcs"), None),
        (facts(scheme="cbcs", licence_problem=Refusal(503, "x", "No account.", "")), "protection.problem"),
        (facts(streams=2, max_streams=2), "streams.full"),
        (facts(streams=2, max_streams=2, publication={"visibility": "public"}), None),
        (facts(streams=2, max_streams=2, publication={"visibility": "public"}, public_server=False), "streams.full"),
        (facts(devices=2, max_devices=2), None),
    ],
)  # fmt: skip
def test_refused_step_names_the_fact_that_refuses(given: PlaybackFacts, refused_by: str | None) -> None:
    explanation = explain(given)
    assert [s.key for s in explanation.steps if s.state == "refused"] == ([refused_by] if refused_by else [])
    assert (explanation.refusal is None) == (refused_by is None)
    assert all("%{" not in step.text for step in explanation.steps)


def test_outcome_is_that_of_the_access_decision_whatever_the_facts() -> None:
    count = 0
    for status, visibility, window, age, effect, role, rule, country, public in product(
        ("draft", "published"), ("public", "members", "entitled", "private"), (None, LATER), (None, 6),
        (None, "allow", "deny"), (Role.AUDIENCE, Role.EDITOR), (None, GERMANY), (None, "FR"), (True, False),
    ):  # fmt: skip
        publication = {"status": status, "visibility": visibility, "published_from": window}
        given = facts(role, age, rule, publication, country=country, entitlement=Entitlement(effect),
                      public_server=public)  # fmt: skip
        decision = decide(given.caller, given.title, AT, public_server=public, country=country,
                          check_region=country is not None, effect=effect)  # fmt: skip
        explanation = explain(given)
        assert explanation.refusal == decision.refusal
        assert (decision.refusal is not None) == any(s.state == "refused" for s in explanation.steps), given
        count += decision.refusal is None
    assert count > 50
    assert explain(replace(facts(), caller=Caller(True, "rival", "eve", Role.OWNER))).refusal is not None


def test_studio_has_the_phrases_in_each_language() -> None:
    for language in ("en", "de"):
        texts = json.loads((ROOT / f"web_ui/src/studio/i18n/{language}.json").read_text("utf-8"))
        found = {k.removeprefix("explain."): v for k, v in texts.items() if k.startswith("explain.")}
        assert PHRASES.keys() <= found.keys()
        assert language == "de" or all(found[key] == phrase for key, phrase in PHRASES.items())


class House(NamedTuple):
    plane: ControlPlane
    viewer: Person
    film: str

    def ask(self, person: Person, **query: str) -> Any:
        return person.get(PATH, params={"viewer": self.viewer.id, "title": self.film, **query})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with control_plane(tmp_path_factory.mktemp("explanation") / "data") as plane:
        film = content_in(plane.owner, "entitled")
        ready_media(plane, "entitled", film)
        yield House(plane, plane.owner.colleague("audience"), film)


def refused(document: dict[str, Any]) -> list[str]:
    return [step["key"] for step in document["steps"] if step["state"] == "refused"]


def test_answer_follows_the_grants_of_the_viewer(house: House) -> None:
    owner = house.plane.owner
    answer = house.ask(owner)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["allowed"] is False and refused(document) == ["grants.none"]
    assert document["refusal"]["code"] == "not_entitled"
    group = owner.make("viewer_groups", name="Film school", members=[house.viewer.id])
    allow = owner.make("grants", group=group["id"], scope="everything", reason="Course", max_quality="sd")
    document = house.ask(owner).json()
    assert document["allowed"] is True
    assert "The picture is included up to SD." in [step["text"] for step in document["steps"]]
    assert [(g["id"], g["group"], g["reason"], g["max_quality"]) for g in document["grants"]] == [
        (allow["id"], "Film school", "Course", "sd")
    ]
    deny = owner.make("grants", user=house.viewer.id, scope="title", content=house.film, effect="deny")
    document = house.ask(owner).json()
    assert refused(document) == ["grants.denied"] and [g["id"] for g in document["grants"]] == [deny["id"], allow["id"]]
    assert house.ask(house.plane.owner.colleague("editor")).json()["grants"] == [], "administrators read grants"
    for made in (deny, allow):
        assert owner.delete(f"grants/{made['id']}").status_code == 204


def test_profile_and_country_are_checked(house: House) -> None:
    made = house.viewer.post("/api/v1/me/profiles", json={"name": "Kid", "max_age": 6})
    assert made.status_code == 201, made.text
    owner = house.plane.owner
    document = house.ask(owner).json()
    (profile,) = document["profiles"]
    assert house.ask(house.plane.owner.colleague("editor")).json()["profiles"] == [], "administrators read viewers"
    assert profile["name"] == "Kid" and "age.no_limit" in [s["key"] for s in document["steps"]]
    assert "age.unrated" in refused(house.ask(owner, profile=profile["id"]).json())
    assert house.ask(owner, profile="0" * 12).status_code == 404
    regions = {"mode": "allow", "countries": ["DE"]}
    assert owner.patch(f"content/{house.film}", json={"regions": regions}).status_code == 200
    assert "region.not_available" in refused(house.ask(owner, country="FR").json())
    assert "region.not_available" not in refused(house.ask(owner, country="DE").json())
    assert owner.patch(f"content/{house.film}", json={"regions": None}).status_code == 200
    for country in ("fr", "FRA", "\u00c4\u00c4"):
        assert house.ask(owner, country=country).status_code == 400, country


def test_streams_and_devices_of_the_viewer_are_counted(house: House) -> None:
    owner = house.plane.owner
    assert owner.patch(f"organizations/{owner.organization}", json={"max_streams": 1, "max_devices": 1}).is_success
    texts = {step["name"]: step["text"] for step in house.ask(owner).json()["steps"]}
    assert texts["streams"] == "Streams in use: 0 of 1."
    assert texts["devices"] == "No other device can be signed in: 1 of 1."
    grant = owner.make("grants", user=house.viewer.id, scope="everything")
    assert house.viewer.get(f"/api/v1/playback/{house.film}").status_code == 200
    assert refused(house.ask(owner).json()) == ["streams.full"]
    assert owner.patch(f"organizations/{owner.organization}", json={"max_streams": 0, "max_devices": 0}).is_success
    assert owner.delete(f"grants/{grant['id']}").status_code == 204


def test_only_editors_of_the_organization_may_ask(house: House) -> None:
    for role, status in (("audience", 403), ("analyst", 403), ("editor", 200), ("admin", 200)):
        assert house.ask(house.plane.owner.colleague(role)).status_code == status, role
    assert house.plane.anonymous().get(f"/api/v1/dashboard/{PATH}").status_code == 401
    rival = house.plane.organization("Rival Films", "rival@example.org")
    theirs = rival.make("content", title="Theirs")["id"]
    assert house.ask(rival).status_code == 404
    assert house.ask(rival, title=theirs).status_code == 404, "a viewer of another organization"
    assert house.ask(rival, viewer=rival.id).status_code == 404, "a title of another organization"
    assert house.ask(rival, viewer=rival.id, title=theirs).status_code == 200
    assert house.ask(house.plane.owner, viewer="").status_code == 400
    for strange in ("\0", "' OR 1=1 --", "x" * 3000, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")):
        assert house.ask(house.plane.owner, viewer=strange).status_code in (400, 404), strange[:20]
