"""The conformance suite for Mailer. `make` returns a mailer whose mails go nowhere that matters.

Whatever a mail contains, `send` hands it over, raises MailRejected if it must not be sent again, or any other exception
if it may be sent later. It neither adds headers that a text contains nor changes the request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from otnet_server import Mailer, MailRejected, MailRequest

MakeMailer = Callable[[], Mailer]
MAIL = MailRequest(
    id="0123456789ab",
    message_id="<0123456789ab@example.org>",
    to="zoe@example.org",
    sender="studio@example.org",
    sender_name="Harbour Films",
    subject="You were invited",
    text="Hello Zoe\n",
    html="<p>Hello Zoe</p>",
    language="en",
)
LIMIT_S = 60


async def check_it_is_a_mailer(make: MakeMailer) -> None:
    mailer = make()
    assert isinstance(mailer, Mailer)
    assert isinstance(mailer.name, str) and mailer.name


async def check_a_mail_is_handed_over(make: MakeMailer) -> None:
    async with asyncio.timeout(LIMIT_S):
        await make().send(MAIL)


async def check_texts_of_every_kind(make: MakeMailer) -> None:
    """Subjects, names and texts are in any script, long, or empty, and look like other parts of a mail."""
    for mail in (
        replace(
            MAIL, subject="Grüße – 映画 “Ö”", sender_name="Studio “Ö” <x>, y", text="Grüße\r\n.\r\n", language="de"
        ),
        replace(MAIL, subject="", sender_name="", text="", html=""),
        replace(MAIL, subject="x" * 500, text="x" * 100_000, html="<p>" + "y" * 100_000 + "</p>"),
        replace(MAIL, text="From studio\n.\n..\nBcc: eve@example.org\n\nQUIT\n"),
    ):
        async with asyncio.timeout(LIMIT_S):
            await make().send(mail)


async def check_a_mail_can_be_sent_twice(make: MakeMailer) -> None:
    """The server repeats a mail whose first attempt may have arrived."""
    mailer = make()
    for _ in range(2):
        await mailer.send(MAIL)


async def check_mails_are_sent_at_the_same_time(make: MakeMailer) -> None:
    mailer = make()
    await asyncio.gather(
        *(mailer.send(replace(MAIL, id=f"{n:012}", message_id=f"<{n}@example.org>")) for n in range(5))
    )


async def check_line_breaks_add_no_headers(make: MakeMailer) -> None:
    """The server sends no line breaks in headers. A mailer that gets some refuses them for good, or leaves them out."""
    for mail in (
        replace(MAIL, subject="Hello\r\nBcc: eve@example.org"),
        replace(MAIL, sender_name="Studio\nBcc: eve@example.org"),
        replace(MAIL, to="zoe@example.org\r\nRCPT TO:<eve@example.org>"),
    ):
        try:
            await make().send(mail)
        except MailRejected as e:
            assert e.code and e.message
