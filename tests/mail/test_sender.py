"""Sending the outbox: refusals, delays, expired links, and several processes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from otnet_server.errors import MailRejected
from otnet_server.mail.outbox import Outbox
from otnet_server.mail.sender import MailSender
from otnet_server.protocols import MailRequest
from tests.control.services import ControlPlane, Person
from tests.mail.test_outbox import new_email


class FakeMailer:
    """Remembers mails, and raises `error` if there is one."""

    name = "fake"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests: list[MailRequest] = []

    async def send(self, request: MailRequest) -> None:
        self.requests.append(request)
        if self.error is not None:
            raise self.error


def outbox_of(studio: ControlPlane) -> Outbox:
    return studio.server.control.outbox


def invite(owner: Person) -> dict[str, Any]:
    made = owner.make("invitations", email=new_email(), role="editor")
    [mail] = owner.items("mails", to=made["email"])
    return mail


def send_due(studio: ControlPlane, mailer: FakeMailer) -> None:
    sender = MailSender(outbox_of(studio), mailer)

    async def send() -> None:
        while claimed := await outbox_of(studio).claim(4):
            await asyncio.gather(*map(sender.send, claimed))

    studio.run(send())


def test_mail_is_sent_once_with_an_id_of_its_own(studio: ControlPlane, owner: Person) -> None:
    mail, mailer = invite(owner), FakeMailer()
    send_due(studio, mailer)
    send_due(studio, mailer)
    [request] = [r for r in mailer.requests if r.to == mail["to"]]
    assert request.message_id == f"<{mail['id']}@localhost>"
    assert (request.sender_name, request.text) == ("Harbour Films", mail["text"])
    after = owner.get(f"mails/{mail['id']}").json()
    assert (after["state"], after["attempts"]) == ("sent", 1) and after["sent_at"] is not None


def test_refused_mail_stops_with_the_words_of_the_server(studio: ControlPlane, owner: Person) -> None:
    mail = invite(owner)
    send_due(studio, FakeMailer(MailRejected("mail_refused", "The mail server answered: 550 No such mailbox")))
    after = owner.get(f"mails/{mail['id']}").json()
    assert (after["state"], after["next_at"]) == ("failed", None)
    assert after["error"] == "The mail server answered: 550 No such mailbox"


def test_delayed_mail_is_tried_again_later_and_given_up_at_last(studio: ControlPlane, owner: Person) -> None:
    mail, mailer = invite(owner), FakeMailer(ConnectionError("451 Greylisted"))
    delays = 8
    for attempt in range(1, delays + 2):
        studio.set("mail", mail["id"], next_at="2026-01-02T03:04:05.000Z")
        send_due(studio, mailer)
        after = owner.get(f"mails/{mail['id']}").json()
        assert (after["attempts"], after["error"]) == (attempt, "451 Greylisted")
        assert after["state"] == ("waiting" if attempt <= delays else "failed")
    send_due(studio, mailer)
    assert len(mailer.requests) == delays + 1
    assert len({r.message_id for r in mailer.requests}) == 1


def test_two_processes_do_not_send_the_same_mail(studio: ControlPlane, owner: Person) -> None:
    mails = {invite(owner)["id"] for _ in range(4)}

    async def claim_twice() -> list[str]:
        both = await asyncio.gather(outbox_of(studio).claim(10), outbox_of(studio).claim(10))
        return [claimed.request.id for part in both for claimed in part]

    claimed = studio.run(claim_twice())
    assert set(claimed) >= mails and len(claimed) == len(set(claimed))


def test_mail_of_a_process_that_died_is_due_again(studio: ControlPlane, owner: Person) -> None:
    mail, mailer = invite(owner), FakeMailer()
    studio.run(outbox_of(studio).claim(10))
    send_due(studio, mailer)
    assert mailer.requests == []
    studio.set("mail", mail["id"], next_at="2026-01-02T03:04:05.000Z")  # the lease has ended
    send_due(studio, mailer)
    assert [r.to for r in mailer.requests] == [mail["to"]]


@pytest.mark.parametrize("used", [False, True])
def test_expired_link_is_not_sent(studio: ControlPlane, owner: Person, used: bool) -> None:
    mail, mailer = invite(owner), FakeMailer()
    if used:
        token = mail["link"].partition("token=")[2]
        body = {"token": token, "name": "Zoe", "password": "a long password of Zoe"}
        assert studio.anonymous().post("/api/v1/auth/invitation/accept", json=body).status_code == 200
    else:
        studio.set("mail", mail["id"], expires_at="2026-01-02T03:04:05.000Z")
    send_due(studio, mailer)
    assert mailer.requests == []
    assert owner.get(f"mails/{mail['id']}").json()["state"] == "failed"


def test_refused_mail_is_sent_again_on_request_while_its_link_is_valid(studio: ControlPlane, owner: Person) -> None:
    mail, mailer = invite(owner), FakeMailer(MailRejected("mail_refused", "550 No such mailbox"))
    send_due(studio, mailer)
    assert owner.post(f"mails/{mail['id']}/send_again").status_code == 200
    mailer.error = None
    send_due(studio, mailer)
    assert owner.get(f"mails/{mail['id']}").json()["state"] == "sent"
    studio.set("mail", mail["id"], expires_at="2026-01-02T03:04:05.000Z")
    assert owner.post(f"mails/{mail['id']}/send_again").json()["code"] == "expired"
