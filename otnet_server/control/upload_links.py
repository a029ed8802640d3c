"""Upload links: URLs with which a browser uploads one file into a library, without any other credential.

Only the hash of the token in the URL is stored. What the file belongs to is fixed when the link is created. A link has
one upload at a time (`upload`, its id), which is claimed with a compare-and-set, so that of several requests at once
only the last claim can deliver its file; `Arrivals.announce` records the delivery in one transaction (`done_at`), after
which the link is used. A deleted link delivers nothing, not even what is being sent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.identity.keys import digest
from otnet_server.ingest.targets import Target
from otnet_server.ingest.upload_files import new_id
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.resources.uploads import DEFAULT_VALID_MINUTES
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource, Verb

PATH = "/api/v1/direct_uploads"
OWNER_PREFIX = "upload_link:"
KEPT = timedelta(days=30)

upload_link, media = metadata.tables["upload_link"], metadata.tables["media"]


class UploadLink(Behaviour):
    """`max_mb`: the largest file that the server accepts. `url`: the server's URL, or empty."""

    def __init__(self, resource: Resource, records: Records, max_mb: int, url: str) -> None:
        super().__init__(resource, records)
        self._max_mb, self._url = max_mb, url.rstrip("/")

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        _check_may_attach(principal, values)
        if values.get("role", "main") != "main" and values.get("content") is None:
            error = FieldError("role", "not_possible", "needs “content”", "Send the id of the content, too.")
            raise Conflict("The upload link was not created.", [error])
        values["max_mb"] = min(values.get("max_mb") or self._max_mb, self._max_mb)
        lifetime = timedelta(minutes=values.get("valid_minutes") or DEFAULT_VALID_MINUTES)
        expires_at = utc(datetime.now(UTC) + lifetime)
        await _check_external_id(c, principal, values.get("external_id"))
        token = secrets.token_urlsafe(32)
        columns = {"token_hash": digest(token), "expires_at": expires_at}
        return Prepared(values, columns, {"url": f"{self._url}{PATH}/{token}"})

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        at = now()
        for row in rows:
            row["state"] = state_of(row, at)


def state_of(row: Row, at: str) -> str:
    if row["done_at"] is not None:
        return "done"
    if row["expires_at"] <= at:
        return "expired"
    return "uploading" if row["upload"] is not None else "waiting"


def _check_may_attach(principal: Principal, values: dict[str, Any]) -> None:
    """Raises ApiError (403) for a link to content by a key that may not change which media content has."""
    attaches = values.get("content") is not None
    if attaches and not any(may(principal, SCHEMA[name], Verb.UPDATE) for name in ("content", "media")):
        raise ApiError(403, "scope_missing", "This key may not upload for content: it lacks the scope content:write.",
                       "Give it the scope content:write or media:write, or leave out “content”.")  # fmt: skip


async def _check_external_id(c: AsyncConnection, principal: Principal, external_id: str | None) -> None:
    if external_id is None:
        return
    taken = media.c.organization == principal.organization, media.c.external_id == external_id
    row = (await c.execute(select(media).where(*taken))).mappings().first()
    if row is not None:
        error = FieldError("external_id", "taken", "is that of other media", "Use another one.")
        raise Conflict("The upload link was not created.", [error], existing=SCHEMA["media"].named(dict(row)))


@dataclass(frozen=True)
class Link:
    """A stored link. `upload` is the id of its upload, if any."""

    id: str
    organization: str
    library: str
    target: Target
    filename: str
    origins: list[str]
    max_bytes: int
    state: str
    upload: str | None

    @property
    def owner(self) -> str:
        """The owner of the upload."""
        return f"{OWNER_PREFIX}{self.id}@{self.organization}"


class UploadLinks:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, token: str) -> Link:
        """The link with this token, whatever its state. Raises ApiError (404)."""
        async with self._db.read() as c:
            query = select(upload_link).where(upload_link.c.token_hash == digest(token))
            row = (await c.execute(query)).mappings().first()
        if row is None:
            raise ApiError(404, "unknown_link", "This upload link does not exist.", "Create another one.")
        return Link(
            row["id"], row["organization"], row["library"], Target(row["content"] or "", row["role"]),
            row["filename"] or "", row["origins"] or [], row["max_mb"] << 20, state_of(dict(row), now()),
            row["upload"],
        )  # fmt: skip

    async def claim(self, link: Link) -> str:
        """A new id for the upload of the link, in the place of its former one. Raises ApiError (409)."""
        id = new_id()
        former = upload_link.c.upload.is_(None) if link.upload is None else upload_link.c.upload == link.upload
        own = upload_link.c.id == link.id, upload_link.c.done_at.is_(None), former
        async with self._db.write() as c:
            claimed = await c.execute(update(upload_link).where(*own).values(upload=id))
        if claimed.rowcount != 1:
            raise in_use()
        return id

    async def delete_expired(self) -> None:
        async with self._db.write() as c:
            old = upload_link.c.expires_at < utc(datetime.now(UTC) - KEPT)
            await c.execute(delete(upload_link).where(old))


async def record_delivery(c: AsyncConnection, owner: str, upload: str, fingerprint: str) -> None:
    """Record that the file of an upload link enters its library; may be repeated. Raises ApiError (409) when the link
    was deleted or has delivered another upload."""
    if not owner.startswith(OWNER_PREFIX):
        return
    id = owner.removeprefix(OWNER_PREFIX).partition("@")[0]
    again = upload_link.c.done_at.is_(None) | (upload_link.c.fingerprint == fingerprint)
    own = upload_link.c.id == id, upload_link.c.upload == upload, again
    values = {"done_at": now(), "updated_at": now(), "fingerprint": fingerprint, "version": upload_link.c.version + 1}
    if (await c.execute(update(upload_link).where(*own).values(**values))).rowcount != 1:
        raise used()


def in_use() -> ApiError:
    return ApiError(409, "link_in_use", "Another upload uses this link.", "Continue it, or cancel it with DELETE.")


def used() -> ApiError:
    return ApiError(409, "link_used", "This upload link was used or revoked.", "Create another one.")
