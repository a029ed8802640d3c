from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from otnet_server import Mailer, MailRejected, MailRequest
from otnet_server.testing import checks, enabled
from otnet_server.testing import mailer as conformance
from plugins.smtp_mailer import SmtpMailer

REQUEST = MailRequest(
    "0123456789ab", "<0123456789ab@example.org>", "zoe@example.org", "studio@example.org", "Studio “Ö”",
    "You were invited – Grüße", "Hello Zöe\n", "<p>Hello Zöe</p>", "de",
)  # fmt: skip


class Inbox:
    """Accepts mails, unless `recipient` or `data` is another reply."""

    def __init__(self) -> None:
        self.recipient, self.data = "250 OK", "250 OK"
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.data


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def mailer(inbox: Inbox) -> AsyncIterator[Callable[..., SmtpMailer]]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(inbox), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield lambda security="none": SmtpMailer("127.0.0.1", port, security, "", "")
    server.close()


@pytest.mark.parametrize("check", checks(conformance), ids=lambda c: c.__name__)
async def test_conformance(inbox: Inbox, mailer: Callable[..., SmtpMailer], check: Callable[..., Any]) -> None:
    await check(mailer)
    assert all("eve@example.org" not in str(mail["bcc"]) for mail in inbox.mails)


async def test_mail_has_its_headers_and_both_parts(inbox: Inbox, mailer: Callable[..., SmtpMailer]) -> None:
    await mailer().send(REQUEST)
    [mail] = inbox.mails
    assert (mail["from"], mail["to"]) == ("Studio “Ö” <studio@example.org>", "zoe@example.org")
    assert (mail["subject"], mail["message-id"]) == (REQUEST.subject, REQUEST.message_id)
    text, html = mail.iter_parts()
    assert (text.get_content().strip(), html.get_content().strip()) == ("Hello Zöe", "<p>Hello Zöe</p>")


@pytest.mark.parametrize("at", ["recipient", "data"])
async def test_5xx_refuses_the_mail_with_the_words_of_the_server(
    inbox: Inbox, mailer: Callable[..., SmtpMailer], at: str
) -> None:
    setattr(inbox, at, "550 5.1.1 No such mailbox")
    with pytest.raises(MailRejected, match=r"550 .*No such mailbox"):
        await mailer().send(REQUEST)


@pytest.mark.parametrize("at", ["recipient", "data"])
async def test_4xx_can_be_tried_again(inbox: Inbox, mailer: Callable[..., SmtpMailer], at: str) -> None:
    setattr(inbox, at, "451 4.7.1 Greylisted")
    with pytest.raises(ConnectionError, match=r"451 .*Greylisted"):
        await mailer().send(REQUEST)


async def test_nothing_is_sent_without_encryption_to_a_server_without_starttls(
    inbox: Inbox, mailer: Callable[..., SmtpMailer]
) -> None:
    with pytest.raises(Exception, match="STARTTLS") as raised:
        await mailer("starttls").send(REQUEST)
    assert not isinstance(raised.value, MailRejected)
    assert inbox.mails == []


@pytest.mark.parametrize("name", ["to", "subject", "sender_name", "message_id"])
async def test_line_breaks_add_no_headers(inbox: Inbox, mailer: Callable[..., SmtpMailer], name: str) -> None:
    request = replace(REQUEST, **{name: f"{getattr(REQUEST, name)}\r\nBcc: eve@example.org"})
    with pytest.raises(MailRejected):
        await mailer().send(request)
    assert inbox.mails == []


def test_without_a_host_there_is_no_mailer() -> None:
    assert enabled("smtp_mailer", data=Path()).mailer() is None


def test_mailer_implements_the_protocol() -> None:
    assert isinstance(SmtpMailer("smtp.example.org", 587, "starttls", "", ""), Mailer)
