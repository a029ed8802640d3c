"""The outbox: mails are stored in the transaction of what they are about, and sent afterwards.

The content is encrypted under the server's key, because it contains links with secrets. Only those may read it who
could create such a link (`reader`, a role). All processes send: one claims a mail by moving `next_at` from the value
that it has read to the end of a lease. If the process dies, the mail is due again then: delivery is at least once, with
the same Message-ID.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import metadata
from otnet_server.identity.secret_box import SecretBox
from otnet_server.mail.templates import Templates
from otnet_server.principal import Principal
from otnet_server.protocols import MailRequest
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role

LEASE = timedelta(minutes=5)
LIFETIME = timedelta(days=3)
KEPT = timedelta(days=30)
DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 300, 600, 840, 1200))

mail, organization = metadata.tables["mail"], metadata.tables["organization"]


@dataclass(frozen=True)
class Claimed:
    """A mail that this process sends now. `attempts` counts this one."""

    request: MailRequest
    attempts: int


class Outbox:
    """`sender` is the address that mails are from, `sender_name` a name instead of the organization's. `sends`: there
    is a mailer."""

    def __init__(
        self, db: Database, secret_box: SecretBox, templates: Templates, sender: str, sender_name: str, *, sends: bool
    ) -> None:
        self._db, self._secret_box, self.templates = db, secret_box, templates
        self.sender, self._sender_name, self.sends = sender, sender_name, sends

    async def put(
        self,
        c: AsyncConnection,
        *,
        kind: str,
        organization_id: str,
        to: str,
        language: str,
        reader: Role,
        named: str = "",
        values: Mapping[str, str],
        about: str = "",
        once: str = "",
    ) -> bool:
        """Store a mail in the caller's transaction. `values` are those of its kind (`templates.SAMPLES`); it is sent
        until `expires`, if that is one of them. `about` is the record that it concerns, `named` another organization
        that the text names. With `once`, nothing happens if there is a mail with this key; returns whether it was
        stored."""
        id = hashlib.blake2b(once.encode(), digest_size=6).hexdigest() if once else new_id()
        if once and (await c.execute(select(mail.c.id).where(mail.c.id == id))).first() is not None:
            return False
        name = (
            await c.execute(select(organization.c.name).where(organization.c.id == (named or organization_id)))
        ).scalar()
        content = self.templates.render(kind, language, str(name or ""), values)
        sealed = json.dumps({"text": content.text, "html": content.html, "link": values.get("link")})
        at = now()
        last = utc(datetime.now(UTC) + LIFETIME)
        expires_at = values.get("expires", last) if kind != "key_expiring" else last
        await c.execute(insert(mail).values(
            id=id, organization=organization_id, to=to, subject=content.subject, kind=kind, state="waiting",
            language=language, attempts=0, next_at=at, expires_at=expires_at, about=about, reader=reader.word,
            sealed=self._secret_box.seal(f"mail {id}", sealed), created_at=at, updated_at=at, version=1,
        ))  # fmt: skip
        return True

    async def withdraw(self, c: AsyncConnection, about: str) -> None:
        """Delete the waiting mails about a record, whose links are no longer valid; those that were sent are not sent
        again."""
        await c.execute(delete(mail).where(mail.c.about == about, mail.c.state == "waiting"))
        await c.execute(update(mail).where(mail.c.about == about).values(expires_at=now()))

    async def is_recent(self, c: AsyncConnection, kind: str, about: str, seconds: float) -> bool:
        """Whether a mail of this kind about a record was stored in the last seconds, so that nobody is flooded."""
        since = utc(datetime.now(UTC) - timedelta(seconds=seconds))
        query = select(mail.c.id).where(mail.c.about == about, mail.c.kind == kind, mail.c.created_at > since)
        return (await c.execute(query.limit(1))).first() is not None

    def content(self, row: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """The link and the text of a mail, as far as the caller may read them."""
        readable = principal.role is not None and principal.role >= Role[row["reader"].upper()]
        opened = self._open(row["id"], row["sealed"]) if readable else dict.fromkeys(("text", "html", "link"))
        return {**opened, "readable": readable}

    def _open(self, id: str, sealed: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._secret_box.open(f"mail {id}", sealed))
        return content

    # --- sending ---

    async def claim(self, limit: int) -> list[Claimed]:
        """Mails that are due, for this process alone until the lease ends."""
        at = datetime.now(UTC)
        due = mail.c.state == "waiting", mail.c.next_at <= utc(at)
        query = (
            select(mail, organization.c.name.label("organization_name"))
            .join(organization, organization.c.id == mail.c.organization)
            .where(*due)
            .order_by(mail.c.next_at)
            .limit(limit)
        )
        async with self._db.read() as c:
            rows = [dict(row) for row in (await c.execute(query)).mappings()]
        if not rows:
            return []
        claimed = []
        async with self._db.write() as c:
            for row in rows:
                mine = mail.c.id == row["id"], mail.c.state == "waiting", mail.c.next_at == row["next_at"]
                values: dict[str, Any] = {"next_at": utc(at + LEASE), "attempts": row["attempts"] + 1}
                if row["expires_at"] <= utc(at):
                    values = {"state": "failed", "next_at": None}
                    values["error"] = row["error"] or "It was not sent before its link expired."
                taken = (await c.execute(update(mail).where(*mine).values(**values, updated_at=utc(at)))).rowcount
                if taken and "state" not in values:
                    claimed.append(Claimed(self._request(row), row["attempts"] + 1))
        return claimed

    def _request(self, row: Mapping[str, Any]) -> MailRequest:
        content = self._open(row["id"], row["sealed"])
        domain = self.sender.rpartition("@")[2]
        return MailRequest(
            row["id"], f"<{row['id']}@{domain}>", row["to"], self.sender, self._sender_name or row["organization_name"],
            row["subject"], content["text"], content["html"], row["language"],
        )  # fmt: skip

    async def sent(self, id: str) -> None:
        await self._finish(id, {"state": "sent", "sent_at": now(), "next_at": None, "error": None})

    async def rejected(self, id: str, reason: str) -> None:
        await self._finish(id, {"state": "failed", "next_at": None, "error": reason})

    async def delayed(self, claimed: Claimed, reason: str) -> None:
        """Try again later, or give up after the last delay."""
        if claimed.attempts > len(DELAYS):
            return await self.rejected(claimed.request.id, reason)
        next_at = utc(datetime.now(UTC) + DELAYS[claimed.attempts - 1])
        await self._finish(claimed.request.id, {"next_at": next_at, "error": reason})

    async def _finish(self, id: str, values: Mapping[str, Any]) -> None:
        waiting = mail.c.id == id, mail.c.state == "waiting"
        async with self._db.write() as c:
            await c.execute(update(mail).where(*waiting).values(**values, updated_at=now()))

    async def delete_old(self) -> None:
        async with self._db.write() as c:
            await c.execute(delete(mail).where(mail.c.created_at < utc(datetime.now(UTC) - KEPT)))
