"""Saved views of lists: they belong to a person in an organization."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.control.services import ControlPlane, Person

VIEW = {"resource": "content", "name": "Drafts", "query": "filter=%7B%22status%22%3A%22draft%22%7D"}


def names(person: Person) -> list[str]:
    return [view["name"] for view in person.items("views")]


def test_view_is_saved_replaced_by_name_and_removed(owner: Person) -> None:
    person = owner.colleague("reader")
    made = person.post("views", json=VIEW)
    assert made.status_code == 201 and made.json() == {**VIEW, "id": made.json()["id"]}
    again = person.post("views", json={**VIEW, "query": "sort=title"}).json()
    assert person.items("views") == [again] and again["id"] == made.json()["id"]
    assert person.delete(f"views/{again['id']}").status_code == 204
    assert person.delete(f"views/{again['id']}").status_code == 404
    assert names(person) == []


def test_views_of_others_do_not_exist(studio: ControlPlane, owner: Person) -> None:
    one, other = owner.colleague("editor"), owner.colleague("owner")
    id = one.post("views", json=VIEW).json()["id"]
    assert names(other) == []
    assert other.delete(f"views/{id}").status_code == 404
    other.post("views", json={**VIEW, "name": "Mine"})
    assert (names(one), names(other)) == (["Drafts"], ["Mine"])


def test_views_of_a_person_stay_in_their_organization(studio: ControlPlane, owner: Person) -> None:
    email = f"{secrets.token_hex(5)}@example.org"
    beta = studio.organization("Beta of views", email)
    beta.post("views", json=VIEW)
    token = owner.make("invitations", email=email, role="editor")["link"].partition("token=")[2]
    beta.post("/api/v1/auth/invitation/accept", json={"token": token})
    assert names(Person(studio).sign_in(email).switch(owner.organization)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "nonsense"}, {"name": ""}, {"name": "x" * 81}, {"name": "two\nlines"}, {"query": "x" * 4001},
        {"query": "a\nb"}, {"user": "somebody"}, {"query": None},
    ],
)  # fmt: skip
def test_invalid_views_are_refused(owner: Person, change: dict[str, Any]) -> None:
    assert owner.post("views", json={**VIEW, **change}).status_code == 422


def test_number_of_views_is_limited(owner: Person) -> None:
    person = owner.colleague("editor")
    answers = [person.post("views", json={**VIEW, "name": str(n)}) for n in range(51)]
    assert [a.status_code for a in answers] == [201] * 50 + [409]
    assert person.post("views", json={**VIEW, "name": "7"}).status_code == 201, "replacing one is possible"
    assert person.post("views", json={**VIEW, "resource": "series"}).status_code == 201
