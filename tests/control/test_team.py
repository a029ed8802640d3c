"""The team of an organization: people, roles, sessions and invitations."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.control.services import PASSWORD, ControlPlane, Person


def new_email() -> str:
    return f"{secrets.token_hex(5)}@example.org"


def team(person: Person) -> dict[str, Any]:
    answer = person.get("team")
    assert answer.status_code == 200, answer.text
    return answer.json()


def entry(viewer: Person, of: Person) -> dict[str, Any]:
    [found] = [p for p in team(viewer)["people"] if p["user"] == of.id]
    return found


def test_team_lists_people_with_their_roles_and_sessions_owners_first(owner: Person) -> None:
    editor = owner.colleague("editor")
    Person(owner.plane).sign_in(editor.document["user"]["email"])
    shown = entry(owner, editor)
    assert (shown["role"], shown["sessions"], shown["two_factor"], shown["own"]) == ("editor", 2, False, False)
    assert shown["last_seen_at"] is not None and shown["changeable"] is True
    assert entry(owner, owner)["own"] is True
    assert team(owner)["people"][0]["role"] == "owner"


def test_people_are_searched_for_by_name_and_address(studio: ControlPlane, owner: Person) -> None:
    email = new_email()
    owner.invite(email, "audience", name="Vera Lindqvist")
    for q in ("Vera", "lindq", email, email.partition("@")[0]):
        assert [user["email"] for user in owner.items("users", q=q)] == [email], q
    assert studio.organization("Gamma of teams", new_email()).items("users", q="Lindqvist") == []


def test_viewers_are_counted_and_not_listed(owner: Person) -> None:
    before = team(owner)["viewers"]
    viewer = owner.colleague("audience")
    assert team(owner)["viewers"] == before + 1
    assert viewer.id not in {p["user"] for p in team(owner)["people"]}


def test_pending_invitation_has_its_link_for_those_who_could_create_it(owner: Person) -> None:
    made = owner.make("invitations", email=new_email(), role="owner")
    [shown] = [i for i in team(owner)["invitations"] if i["id"] == made["id"]]
    assert (shown["link"], shown["mail_state"], shown["changeable"]) == (made["link"], "waiting", True)
    [hidden] = [i for i in team(owner.colleague("admin"))["invitations"] if i["id"] == made["id"]]
    assert (hidden["link"], hidden["changeable"]) == (None, False)


def test_administrators_sign_a_member_out_everywhere(owner: Person) -> None:
    editor = owner.colleague("editor")
    id = entry(owner, editor)["id"]
    assert owner.post(f"team/{id}/sign_out").status_code == 204
    assert entry(owner, editor)["sessions"] == 0
    assert editor.get("content").status_code == 401


def test_signing_oneself_out_everywhere_keeps_the_session_of_the_request(owner: Person) -> None:
    admin = owner.colleague("admin")
    other = Person(owner.plane).sign_in(admin.document["user"]["email"])
    assert admin.post(f"team/{entry(admin, admin)['id']}/sign_out").status_code == 204
    assert other.get("content").status_code == 401
    assert admin.get("content").status_code == 200


def test_sessions_in_other_organizations_go_on(studio: ControlPlane, owner: Person) -> None:
    email = new_email()
    beta = studio.organization("Beta of teams", email)
    token = owner.make("invitations", email=email, role="editor")["link"].partition("token=")[2]
    assert beta.post("/api/v1/auth/invitation/accept", json={"token": token}).status_code == 200
    here = Person(studio).sign_in(email).switch(owner.organization)
    there = Person(studio).sign_in(email).switch(beta.organization)
    assert owner.post(f"team/{entry(owner, here)['id']}/sign_out").status_code == 204
    assert (here.get("content").status_code, there.get("content").status_code) == (401, 200)


@pytest.mark.parametrize("role", ["audience", "reader", "analyst", "editor"])
def test_team_is_for_administrators(owner: Person, role: str) -> None:
    person = owner.colleague(role)
    assert person.get("team").status_code == 403
    assert person.post(f"team/{entry(owner, owner)['id']}/sign_out").status_code == 403


def test_owners_are_not_signed_out_by_administrators_or_other_organizations(
    studio: ControlPlane, owner: Person
) -> None:
    id = entry(owner, owner)["id"]
    assert owner.colleague("admin").post(f"team/{id}/sign_out").json()["code"] == "role_too_high"
    beta = studio.organization("Gamma of teams", new_email())
    assert beta.post(f"team/{id}/sign_out").status_code == 404
    without_token = Person(studio).sign_in(owner.document["user"]["email"], PASSWORD)
    del without_token.headers["X-CSRF-Token"]
    assert without_token.post(f"team/{id}/sign_out").status_code == 403


def test_last_owner_can_be_neither_demoted_nor_removed(studio: ControlPlane) -> None:
    owner = studio.organization("Delta of teams", new_email())
    id = entry(owner, owner)["id"]
    assert owner.patch(f"memberships/{id}", json={"role": "admin"}).json()["code"] == "last_owner"
    assert owner.delete(f"memberships/{id}").json()["code"] == "last_owner"
