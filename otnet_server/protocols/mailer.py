"""The protocol of mailers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class MailRequest:
    """A mail to one recipient. `id` is the same for every attempt, and so is `message_id`, the Message-ID header.
    `to` and `sender` are addresses; `sender_name` may be empty. `text` and `html` are alternatives. `language` is an
    IETF language tag. No header contains line breaks."""

    id: str
    message_id: str
    to: str
    sender: str
    sender_name: str
    subject: str
    text: str
    html: str
    language: str


@runtime_checkable
class Mailer(Protocol):
    """Sends mails. The server calls it again after any exception except MailRejected."""

    name: str

    async def send(self, request: MailRequest) -> None:
        """Hand the mail over. Raises MailRejected when it must not be sent again; its message is shown in the
        studio, and so is that of any other exception."""
