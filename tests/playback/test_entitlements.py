"""Grants: the pure rule, the same rule in SQL, and what follows for playback."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.db.tables import metadata
from otnet_server.playback.entitlement_queries import content, grant_of, live_grants, playable
from otnet_server.playback.entitlements import Effect, Grant, TitleKeys, effect_of, quality_of
from otnet_server.playback.visibility import Publication, Visitor, refusal_reason
from otnet_server.schema.resource import Role
from tests.control.services import Client, ControlPlane, Person, control_plane
from tests.harness import migrated_database, until
from tests.playback.titles import content_in, ready_media

AT, EARLIER, LATER = "2026-06-01T12:00:00.000Z", "2026-05-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z"
EPISODE = TitleKeys("pilot", "signal-box", frozenset({"drama", "all"}))


@pytest.mark.parametrize(
    ("grants", "want"),
    [
        ([], None),
        ([Grant("allow", "everything")], "allow"),
        ([Grant("allow", "title", "pilot")], "allow"),
        ([Grant("allow", "title", "finale")], None),
        ([Grant("allow", "series", "signal-box")], "allow"),
        ([Grant("allow", "category", "all")], "allow"),
        ([Grant("allow", "category", "news")], None),
        ([Grant("allow", "everything"), Grant("deny", "title", "pilot")], "deny"),
        ([Grant("allow", "title", "pilot"), Grant("deny", "series", "signal-box")], "deny"),
        ([Grant("allow", "title", "pilot"), Grant("deny", "category", "all")], "deny"),
        ([Grant("allow", "title", "pilot"), Grant("deny", "title", "finale")], "allow"),
        ([Grant("allow", "title", "pilot", ends_at=AT)], None),
        ([Grant("allow", "title", "pilot", starts_at=AT, ends_at=LATER)], "allow"),
        ([Grant("allow", "title", "pilot", starts_at=LATER)], None),
        ([Grant("allow", "everything"), Grant("deny", "everything", ends_at=EARLIER)], "allow"),
    ],
)
def test_denials_come_first_and_silence_is_no_permission(grants: list[Grant], want: Effect | None) -> None:
    assert effect_of(grants, EPISODE, AT) == want


@pytest.mark.parametrize(
    ("visibility", "effect", "want"),
    [
        ("public", "deny", None), ("members", None, None), ("members", "allow", None),
        ("members", "deny", "not_entitled"), ("entitled", None, "not_entitled"), ("entitled", "allow", None),
        ("entitled", "deny", "not_entitled"),
    ],
)  # fmt: skip
def test_visibility_and_grants_decide_who_may_play(visibility: str, effect: Effect | None, want: str | None) -> None:
    title = Publication("harbour", "published", visibility, None, None)
    reason = refusal_reason(Visitor("harbour", "ann", Role.AUDIENCE), title, effect)
    assert (reason[0] if reason else None) == want
    assert refusal_reason(Visitor("harbour", "bob", Role.ANALYST), title, effect) is None, "staff"


class RandomCatalogue:
    """Random titles, series, nested categories, groups and grants in a database, and the same for the pure rule."""

    VIEWER, GROUP, OTHER_GROUP = "u" * 12, "g" * 12, "o" * 12

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self._categories = [self._category(n) for n in range(6)]
        self._series = [self._record("series", f"s{n}", title="S", slug=f"s{n}", kind="series") for n in range(4)]
        self._titles = [self._title(n) for n in range(25)]
        self._links = [
            *self._link("content", self._titles, 1), *self._link("series", self._series, 1),
        ]  # fmt: skip
        self.grants = [self._grant(n) for n in range(self._random.randrange(7))]

    def _record(self, table: str, id: str, **values: Any) -> dict[str, Any]:
        row = {"id": id, "organization": "000000000001", "created_at": AT, "updated_at": AT, **values}
        self.rows.setdefault(table, []).append(row)
        return row

    def _category(self, n: int) -> dict[str, Any]:
        parent = self._random.choice([None, *(f"c{i}" for i in range(n))])
        return self._record("category", f"c{n}", name=f"C{n}", parent=parent)

    def _title(self, n: int) -> dict[str, Any]:
        series = self._random.choice([None, *(s["id"] for s in self._series)])
        visibility = self._random.choice(["public", "members", "entitled", "entitled"])
        return self._record("content", f"t{n}", title="T", status="published", visibility=visibility, series=series)

    def _link(self, owner: str, records: list[dict[str, Any]], most: int) -> list[tuple[str, str]]:
        links = [(r["id"], f"c{c}") for r in records for c in self._random.sample(range(6), self._random.randint(0, 2))]
        self.rows[f"{owner}_categories"] = [{"record": r, "target": c, "position": 0} for r, c in links]
        return links

    def _grant(self, n: int) -> tuple[bool, Grant]:
        """(whether it is one to the viewer, the grant)"""
        scope = self._random.choice(["everything", "category", "series", "title", "title", "series", "category"])
        target = {"category": f"c{self._random.randrange(6)}", "series": f"s{self._random.randrange(4)}",
                  "title": f"t{self._random.randrange(25)}"}.get(scope)  # fmt: skip
        made = Grant(self._random.choice(["allow", "allow", "deny"]), scope, target,  # type: ignore[arg-type]
                     self._random.choice([None, EARLIER, LATER]), self._random.choice([None, None, AT, LATER]))  # fmt: skip
        if made.effect == "allow":
            made = made._replace(max_quality=self._random.choice([None, "sd", "sd", "hd"]))
        owner = self._random.choice(["viewer", "viewer", "group", "other group"])
        self._record(
            "grant", f"a{n}", effect=made.effect, scope=scope, starts_at=made.starts_at, ends_at=made.ends_at,
            max_quality=made.max_quality,
            source="hand", user=self.VIEWER if owner == "viewer" else None,
            group={"group": self.GROUP, "other group": self.OTHER_GROUP}.get(owner),
            **{{"title": "content"}.get(scope, scope): target for _ in range(scope != "everything")},
        )  # fmt: skip
        return owner != "other group", made

    def keys(self, title: dict[str, Any]) -> TitleKeys:
        parents = {c["id"]: c["parent"] for c in self._categories}
        own = {c for record, c in self._links if record in (title["id"], title["series"])}
        for _ in range(6):
            own |= {parents[c] for c in own if parents[c]}
        return TitleKeys(title["id"], title["series"], frozenset(own))

    def playable(self) -> set[str]:
        """The ids of the titles that the viewer may play, by the pure rule."""
        mine = [grant for own, grant in self.grants if own]
        visitor, ids = Visitor("000000000001", self.VIEWER, Role.AUDIENCE), set()
        for title in self._titles:
            effect = effect_of(mine, self.keys(title), AT)
            if (
                refusal_reason(
                    visitor, Publication("000000000001", "published", title["visibility"], None, None), effect
                )
                is None
            ):
                ids.add(title["id"])
        return ids


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    """A database with a viewer and two groups, of one of which they are a member."""
    file = tmp_path_factory.mktemp("grants") / "otnet.db"
    file.write_bytes(migrated_database())
    engine = sa.create_engine(f"sqlite:///{file}")
    yield from prepared(engine)


def prepared(engine: sa.Engine) -> Iterator[sa.Connection]:
    viewer = {"id": RandomCatalogue.VIEWER, "email": "v@example.org", "name": "V"}
    groups = [{"id": g, "organization": "000000000001", "name": g} for g in ("g" * 12, "o" * 12)]
    with engine.begin() as c:
        for table, rows in {"user": [viewer], "viewer_group": groups}.items():
            c.execute(sa.insert(metadata.tables[table]), [{**r, "created_at": AT, "updated_at": AT} for r in rows])
        member = {"record": RandomCatalogue.GROUP, "target": RandomCatalogue.VIEWER, "position": 0}
        c.execute(sa.insert(metadata.tables["viewer_group_members"]).values(member))
        yield c
    engine.dispose()


def sql_and_pure_rule(c: sa.Connection, seed: int) -> tuple[set[str], set[str]]:
    made, nested = RandomCatalogue(seed), c.begin_nested()
    for table in ("category", "series", "content", "content_categories", "series_categories", "grant"):
        for row in made.rows.get(table, []):
            c.execute(sa.insert(metadata.tables[table]).values(row))
    visitor = Visitor("000000000001", RandomCatalogue.VIEWER, Role.AUDIENCE)
    by_sql, by_row = (
        set(c.execute(sa.select(content.c.id).where(playable(visitor, AT, by_row=by_row))).scalars())
        for by_row in (False, True)
    )
    stored = [grant_of(row) for row in c.execute(live_grants(visitor.user or "", visitor.organization, AT))]
    nested.rollback()
    assert by_sql == by_row, seed
    mine = [grant for own, grant in made.grants if own]
    for title in made.rows["content"]:
        keys = made.keys(title)
        assert quality_of(stored, keys, AT) == quality_of(mine, keys, AT), seed
    return by_sql, made.playable()


def test_sql_and_the_pure_rule_agree_on_random_catalogues(empty: sa.Connection) -> None:
    sizes = set()
    for seed in range(60):
        by_sql, by_rule = sql_and_pure_rule(empty, seed)
        assert by_sql == by_rule, seed
        sizes.add(len(by_rule))
    assert len(sizes) > 10, "the catalogues differ"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("entitlements") / "data") as plane:
        yield plane


@pytest.fixture(scope="module")
def film(studio: ControlPlane) -> str:
    """The id of an entitled title that is ready."""
    content = content_in(studio.owner, "entitled")
    ready_media(studio, "entitled", content)
    return content


def play(viewer: Client, id: str) -> tuple[int, str]:
    """The status of the playback configuration, and the code of a refusal."""
    answer = viewer.get(f"/api/v1/playback/{id}")
    return answer.status_code, answer.json().get("code", "")


def test_grant_lets_a_viewer_play_until_it_is_revoked(studio: ControlPlane, film: str) -> None:
    viewer, other = studio.owner.colleague("audience"), studio.owner.colleague("audience")
    assert play(viewer, film) == (403, "not_entitled")
    grant = studio.owner.make("grants", user=viewer.id, scope="title", content=film, reason="Festival pass")
    assert (grant["source"], grant["giver"], grant["effect"]) == ("hand", "ann@example.org", "allow")
    assert play(viewer, film) == (200, "")
    assert play(other, film) == (403, "not_entitled")
    deny = studio.owner.make("grants", user=viewer.id, scope="everything", effect="deny")
    assert play(viewer, film) == (403, "not_entitled")
    for revoked in (deny, grant):
        assert studio.owner.delete(f"grants/{revoked['id']}").status_code == 204
    assert play(viewer, film) == (403, "not_entitled")
    newest = studio.owner.items("audit_entries", action="deleted", resource="grant")[0]
    assert newest["record"] == grant["id"]


def test_list_of_media_has_what_the_grants_of_the_viewer_give(studio: ControlPlane, film: str) -> None:
    viewer, other = studio.owner.colleague("audience"), studio.owner.colleague("audience")
    studio.owner.make("grants", user=viewer.id, scope="title", content=film)
    listed = [[m["title"] for m in v.get("/api/v1/media").json()["items"]] for v in (viewer, other)]
    assert listed == [["entitled"], []]


def test_session_that_has_begun_ends_with_the_grant(studio: ControlPlane, film: str) -> None:
    viewer = studio.owner.colleague("audience")
    grant = studio.owner.make("grants", user=viewer.id, scope="everything")
    manifest = viewer.get(f"/api/v1/playback/{film}").json()["sources"]["hls"]
    anybody = studio.anonymous()
    assert anybody.get(manifest).status_code == 200
    assert studio.owner.delete(f"grants/{grant['id']}").status_code == 204
    answer = until("the permission ends", lambda: (a := anybody.get(manifest)).status_code != 200 and a)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_entitled")


def test_grant_to_a_group_counts_for_its_members(studio: ControlPlane, film: str) -> None:
    viewer = studio.owner.colleague("audience")
    group = studio.owner.make("viewer_groups", name="Film school", members=[viewer.id])
    studio.owner.make("grants", group=group["id"], scope="title", content=film)
    assert play(viewer, film) == (200, "")
    assert studio.owner.patch(f"viewer_groups/{group['id']}", json={"members": []}).status_code == 200
    assert play(viewer, film) == (403, "not_entitled")


def test_grants_cover_titles_that_are_added_later(studio: ControlPlane, film: str) -> None:
    owner, viewer = studio.owner, studio.owner.colleague("audience")
    top = owner.make("categories", name="Cinema")
    below = owner.make("categories", name="Silent films", parent=top["id"])
    series = owner.make("series", title="Reels", categories=[below["id"]])
    grant = owner.make("grants", user=viewer.id, scope="category", category=top["id"])
    assert play(viewer, film) == (403, "not_entitled")
    assert owner.patch(f"content/{film}", json={"series": series["id"]}).status_code == 200
    assert play(viewer, film) == (200, "")
    deny = owner.make("grants", user=viewer.id, scope="series", series=series["id"], effect="deny")
    assert play(viewer, film) == (403, "not_entitled")
    assert owner.patch(f"content/{film}", json={"series": None}).status_code == 200
    assert play(viewer, film) == (403, "not_entitled")
    assert owner.patch(f"content/{film}", json={"categories": [below["id"]]}).status_code == 200
    assert play(viewer, film) == (200, "")
    for made in (grant, deny):
        assert owner.delete(f"grants/{made['id']}").status_code == 204
    assert owner.patch(f"content/{film}", json={"categories": []}).status_code == 200


@pytest.mark.parametrize("window", [{"ends_at": "2020-01-01T00:00:00Z"}, {"starts_at": "2999-01-01T00:00:00Z"}])
def test_grant_counts_only_within_its_window(studio: ControlPlane, film: str, window: dict[str, str]) -> None:
    viewer = studio.owner.colleague("audience")
    studio.owner.make("grants", user=viewer.id, scope="everything", **window)
    assert play(viewer, film) == (403, "not_entitled")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scope": "title"}, "content"), ({"scope": "category"}, "category"),
        ({"scope": "everything", "content": "{film}"}, "content"),
        ({"scope": "series", "content": "{film}"}, "content"),
        ({"scope": "everything", "user": None}, "group"),
        ({"scope": "everything", "user": None, "email": "nobody@example.org"}, "email"),
        ({"scope": "everything", "email": "ann@example.org"}, "email"),
        ({"scope": "title", "content": "{rival}"}, "content"), ({"scope": "everything", "user": "{eve}"}, "user"),
        ({"scope": "everything", "starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}, "ends_at"),
    ],
)  # fmt: skip
def test_grant_that_makes_no_sense_is_refused_by_field(
    studio: ControlPlane, film: str, rival: Person, change: dict[str, Any], field: str
) -> None:
    known = {"{film}": film, "{rival}": rival.items("content")[0]["id"], "{eve}": rival.id}
    body = {"user": studio.owner.id, **{n: known.get(v, v) for n, v in change.items()}}
    answer = studio.owner.post("grants", json=body)
    assert answer.status_code in (409, 422), answer.text
    assert field in [e["field"] for e in answer.json()["errors"]], answer.text


@pytest.fixture(scope="module")
def rival(studio: ControlPlane) -> Person:
    """The owner of another organization, which has one title."""
    owner = studio.organization("Rival Films", "rival@example.org")
    owner.make("content", title="Theirs")
    return owner


def test_grants_belong_to_one_organization(studio: ControlPlane, rival: Person, film: str) -> None:
    grant = studio.owner.make("grants", user=studio.owner.id, scope="everything")
    assert rival.get(f"grants/{grant['id']}").status_code == rival.delete(f"grants/{grant['id']}").status_code == 404
    rival.make("grants", user=rival.id, scope="everything")
    assert play(rival, film)[0] in (401, 404), "a grant of another organization"


def test_keys_give_grants_by_address_and_by_external_id(studio: ControlPlane, film: str) -> None:
    viewer, key = studio.owner.colleague("audience"), studio.owner.key("grant:read", "grant:write")
    body = {"email": viewer.document["user"]["email"], "scope": "title", "content": film, "reason": "Order 77"}
    for ends_at, status in (("2020-01-01T00:00:00.000Z", 201), ("2999-01-01T00:00:00.000Z", 200)):
        answer = key.put("grants/by-external-id/order-77", json={**body, "ends_at": ends_at})
        assert (answer.status_code, answer.json()["ends_at"], answer.json()["source"]) == (status, ends_at, "api")
    assert play(viewer, film) == (200, "")
    assert studio.owner.key("content:write").post("grants", json=body).status_code == 403


@pytest.mark.parametrize("role", ["audience", "reader", "editor"])
def test_only_administrators_give_grants(studio: ControlPlane, role: str) -> None:
    person = studio.owner.colleague(role)
    for plural in ("grants", "viewer_groups", "access_codes"):
        assert person.get(plural).status_code == 403, plural
        assert person.post(plural, json={"user": person.id, "scope": "everything"}).status_code == 403, plural


def test_grant_ends_with_what_it_covers(studio: ControlPlane) -> None:
    viewer, owner = studio.owner.colleague("audience"), studio.owner
    category = owner.make("categories", name="Gone")
    grant = owner.make("grants", user=viewer.id, scope="category", category=category["id"])
    assert owner.delete(f"categories/{category['id']}").status_code == 204
    assert owner.get(f"grants/{grant['id']}").status_code == 404
