"""Invitations are accepted, not imposed; an address is verified before it has a role above audience."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pyotp
import pytest

from otnet_server.db.engine import Database, url_of
from otnet_server.identity.keys import digest
from otnet_server.identity.services import build_identity
from otnet_server.identity.throttle import FREE_ATTEMPTS
from tests.control.services import PASSWORD, ControlPlane, Person

AUTH = "/api/v1/auth"
OTHER_PASSWORD = "another long password"


def new_email() -> str:
    return f"{secrets.token_hex(5)}@example.org"


def email_of(person: Person) -> str:
    return str(person.document["user"]["email"])


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def invitation(inviter: Person, email: str, role: str = "editor") -> str:
    """The token of a new invitation's link."""
    record = inviter.make("invitations", email=email, role=role)
    assert record["link"].startswith("http://studio.test/studio/#/invitation?token=")
    return str(record["link"].partition("token=")[2])


def accept(person: Person, token: str, **body: Any) -> httpx.Response:
    return person.post(f"{AUTH}/invitation/accept", json={"token": token, **body})


def show(person: Person, token: str) -> httpx.Response:
    return person.post(f"{AUTH}/invitation", json={"token": token})


@pytest.fixture(scope="module")
def beta(studio: ControlPlane) -> Person:
    """The owner of another organization."""
    return studio.organization("Beta", new_email())


@pytest.fixture
def squatter(studio: ControlPlane, owner: Person) -> Person:
    """Somebody who has signed up with an address that is not theirs."""
    assert owner.patch(f"organizations/{owner.organization}", json={"sign_up": "open"}).status_code == 200
    person = Person(studio, address=f"198.51.100.{secrets.randbelow(250)}")
    body = {"name": "The CFO", "email": new_email(), "password": PASSWORD}
    signed_up = person.post(f"{AUTH}/signup", json=body)
    assert signed_up.status_code == 201, signed_up.text
    return person.keep(signed_up.json())


def membership_of(admin: Person, person: Person) -> dict[str, Any]:
    (member,) = [m for m in admin.all("memberships") if m["user"] == person.id]
    return member


# --- accepting ---


def test_new_person_accepts_with_a_password_once(studio: ControlPlane, owner: Person) -> None:
    email = new_email()
    token, person = invitation(owner, email, "analyst"), Person(studio)
    shown = show(person, token).json()
    assert shown.pop("expires_at") > "2026"
    assert shown == {
        "organization": "Harbour Films", "email": email, "role": "analyst", "inviter": "Ann Example", "language": "en",
    }  # fmt: skip
    assert owner.all("users", email=email) == [], "there is no account before"
    missing = accept(person, token, password=PASSWORD)
    assert missing.status_code == 422 and missing.json()["errors"][0]["field"] == "name"
    weak = accept(person, token, password="short", name="Zoe")
    assert weak.status_code == 422 and weak.json()["errors"][0]["field"] == "password"
    accepted = accept(person, token, password=PASSWORD, name="Zoe")
    assert accepted.status_code == 200 and accepted.json()["organization"]["role"] == "analyst"
    assert code_of(accept(Person(studio), token, password=PASSWORD, name="Zoe")) == (403, "bad_invitation")
    assert code_of(show(Person(studio), token)) == (403, "bad_invitation")
    assert Person(studio).sign_in(email).organization == owner.organization


def test_one_of_several_concurrent_acceptances_succeeds(studio: ControlPlane, owner: Person) -> None:
    token = invitation(owner, new_email())
    with ThreadPoolExecutor(4) as pool:
        statuses = list(
            pool.map(lambda _: accept(Person(studio), token, password=PASSWORD, name="A").status_code, "1234")
        )
    assert sorted(statuses) == [200, 403, 403, 403]


@pytest.mark.parametrize("body", [{"token": "x"}, {"token": ""}, {"token": 5}, {}, {"token": "é" * 300}])
def test_invalid_tokens_are_refused(studio: ControlPlane, body: dict[str, Any]) -> None:
    for path in ("invitation", "invitation/accept"):
        refused = Person(studio).post(
            f"{AUTH}/{path}", json={**body, **({"password": PASSWORD} if "/" in path else {})}
        )
        assert refused.status_code in (403, 422), refused.text


def test_withdrawn_expired_and_replaced_links_are_not_valid(studio: ControlPlane, owner: Person) -> None:
    email = new_email()
    first = invitation(owner, email)
    second = invitation(owner, email, "reader")
    assert code_of(show(Person(studio), first)) == (403, "bad_invitation")
    (record,) = owner.items("invitations", email=email)
    studio.set("invitation", record["id"], expires_at="2020-01-01T00:00:00.000Z")
    assert code_of(show(Person(studio), second)) == (403, "bad_invitation")
    third = invitation(owner, email)
    (record,) = owner.items("invitations", email=email)
    assert owner.delete(f"invitations/{record['id']}").status_code == 204
    assert code_of(show(Person(studio), third)) == (403, "bad_invitation")


def test_invitation_ends_when_its_author_may_no_longer_grant_the_role(studio: ControlPlane, owner: Person) -> None:
    admin = owner.colleague("admin")
    token = invitation(admin, new_email(), "admin")
    member = membership_of(owner, admin)
    assert owner.patch(f"memberships/{member['id']}", json={"role": "editor"}).status_code == 200
    assert code_of(accept(Person(studio), token, password=PASSWORD, name="A")) == (403, "bad_invitation")
    assert owner.delete(f"memberships/{member['id']}").status_code == 204
    assert code_of(accept(Person(studio), token, password=PASSWORD, name="A")) == (403, "bad_invitation")


def test_roles_above_ones_own_are_not_offered_replaced_or_withdrawn(studio: ControlPlane, owner: Person) -> None:
    admin, email = owner.colleague("admin"), new_email()
    assert code_of(admin.post("invitations", json={"email": email, "role": "owner"})) == (403, "role_too_high")
    token = invitation(owner, email, "owner")
    assert code_of(admin.post("invitations", json={"email": email, "role": "reader"})) == (403, "role_too_high")
    (record,) = admin.items("invitations", email=email)
    assert code_of(admin.delete(f"invitations/{record['id']}")) == (403, "role_too_high")
    assert show(Person(studio), token).status_code == 200
    assert owner.colleague("editor").get("invitations").status_code == 403


def test_link_is_returned_once_and_only_its_hash_is_stored(studio: ControlPlane, owner: Person) -> None:
    body, key = {"email": new_email(), "role": "reader"}, {"Idempotency-Key": secrets.token_hex(8)}
    link = owner.post("invitations", json=body, headers=key).json()["link"]
    token = link.partition("token=")[2]
    again = owner.post("invitations", json=body, headers=key)
    assert again.status_code == 201 and "link" not in again.json()
    stored = str([studio.rows(t) for t in ("invitation", "idempotency", "audit_entry", "change")])
    assert token not in stored and token not in owner.get("invitations").text
    (record,) = owner.items("invitations", email=body["email"])
    assert not {"token_hash", "invited_by"} & set(record)


# --- people of other organizations ---


def test_invitation_reveals_nothing_about_accounts_and_changes_nothing(
    studio: ControlPlane, owner: Person, beta: Person
) -> None:
    editor = owner.colleague("editor")
    email = email_of(editor)
    known, unknown = (beta.post("invitations", json={"email": e, "role": "editor"}) for e in (email, new_email()))
    assert known.status_code == unknown.status_code == 201 and set(known.json()) == set(unknown.json())
    token = known.json()["link"].partition("token=")[2]
    assert set(show(Person(studio), token).json()) == {
        "organization", "email", "role", "inviter", "language", "expires_at",
    }  # fmt: skip
    assert beta.all("users", email=email) == [] and editor.id not in beta.get("memberships").text
    assert "Editor" not in beta.get("invitations").text, "not even the name"
    assert Person(studio).sign_in(email).organization == owner.organization
    assert len(Person(studio).sign_in(email).document["organizations"]) == 1
    # The link alone does not open the account, even for the one who created it.
    assert code_of(accept(Person(studio), token, password=OTHER_PASSWORD, name="A")) == (409, "sign_in_needed")
    assert Person(studio).sign_in(email).id == editor.id
    assert code_of(accept(beta, token)) == (403, "wrong_account")
    accepted = accept(editor, token)
    assert accepted.status_code == 200 and len(accepted.json()["organizations"]) == 2
    assert accepted.json()["organization"]["id"] == owner.organization, "the session stays where it is"
    assert len(beta.all("users", email=email)) == 1


def test_accepting_with_a_session_requires_its_csrf_token(owner: Person, beta: Person) -> None:
    editor = owner.colleague("editor")
    token = invitation(beta, email_of(editor))
    del editor.headers["X-CSRF-Token"]
    assert code_of(accept(editor, token)) == (403, "bad_csrf")


def test_sessions_begin_where_the_user_worked_last(studio: ControlPlane, owner: Person) -> None:
    editor = owner.colleague("editor")
    first = studio.organization(f"AAA {secrets.token_hex(3)}", new_email())
    assert accept(editor, invitation(first, email_of(editor))).status_code == 200
    assert Person(studio).sign_in(email_of(editor)).organization == owner.organization, "the one joined first"
    editor.switch(first.organization)
    assert Person(studio).sign_in(email_of(editor)).organization == first.organization
    (member,) = [m for m in first.all("memberships") if m["user"] == editor.id]
    assert first.delete(f"memberships/{member['id']}").status_code == 204
    assert Person(studio).sign_in(email_of(editor)).organization == owner.organization


# --- addresses that somebody else has signed up with ---


def test_unverified_address_gets_no_role_above_audience(owner: Person, squatter: Person) -> None:
    member = membership_of(owner, squatter)
    assert member["role"] == "audience" and member["email_verified"] is False
    for role in ("reader", "admin", "owner"):
        refused = owner.patch(f"memberships/{member['id']}", json={"role": role})
        assert code_of(refused) == (409, "email_not_verified") and "Invite" in refused.json()["remedy"]
    assert squatter.get("users").status_code == 403


def test_invited_person_replaces_the_one_who_has_taken_their_address(
    studio: ControlPlane, owner: Person, squatter: Person
) -> None:
    email = email_of(squatter)
    secret = squatter.post(f"{AUTH}/totp").json()["secret"]
    assert squatter.post(f"{AUTH}/totp/confirm", json={"code": pyotp.TOTP(secret).now()}).status_code == 204
    token = invitation(owner, email, "admin")
    accepted = accept(Person(studio), token, password=OTHER_PASSWORD)
    assert accepted.status_code == 200 and accepted.json()["organization"]["role"] == "admin"
    assert squatter.get("content").status_code == 401, "their sessions have ended"
    body = {"email": email, "password": PASSWORD}
    assert Person(studio).post(f"{AUTH}/login", json=body).status_code == 401, "their password is not valid"
    assert Person(studio).sign_in(email, OTHER_PASSWORD).document["user"]["two_factor"] is False
    member = membership_of(owner, squatter)
    assert (
        member["email_verified"] is True
        and owner.patch(f"memberships/{member['id']}", json={"role": "owner"}).is_success
    )


def test_owner_of_the_account_keeps_it_by_signing_in(studio: ControlPlane, owner: Person, squatter: Person) -> None:
    """The person with the link and the password is the one who was invited."""
    assert accept(squatter, invitation(owner, email_of(squatter), "editor")).json()["organization"]["role"] == "editor"
    assert squatter.get("content").status_code == 200


def test_organization_can_not_take_an_account_of_another_by_its_own_link(
    studio: ControlPlane, beta: Person, squatter: Person
) -> None:
    token = invitation(beta, email_of(squatter), "editor")
    refused = accept(Person(studio), token, password=OTHER_PASSWORD, name="A")
    assert code_of(refused) == (409, "sign_in_needed")
    assert Person(studio).sign_in(email_of(squatter)).id == squatter.id


def test_verification_by_one_organization_counts_for_it_alone(
    studio: ControlPlane, owner: Person, beta: Person
) -> None:
    """Beta's owner opens the link for an address that they do not own; the first organization does not believe it."""
    email = new_email()
    impostor = beta.invite(email, "admin")
    (user,) = [u for u in beta.all("users") if u["id"] == impostor.id]
    assert user["email_verified"] is False
    token = invitation(owner, email, "admin")
    assert code_of(accept(Person(studio), token, password=OTHER_PASSWORD)) == (409, "sign_in_needed")


def reset(studio: ControlPlane, user: str, password: str) -> httpx.Response:
    """Set a password with a link that the operator of the server hands over."""
    token = secrets.token_hex(16)
    studio.put("password_reset", token_hash=digest(token), user=user, expires_at="2999-01-01T00:00:00.000Z")
    return Person(studio).post(f"{AUTH}/reset/confirm", json={"token": token, "password": password})


def test_reset_link_of_the_operator_verifies_the_address(studio: ControlPlane, owner: Person, squatter: Person) -> None:
    secret = squatter.post(f"{AUTH}/totp").json()["secret"]
    assert squatter.post(f"{AUTH}/totp/confirm", json={"code": pyotp.TOTP(secret).now()}).status_code == 204
    assert reset(studio, squatter.id, OTHER_PASSWORD).status_code == 204
    assert squatter.get("sessions").status_code == 401
    person = Person(studio).sign_in(email_of(squatter), OTHER_PASSWORD)
    assert person.document["user"]["two_factor"] is False, "the second factor of somebody else is gone"
    assert owner.patch(f"memberships/{membership_of(owner, squatter)['id']}", json={"role": "reader"}).is_success


def test_reset_link_keeps_the_second_factor_of_a_verified_account(studio: ControlPlane, owner: Person) -> None:
    person = owner.colleague("editor")
    secret = person.post(f"{AUTH}/totp").json()["secret"]
    assert person.post(f"{AUTH}/totp/confirm", json={"code": pyotp.TOTP(secret).now()}).status_code == 204
    assert reset(studio, person.id, OTHER_PASSWORD).status_code == 204
    body = {"email": email_of(person), "password": OTHER_PASSWORD}
    assert code_of(Person(studio).post(f"{AUTH}/login", json=body)) == (401, "two_factor_needed")


def test_sign_in_provider_that_verifies_an_address_replaces_the_password(
    studio: ControlPlane, owner: Person, squatter: Person
) -> None:
    db = Database(url_of("", studio.settings.data))
    accounts = build_identity(db, bytes(32)).accounts
    email = email_of(squatter)

    async def sign_in() -> list[str | None]:
        users = [await accounts.known_as("oidc", "4711", email, verified) for verified in (False, True, False)]
        users.append(await accounts.known_as("oidc", "4712", "nobody@example.org", True))
        await db.close()
        return users

    assert asyncio.run(sign_in()) == [None, squatter.id, squatter.id, None]
    assert studio.rows("session", user=squatter.id) == []
    (row,) = studio.rows("user", id=squatter.id)
    assert row["password_hash"] is None and row["email_verified"]
    assert Person(studio).post(f"{AUTH}/login", json={"email": email, "password": PASSWORD}).status_code == 401


def test_changed_address_is_not_verified(studio: ControlPlane, owner: Person) -> None:
    person = owner.colleague("editor")
    body = {"email": new_email(), "password": PASSWORD}
    assert person.post(f"{AUTH}/account", json=body).status_code == 200
    member = membership_of(owner, person)
    assert member["role"] == "editor" and member["email_verified"] is False
    refused = owner.patch(f"memberships/{member['id']}", json={"role": "admin"})
    assert code_of(refused) == (409, "email_not_verified")
    assert owner.patch(f"memberships/{member['id']}", json={"role": "reader"}).status_code == 200


def test_members_are_not_invited_again_to_the_role_that_they_have(owner: Person) -> None:
    person = owner.colleague("analyst")
    for role in ("reader", "analyst"):
        refused = owner.post("invitations", json={"email": email_of(person), "role": role})
        assert refused.status_code == 409 and refused.json()["errors"][0]["field"] == "email"
    assert owner.post("invitations", json={"email": email_of(person), "role": "editor"}).status_code == 201


def test_searching_for_addresses_by_signing_up_is_throttled(
    studio: ControlPlane, owner: Person, squatter: Person
) -> None:
    stranger = Person(studio, address="198.51.100.251")
    body = {"name": "A", "email": email_of(squatter), "password": PASSWORD}
    codes = [stranger.post(f"{AUTH}/signup", json=body).status_code for _ in range(FREE_ATTEMPTS + 1)]
    assert codes == [409] * FREE_ATTEMPTS + [429]
    assert stranger.post(f"{AUTH}/signup", json={**body, "email": new_email()}).status_code == 429


def test_searching_for_addresses_by_changing_ones_own_is_throttled(studio: ControlPlane, owner: Person) -> None:
    person, taken = owner.colleague("reader"), email_of(owner)
    body = {"email": taken, "password": PASSWORD}
    codes = [person.post(f"{AUTH}/account", json=body).status_code for _ in range(FREE_ATTEMPTS + 1)]
    assert codes == [409] * FREE_ATTEMPTS + [429]
    other = owner.colleague("reader")
    free = [
        other.post(f"{AUTH}/account", json={"email": new_email(), "password": PASSWORD}).status_code
        for _ in range(FREE_ATTEMPTS + 2)
    ]
    assert set(free) == {200}, "changes that succeed do not count"
