"""The outbox: which mails there are, who may read their links, and that links lead to this server."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from otnet_server.db.tables import metadata
from otnet_server.events import event_of
from otnet_server.mail.notifications import Notifications
from tests.control.services import PASSWORD, ControlPlane, Person


def new_email() -> str:
    return f"{secrets.token_hex(5)}@example.org"


def mail_to(person: Person, address: str, **more: Any) -> dict[str, Any]:
    [mail] = person.items("mails", to=address, **more)
    return mail


def test_invitation_waits_in_the_outbox_with_its_link(owner: Person) -> None:
    made = owner.make("invitations", email=new_email(), role="editor", language="de")
    mail = mail_to(owner, made["email"])
    assert (mail["kind"], mail["state"], mail["language"], mail["link"]) == (
        "invitation",
        "waiting",
        "de",
        made["link"],
    )
    assert mail["subject"] == "Ann Example hat Sie zu Harbour Films eingeladen"
    assert made["link"] in mail["text"] and made["link"] in mail["html"]


def test_links_are_absolute_and_ignore_a_forged_host(owner: Person) -> None:
    body = {"email": new_email(), "role": "editor"}
    made = owner.post("invitations", json=body, headers={"Host": "evil.example.com"}).json()
    assert made["link"].startswith("http://studio.test/studio/#/invitation?token=")
    assert mail_to(owner, made["email"])["link"] == made["link"]


@pytest.mark.parametrize(("invited", "readable"), [("editor", True), ("admin", True), ("owner", False)])
def test_only_who_could_invite_with_a_role_may_read_its_link(owner: Person, invited: str, readable: bool) -> None:
    made = owner.make("invitations", email=new_email(), role=invited)
    admin = owner.colleague("admin")
    mail = mail_to(admin, made["email"])
    assert mail["readable"] is readable
    assert (mail["link"], mail["text"] is not None, mail["html"] is not None) == (
        made["link"] if readable else None, readable, readable,
    )  # fmt: skip
    token = made["link"].partition("token=")[2]
    shown = admin.get(f"mails/{mail['id']}").text + admin.get("audit_entries", params={"limit": 100}).text
    assert (token in shown) is readable


def test_editors_see_no_mails(owner: Person) -> None:
    editor = owner.colleague("editor")
    assert editor.get("mails").status_code == 403
    assert editor.get("mail").status_code == 403
    assert editor.get("mail/preview").status_code == 403


def test_other_organizations_see_no_mails(studio: ControlPlane, owner: Person) -> None:
    made = owner.make("invitations", email=new_email(), role="editor")
    beta = studio.organization("Beta of mails", new_email())
    assert beta.items("mails", to=made["email"]) == []
    assert beta.get(f"mails/{mail_to(owner, made['email'])['id']}").status_code == 404


def test_withdrawn_and_replaced_invitations_are_not_sent(owner: Person) -> None:
    first = owner.make("invitations", email=new_email(), role="editor")
    second = owner.make("invitations", email=first["email"], role="editor")
    assert mail_to(owner, first["email"])["link"] == second["link"]
    assert owner.delete(f"invitations/{second['id']}").status_code == 204
    assert owner.items("mails", to=first["email"]) == []


def test_link_for_a_new_password_is_for_owners_of_the_first_organization(studio: ControlPlane, owner: Person) -> None:
    zoe = owner.colleague("editor")
    email = zoe.document["user"]["email"]
    headers = {"Accept-Language": "de-DE,de;q=0.9"}
    for _ in range(2):  # the second request within a minute sends no other mail
        answer = studio.anonymous().post("/api/v1/auth/reset", json={"email": email}, headers=headers)
        assert answer.status_code == 202
    mail = mail_to(owner, email, kind="password_reset")
    assert mail["subject"] == "Set a new password", "the language of the account, which the invitation has set"
    assert mail_to(owner.colleague("admin"), email, kind="password_reset")["link"] is None
    token = mail["link"].partition("token=")[2]
    body = {"token": token, "password": "another long password"}
    assert studio.anonymous().post("/api/v1/auth/reset/confirm", json=body).status_code == 204


def test_reset_of_an_unknown_address_creates_no_mail(studio: ControlPlane, owner: Person) -> None:
    email = new_email()
    assert studio.anonymous().post("/api/v1/auth/reset", json={"email": email}).status_code == 202
    assert owner.items("mails", to=email) == []


def test_link_verifies_the_address_of_its_own_user_only(studio: ControlPlane, owner: Person) -> None:
    beta = studio.organization("Gamma of mails", new_email())  # of another organization: not verified for the server
    email = beta.document["user"]["email"]
    assert beta.document["user"]["email_verified"] is False
    assert beta.post("/api/v1/auth/verification").status_code == 202
    token = mail_to(owner, email, kind="verification")["link"].partition("token=")[2]
    body = {"token": unquote(token)}
    assert owner.post("/api/v1/auth/verification/confirm", json=body).json()["code"] == "bad_verification"
    assert studio.anonymous().post("/api/v1/auth/verification/confirm", json=body).status_code == 401
    changed = beta.post("/api/v1/auth/verification/confirm", json={"token": body["token"][:-4] + "AAAA"})
    assert changed.json()["code"] == "bad_verification"
    assert beta.post("/api/v1/auth/verification/confirm", json=body).json()["user"]["email_verified"] is True


def test_link_for_an_earlier_address_verifies_nothing(studio: ControlPlane, owner: Person) -> None:
    beta = studio.organization("Delta of mails", new_email())
    beta.post("/api/v1/auth/verification")
    link = mail_to(owner, beta.document["user"]["email"], kind="verification")["link"]
    body = {"email": new_email(), "password": PASSWORD}
    assert beta.post("/api/v1/auth/account", json=body).status_code == 200
    token = unquote(link.partition("token=")[2])
    assert beta.post("/api/v1/auth/verification/confirm", json={"token": token}).status_code == 403


def test_tokens_are_encrypted_in_the_database(studio: ControlPlane, owner: Person) -> None:
    made = owner.make("invitations", email=new_email(), role="editor")
    with studio.engine.connect() as c:
        rows = [str(row) for row in c.execute(sa.select(metadata.tables["mail"]))]
    assert not any(made["link"].partition("token=")[2] in row for row in rows)


def test_failed_encode_is_mailed_once_to_those_who_want_it(studio: ControlPlane, owner: Person) -> None:
    wants, other = owner.colleague("editor"), owner.colleague("editor")
    changed = wants.post("/api/v1/auth/account", json={"failure_mails": True, "language": "de"}).json()
    assert (changed["user"]["failure_mails"], changed["user"]["language"]) == (True, "de")
    error = {"code": "x", "stage": "probe", "message": "The file ends too early."}
    data = {"organization": owner.organization, "media": "abc", "title": "Night Train", "error": error}
    event = event_of(4711, "2026-01-02T03:04:05.000Z", "media.failed", data)
    outbox = studio.server.control.outbox
    for _ in range(2):  # the event is handled at least once
        studio.run(Notifications(studio.server.core.db, outbox, "https://tv.example.org").on_event(event))
    mail = mail_to(owner, wants.document["user"]["email"], kind="encode_failed")
    assert mail["subject"] == "„Night Train“ konnte nicht kodiert werden"
    assert mail["link"] == "https://tv.example.org/studio/#/media/abc/show"
    assert owner.items("mails", to=other.document["user"]["email"], kind="encode_failed") == []


def test_expiring_key_is_announced_once_to_administrators(studio: ControlPlane, owner: Person) -> None:
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat().replace("+00:00", "Z")
    owner.make("api_keys", name="Expires soon", scopes=["content:read"], expires_at=soon)
    notifications = Notifications(studio.server.core.db, studio.server.control.outbox, "")
    for _ in range(2):
        studio.run(notifications.announce_expiring_keys())
    mails = owner.items("mails", to="ann@example.org", kind="key_expiring")
    assert len(mails) == 1 and "Expires soon" in mails[0]["subject"] and mails[0]["link"] is None


def test_without_a_mailer_nothing_is_sent(owner: Person) -> None:
    status = owner.get("mail").json()
    assert (status["sends"], status["sender"]) == (False, None)
    assert owner.post("mail/test").json()["code"] == "no_mailer"
    mail = owner.items("mails")[0]
    assert owner.post(f"mails/{mail['id']}/send_again").json()["state"] == "waiting"


def test_templates_are_previewed_with_samples(owner: Person) -> None:
    shown = owner.get("mail/preview", params={"kind": "password_reset", "language": "de"}).json()
    assert shown["subject"] == "Neues Passwort festlegen" and "Harbour Films" in shown["html"]
    assert owner.get("mail/preview", params={"kind": "../x"}).status_code == 400
