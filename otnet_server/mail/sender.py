"""Sends the mails of the outbox with the mailer, in every process."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from otnet_server.db.availability import log_failure
from otnet_server.errors import MailRejected
from otnet_server.logs import log
from otnet_server.mail.outbox import Claimed, Outbox
from otnet_server.protocols import Mailer

AT_ONCE = 4
POLL_S = 5.0
TIMEOUT_S = 120.0
MAX_REASON = 500


class MailSender:
    """The background task that sends mails that are due."""

    def __init__(self, outbox: Outbox, mailer: Mailer, poll_s: float = POLL_S) -> None:
        self._outbox, self._mailer, self._poll_s = outbox, mailer, poll_s
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look for mails that are due now."""
        self._wake.set()

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                while claimed := await self._outbox.claim(AT_ONCE):
                    await asyncio.gather(*map(self.send, claimed))
            except Exception as e:
                log_failure("mails could not be read or recorded; trying again", e)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._wake.wait()

    async def send(self, claimed: Claimed) -> None:
        """Send one mail and record the outcome. The log names it by its id, because addresses are personal data."""
        id = claimed.request.id
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._mailer.send(claimed.request)
        except MailRejected as e:
            log.warning("a mail was refused", mail=id, why=str(e))
            await self._outbox.rejected(id, str(e)[:MAX_REASON])
        except Exception as e:
            reason = f"The mail server did not answer within {TIMEOUT_S:g} s." if isinstance(e, TimeoutError) else ""
            reason = " ".join((reason or str(e) or type(e).__name__).split())[:MAX_REASON]
            log.warning("a mail was not sent; it is sent again later", mail=id, why=reason)
            await self._outbox.delayed(claimed, reason)
        else:
            await self._outbox.sent(id)
