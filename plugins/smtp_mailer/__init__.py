"""Sends mails to an SMTP server, that of the settings `[mail]` (RFC 5321, RFC 8314).

A 5xx reply to the sender, the recipient or the text refuses the mail for good (RFC 5321 §4.2.1). Everything else, such
as 4xx replies, a server without STARTTLS or a wrong password, can be mended: such mails are sent again later.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import Any

import aiosmtplib

from otnet_server import Mailer, MailRejected, MailRequest, ServerContext, hookimpl

name = "smtp_mailer"
api = 2
TIMEOUT_S = 30.0
MAX_REASON = 300


def message_of(request: MailRequest) -> EmailMessage:
    """The mail as a message with a text and an HTML part. `EmailMessage` refuses line breaks in headers."""
    message = EmailMessage(SMTP)
    message["From"] = Address(request.sender_name, addr_spec=request.sender)
    message["To"] = Address(addr_spec=request.to)
    message["Subject"] = request.subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = request.message_id
    message["Content-Language"] = request.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5.1: no automatic replies
    message.set_content(request.text)
    message.add_alternative(request.html, subtype="html")
    return message


class SmtpMailer:
    name = "smtp"

    def __init__(self, host: str, port: int, security: str, user: str, password: str, **options: Any) -> None:
        self._options = {
            "hostname": host,
            "port": port,
            "use_tls": security == "tls",
            "start_tls": security == "starttls",
            "username": user or None,
            "password": password or None,
            "timeout": TIMEOUT_S,
            **options,
        }

    async def send(self, request: MailRequest) -> None:
        try:
            message = message_of(request)
        except ValueError as e:
            raise MailRejected("mail_invalid", f"The mail can't be written: {e}.", "Correct the address.") from e
        try:
            await aiosmtplib.send(message, sender=request.sender, recipients=[request.to], **self._options)
        except aiosmtplib.SMTPRecipientsRefused as e:
            refusal = e.recipients[0]
            raise _error(refusal.code, refusal.message) from e
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as e:
            raise _error(e.code, e.message) from e


def _error(code: int, reason: str) -> Exception:
    words = f"The mail server answered: {code} {' '.join(reason.split())[:MAX_REASON]}"
    return MailRejected("mail_refused", words) if code >= 500 else ConnectionError(words)


@hookimpl
def register_mailers(server: ServerContext) -> list[Mailer]:
    mail = server.settings.mail
    if not mail.host:
        return []
    return [SmtpMailer(mail.host, mail.port, mail.security, mail.user, mail.read_password())]
