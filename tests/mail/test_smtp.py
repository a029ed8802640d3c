"""A server with a mail server: invitations and test mails arrive, and refusals are shown."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from tests.control.services import ControlPlane, control_plane
from tests.harness import until


class Inbox:
    """Accepts mails, except those to `unknown@…`."""

    def __init__(self) -> None:
        self.mails: dict[str, EmailMessage] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("unknown"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails[envelope.rcpt_tos[0]] = message_from_bytes(envelope.content, policy=default)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def studio(inbox: Inbox, tmp_path: Path) -> Iterator[ControlPlane]:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    listen = loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(listen, loop).result(10)
    port = server.sockets[0].getsockname()[1]
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "studio@example.org"}
    with control_plane(tmp_path / "data", url="http://studio.example.org", mail=mail) as made:
        yield made
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)


def test_invitation_arrives_and_a_refused_one_says_why(studio: ControlPlane, inbox: Inbox) -> None:
    owner = studio.owner
    link = owner.make("invitations", email="zoe@example.org", role="editor", language="de")["link"]
    owner.make("invitations", email="unknown@example.org", role="editor")
    assert link.startswith("http://studio.example.org/studio/#/invitation?token=")
    assert owner.post("mail/test").json() == {"to": "ann@example.org"}
    mail = until("the invitation arrives", lambda: inbox.mails.get("zoe@example.org"))
    assert mail["from"] == "Harbour Films <studio@example.org>"
    assert mail["subject"] == "Ann Example hat Sie zu Harbour Films eingeladen"
    text, html = mail.iter_parts()
    assert link in text.get_content() and link in html.get_content()
    until("the test mail arrives", lambda: inbox.mails.get("ann@example.org"))
    refused = until("it is refused", lambda: owner.items("mails", to="unknown@example.org", state="failed"))[0]
    assert "550 5.1.1 No such mailbox" in refused["error"]
    until("both are recorded", lambda: len(owner.items("mails", state="sent")) == 2)
    status = owner.get("mail").json()
    assert (status["sends"], status["sender"]) == (True, "studio@example.org")
    assert {i["mail_state"] for i in owner.get("team").json()["invitations"]} == {"sent", "failed"}


def test_link_for_a_new_password_is_mailed_and_not_logged(
    studio: ControlPlane, inbox: Inbox, capfd: pytest.CaptureFixture[str]
) -> None:
    assert studio.owner.id
    studio.anonymous().post("/api/v1/auth/reset", json={"email": "ann@example.org"})
    mail = until("the mail arrives", lambda: inbox.mails.get("ann@example.org"))
    token = mail.get_body(("plain",)).get_content().partition("token=")[2].split()[0]  # type: ignore[union-attr]
    captured = capfd.readouterr()
    assert token and token not in captured.out + captured.err
