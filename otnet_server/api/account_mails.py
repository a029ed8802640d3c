"""The mails about accounts: links for a new password, and links that verify an address.

They are in the outbox of the first organization, whose owner operates the server, and only owners may read their links.
A link that verifies an address works only for the user who is signed in, so that nobody verifies the account that
somebody else has created with their address.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from sqlalchemy import select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError
from otnet_server.identity.accounts import RESET_LIFETIME
from otnet_server.identity.secret_box import SecretBox
from otnet_server.mail.outbox import Outbox
from otnet_server.mail.templates import LANGUAGES
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role

VERIFICATION_LIFETIME = timedelta(days=2)
PAUSE_S = 60.0
PURPOSE = "verify an address"

user, membership = metadata.tables["user"], metadata.tables["membership"]


def preferred_language(accept_language: str) -> str:
    """The first language of an Accept-Language header that mails exist in. Pure."""
    tags = (part.partition(";")[0].strip().lower()[:2] for part in accept_language.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), LANGUAGES[0])


class AccountMails:
    """`wake` tells the sender that a mail is due."""

    def __init__(self, db: Database, outbox: Outbox, secret_box: SecretBox, wake: Callable[[], None]) -> None:
        self._db, self._outbox, self._secret_box, self._wake = db, outbox, secret_box, wake

    @property
    def sends(self) -> bool:
        return self._outbox.sends

    async def password_reset(self, user_id: str, link: str, accept_language: str) -> None:
        expires = utc(datetime.now(UTC) + RESET_LIFETIME)
        await self._put("password_reset", user_id, link, expires, accept_language)

    async def verification(self, user_id: str, base_url: str, accept_language: str) -> None:
        """Send a link that verifies the address of the user, unless it is verified."""
        expires = utc(datetime.now(UTC) + VERIFICATION_LIFETIME)
        async with self._db.read() as c:
            row = (await c.execute(select(user.c.email, user.c.email_verified).where(user.c.id == user_id))).first()
        if row is None or row.email_verified:
            return
        token = self._secret_box.seal(PURPOSE, json.dumps([user_id, row.email, expires]))
        link = f"{base_url}/studio/#/verify?token={quote(token, safe='')}"
        await self._put("verification", user_id, link, expires, accept_language)

    async def _put(self, kind: str, user_id: str, link: str, expires: str, accept_language: str) -> None:
        async with self._db.write() as c:
            row = (await c.execute(select(user).where(user.c.id == user_id))).first()
            if row is None or await self._outbox.is_recent(c, kind, user_id, PAUSE_S):
                return
            joined = select(membership.c.organization).where(membership.c.user == user_id)
            named = (await c.execute(joined.order_by(membership.c.created_at).limit(1))).scalar()
            await self._outbox.put(
                c, kind=kind, organization_id=FIRST, named=named or FIRST, to=row.email, reader=Role.OWNER,
                language=row.language or preferred_language(accept_language), about=user_id,
                values={"name": row.name, "email": row.email, "link": link, "expires": expires},
            )  # fmt: skip
        self._wake()

    async def verify(self, user_id: str, token: str) -> None:
        """Mark the address of the signed-in user as verified. Raises ApiError (403)."""
        try:
            owner, email, expires = json.loads(self._secret_box.open(PURPOSE, token))
        except ValueError:
            owner, email, expires = "", "", ""
        matches = user.c.id == user_id, user.c.email == email
        if owner == user_id and expires > now():
            async with self._db.write() as c:
                if (await c.execute(update(user).where(*matches).values(email_verified=True))).rowcount:
                    return
        raise ApiError(403, "bad_verification", "This link is for another account or address, or has expired.",
                       "Sign in with the account, and request a new link on its page.")  # fmt: skip
