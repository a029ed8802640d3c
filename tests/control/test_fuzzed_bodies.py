"""Fuzzed request bodies: the response is a record or a problem that names the mistake, never a server error.

Accepted values read back as they were sent (texts stripped of surrounding white space, times in UTC).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otnet_server.resources import SCHEMA
from otnet_server.schema import models
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import Resource, Verb
from tests.control.records import example, one_of_each
from tests.control.services import Client, ControlPlane
from tests.schema.values import ANYTHING, bodies

EXAMPLES = 8


class Records(NamedTuple):
    clients: dict[Surface, Client]
    known: dict[str, str]


@pytest.fixture(scope="module")
def records(db_studio: ControlPlane) -> Iterator[Records]:
    known = one_of_each(db_studio, db_studio.owner)
    owner = db_studio.owner
    clients = {Surface.DASHBOARD: owner, Surface.PARTNER: owner.key(), Surface.PUBLIC: db_studio.anonymous()}
    yield Records(clients, known)


def cases(verb: Verb) -> Any:
    found = [(r, s) for r in SCHEMA for s, verbs in r.surfaces.items() if verb in verbs]
    return pytest.mark.parametrize(("resource", "surface"), found, ids=[f"{s}-{r.name}" for r, s in found])


def body_strategy(
    resource: Resource, surface: Surface, known: dict[str, str], *, create: bool
) -> st.SearchStrategy[Any]:
    fields = resource.writable(surface, create=create)
    return bodies(dict(fields), example(resource, known) if create else {})


def send(client: Client, method: str, path: str, body: Any) -> Any:
    return client.request(method, path, content=json.dumps(body), headers={"Content-Type": "application/json"})


def succeeded(answer: Any, *fine: int) -> bool:
    """Whether the request succeeded; if not, the response must be a complete problem document."""
    if answer.status_code in fine:
        return True
    assert 400 <= answer.status_code < 500, (answer.request.content, answer.text)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code and problem["code"] and problem["title"], problem
    assert all(e["code"] and e["reason"] for e in problem.get("errors", [])), problem
    return False


def reads_back(resource: Resource, client: Client, sent: Any, record: dict[str, Any], model: Any) -> None:
    fields = resource.writable(client.surface, create=True)
    readable = resource.readable(client.surface)
    again = client.get(f"{resource.plural}/{record['id']}").json()
    for name, value in models.check(model, fields, sent).items():
        if name in readable:
            expected = fields[name].default if value is None and fields[name].default is not None else value
            if name == "slug" and expected is None:
                continue
            assert again[name] == (expected if expected is not None or again[name] is None else again[name]), name
    assert {n: v for n, v in record.items() if n in again} == again or resource.name in ("media", "user")


@cases(Verb.CREATE)
def test_fuzzed_create_bodies_never_cause_a_server_error(
    records: Records, resource: Resource, surface: Surface
) -> None:
    client = records.clients[surface]
    model = models.create_model_of(resource, surface)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(body=body_strategy(resource, surface, records.known, create=True))
    def ask(body: Any) -> None:
        answer = send(client, "POST", resource.plural, body)
        if succeeded(answer, 201) and resource.name != "organization":  # readable only after switching to it
            reads_back(resource, client, body, answer.json(), model)
            assert client.delete(f"{resource.plural}/{answer.json()['id']}").status_code == 204

    ask()


@cases(Verb.UPDATE)
def test_fuzzed_update_bodies_never_cause_a_server_error(
    records: Records, resource: Resource, surface: Surface
) -> None:
    client, path = records.clients[surface], f"{resource.plural}/{records.known[resource.name]}"
    model = models.patch_model_of(resource, surface)
    if resource.name == "membership":
        boss = client.plane.owner.colleague("owner")
        path = next(f"memberships/{m['id']}" for m in client.all("memberships") if m["user"] == boss.id)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(body=body_strategy(resource, surface, records.known, create=False))
    def ask(body: Any) -> None:
        answer = send(client, "PATCH", path, body)
        if succeeded(answer, 200):
            reads_back(resource, client, body, answer.json(), model)

    ask()


ACTIONS = [(r, n, s) for r in SCHEMA for s in Surface for n in r.actions_on(s)]


@pytest.mark.parametrize(("resource", "name", "surface"), ACTIONS, ids=[f"{s}-{r.name}-{n}" for r, n, s in ACTIONS])
def test_fuzzed_action_bodies_never_cause_a_server_error(
    records: Records, resource: Resource, name: str, surface: Surface
) -> None:
    client, path = records.clients[surface], f"{resource.plural}/{records.known[resource.name]}/{name}"
    fields = dict(resource.actions[name].fields)
    asked = bodies(fields) if fields else ANYTHING

    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(body=asked)
    def ask(body: Any) -> None:
        succeeded(send(client, "POST", path, body), 200)

    ask()


@pytest.mark.parametrize("surface", [Surface.DASHBOARD, Surface.PARTNER])
def test_fuzzed_bulk_bodies_never_cause_a_server_error(records: Records, surface: Surface) -> None:
    client = records.clients[surface]
    words = st.fixed_dictionaries({}, optional={
        "action": st.sampled_from(["update", "delete", "publish", "schedule"]) | ANYTHING,
        "ids": st.lists(st.sampled_from(["f" * 12, "x", ""]) | st.text(max_size=5), max_size=3) | ANYTHING,
        "values": st.fixed_dictionaries({}, optional={"title": ANYTHING, "kind": ANYTHING}) | ANYTHING,
    })  # fmt: skip

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(body=words | ANYTHING)
    def ask(body: Any) -> None:
        answer = send(client, "POST", "content/bulk", body)
        if succeeded(answer, 200):
            assert {r["status"] for r in answer.json()["results"]} <= {404, 422}

    ask()


AUTH = ["setup", "login", "logout", "organization", "password", "totp/confirm", "totp/remove", "reset", "reset/confirm"]


@pytest.mark.parametrize("path", [p for p in AUTH if p != "logout"])
def test_fuzzed_auth_bodies_never_cause_a_server_error(records: Records, path: str) -> None:
    client = records.clients[Surface.DASHBOARD]
    names = ["code", "organization", "name", "email", "password", "id", "current", "new", "token"]
    text = st.text(max_size=8) | st.sampled_from(["a@b.de", "x" * 300, "f" * 12])
    wanted = st.fixed_dictionaries({}, optional={n: text | ANYTHING for n in names})
    known = {"login": ["email", "password"], "reset/confirm": ["token", "password"], "reset": ["email"], "organization": ["id"],
             "setup": ["code", "organization", "name", "email", "password"], "password": ["current", "new"]}  # fmt: skip
    exact = st.fixed_dictionaries({n: text for n in known.get(path, ["code" if "confirm" in path else "password"])})

    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(body=wanted | exact | ANYTHING)
    def ask(body: Any) -> None:
        succeeded(send(client, "POST", f"/api/v1/auth/{path}", body), 202)

    ask()
