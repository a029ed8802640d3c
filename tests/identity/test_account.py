"""A user's own account: name, e-mail address, password reset and deletion."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.control.services import PASSWORD, Client, ControlPlane, Person

AUTH = "/api/v1/auth"


def post(client: Client, path: str, **body: Any) -> httpx.Response:
    return client.post(f"{AUTH}/{path}", json=body)


@pytest.fixture(params=["audience", "editor"])
def person(request: pytest.FixtureRequest, owner: Person) -> Person:
    return owner.colleague(request.param, address=f"198.51.100.{secrets.randbelow(250)}")


def user_of(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"{AUTH}/session").json()["user"]
    return found


def wrong_fields(answer: httpx.Response) -> tuple[int, list[str]]:
    return answer.status_code, [e["field"] for e in answer.json()["errors"]]


def test_changing_the_name_is_audited(person: Person, owner: Person) -> None:
    answer = post(person, "account", name="Mara Vogel")
    assert answer.status_code == 200 and answer.json()["user"]["name"] == "Mara Vogel"
    assert user_of(person)["name"] == "Mara Vogel"
    notes = owner.items("audit_entries", record=person.id, action="updated")
    assert [(n["before"]["name"] == "Mara Vogel", n["after"]["name"]) for n in notes] == [(False, "Mara Vogel")]


def test_changing_the_email_requires_the_password(studio: ControlPlane, person: Person) -> None:
    before = user_of(person)["email"]
    new = f"{secrets.token_hex(4)}@example.org"
    assert wrong_fields(post(person, "account", email=new)) == (422, ["password"])
    assert wrong_fields(post(person, "account", email=new, password="wrong")) == (422, ["password"])
    assert user_of(person)["email"] == before
    with capture_logs() as logs:
        post(Person(studio), "reset", email=before)
    link = next(e["link"] for e in logs if "link" in e)
    assert post(person, "account", email=new.upper(), password=PASSWORD).json()["user"]["email"] == new
    # A reset link sent to the old address is no longer valid.
    late = post(Person(studio), "reset/confirm", token=link.partition("token=")[2], password="another long one")
    assert late.status_code == 403
    Person(studio).sign_in(new)
    assert post(Person(studio), "login", email=before, password=PASSWORD).status_code == 401


def test_email_of_another_account_is_refused(person: Person, owner: Person) -> None:
    other = user_of(owner.colleague("reader"))["email"]
    answer = post(person, "account", email=other, password=PASSWORD)
    assert answer.status_code == 409 and answer.json()["errors"][0]["field"] == "email"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "nobody"}, "email"),
        ({"role": "owner"}, "role"),
    ],
)
def test_invalid_account_fields_are_named(person: Person, body: dict[str, Any], field: str) -> None:
    before = user_of(person)
    assert wrong_fields(post(person, "account", **body)) == (422, [field])
    assert user_of(person) == before


def test_password_reset_link_leads_to_the_studio_or_the_site(studio: ControlPlane, person: Person) -> None:
    with capture_logs() as logs:
        post(Person(studio), "reset", email=user_of(person)["email"])
    link = next(e["link"] for e in logs if "link" in e)
    works_here = person.document["organization"]["role"] != "audience"
    assert ("/studio/#/reset?token=" in link) is works_here
    assert ("/reset#token=" in link) is not works_here


def test_deleting_an_account_removes_its_data(studio: ControlPlane, person: Person, owner: Person) -> None:
    email, id = user_of(person)["email"], person.id
    elsewhere = Person(studio).sign_in(email)
    assert wrong_fields(post(person, "account/remove", password="wrong")) == (422, ["password"])
    assert post(person, "account/remove", password=PASSWORD).status_code == 204
    assert person.get(f"{AUTH}/session").json()["user"] is None
    assert elsewhere.get(f"{AUTH}/session").json()["user"] is None
    assert [studio.rows(t, user=id) for t in ("session", "membership", "progress")] == [[], [], []]
    assert post(Person(studio), "login", email=email, password=PASSWORD).status_code == 401
    assert owner.items("audit_entries", record=id, action="deleted") != []


def test_last_owner_cannot_delete_their_account(studio: ControlPlane, owner: Person) -> None:
    only = studio.organization(f"Studio {secrets.token_hex(4)}", f"{secrets.token_hex(4)}@example.org")
    answer = post(only, "account/remove", password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert user_of(only)["id"] == only.id


def test_cross_site_requests_cannot_change_an_account(person: Person) -> None:
    before = user_of(person)
    for path, body in (("account", {"name": "Eve"}), ("account/remove", {"password": PASSWORD})):
        answer = person.post(
            f"{AUTH}/{path}", json=body, headers={"X-CSRF-Token": "", "Origin": "https://elsewhere.example"}
        )
        assert answer.status_code == 403
    assert user_of(person) == before
