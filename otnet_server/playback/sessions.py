"""Playback sessions: one viewing of one media, by one credential, that is renewed by heartbeats.

A session exists in the database as long as it lives. It ends when it is deleted, when it was not renewed in time, and
with the sign-in or the token that started it; a sign-in takes its playback sessions with it (ON DELETE CASCADE). So a
restart ends none and revives none, and every process sees the same. Whether a session may have its media is decided
anew at every request (`authorization.py`, which remembers a permission for a moment).
"""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from otnet_server.client_address import network_of
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, playback_session
from otnet_server.identity.keys import digest
from otnet_server.playback.access import Credential, Gate
from otnet_server.playback.previews import Previews
from otnet_server.playback.session_tokens import SessionTokens
from otnet_server.playback.streams import check_limit, living, stop_sessions
from otnet_server.playback.visibility import ANYBODY, Caller
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc

RENEW_AFTER_S = 60
LIFETIME = timedelta(seconds=300)  # without a heartbeat
MAX_LIFETIME = timedelta(hours=12)  # with heartbeats; players then start another session
MAX_SESSIONS_OF_CREDENTIAL = 20
MAX_SESSIONS_OF_ADDRESS = 2000  # without a credential; many viewers can share an address, such as that of a proxy
MAX_LISTED = 200

session, user, link = (metadata.tables[name] for name in ("session", "user", "preview_link"))
media, content, channel = (metadata.tables[name] for name in ("media", "content", "channel"))


class SessionRow(NamedTuple):
    """A living playback session of a media or a channel. `session` is the id of a sign-in, `preview` that of a preview
    link; one of them and `token_hash` is set, unless anybody may have the media. `proof_key` is the thumbprint of the
    key that the session is bound to (`protection/proofs.py`)."""

    id: str
    media: str | None
    channel: str | None
    session: str | None
    token_hash: str | None
    preview: str | None
    ends_at: str
    expires_at: str
    proof_key: str | None

    @property
    def subject(self) -> str:
        """The id of the media or the channel."""
        return self.media or self.channel or ""


SESSION_COLUMNS = [playback_session.c[name] for name in SessionRow._fields]


@dataclass(frozen=True)
class StartedSession:
    id: str
    token: str
    expires_at: str


class PlaybackSessions:
    """`find_person` returns the principal of a sign-in by its id, or None when it has ended."""

    def __init__(
        self, db: Database, secret: bytes, gate: Gate, find_person: Callable[[str], Awaitable[Principal | None]]
    ) -> None:
        self._db, self._tokens, self._gate, self._find_person = db, SessionTokens(secret), gate, find_person
        self._previews = Previews(db)
        self._address_key = hmac.digest(secret, b"otnet addresses of playback sessions", "sha256")

    async def start(
        self, subject: str, credential: Credential | None, address: str, *, of_channel: bool = False
    ) -> StartedSession | None:
        """Start a session of a media or a channel; without a credential for one that anybody may have. Beyond
        `MAX_SESSIONS_OF_CREDENTIAL`, the oldest sessions of the credential end. Beyond `MAX_SESSIONS_OF_ADDRESS`, those
        of the address without a credential end: first those that are not bound to a device, so that whoever starts many
        does not end those that play, and of these the one that was renewed the longest time ago. None when the sign-in
        has just ended, or the media was deleted. Raises ApiError 409 beyond the streams of the account."""
        started = datetime.now(UTC)
        if credential is None:
            return await self._start_anonymous(subject, started, self._address_hash(address), of_channel=of_channel)
        end_s = int(min((started + MAX_LIFETIME).timestamp(), credential.expires_at or math.inf))
        ends = datetime.fromtimestamp(end_s, UTC)
        id, expires_at = secrets.token_urlsafe(15), utc(min(started + LIFETIME, ends))
        by = {
            "session": credential.session or None,
            "token_hash": digest(credential.token) if credential.token else None,
            "preview": credential.preview or None,
        }
        kind = next(name for name, value in by.items() if value is not None)
        of_credential = playback_session.c[kind] == by[kind]
        newest_first = (
            select(playback_session.c.id)
            .where(of_credential, ~playback_session.c.stopped)
            .order_by(playback_session.c.created_at.desc())
        )
        row = {
            "id": id,
            "channel" if of_channel else "media": subject,
            **by,
            "created_at": utc(started),
            "expires_at": expires_at,
        }
        try:
            async with self._db.write() as c:
                await check_limit(c, subject, credential)
                surplus = (await c.execute(newest_first.offset(MAX_SESSIONS_OF_CREDENTIAL - 1))).scalars().all()
                await c.execute(delete(playback_session).where(playback_session.c.id.in_(surplus)))
                await c.execute(insert(playback_session).values(**row, ends_at=utc(ends)))
        except IntegrityError:
            return None
        return StartedSession(id, self._tokens.make(id, subject, end_s), expires_at)

    def _address_hash(self, address: str) -> str:
        """A keyed hash of the network of an address, which says no more than whether two sessions have the same."""
        return hmac.digest(self._address_key, network_of(address).encode(), "sha256").hex()[:32]

    async def _start_anonymous(
        self, subject: str, started: datetime, address_hash: str, *, of_channel: bool
    ) -> StartedSession | None:
        end_s, id = int((started + MAX_LIFETIME).timestamp()), secrets.token_urlsafe(15)
        expires_at, ends_at = utc(started + LIFETIME), utc(datetime.fromtimestamp(end_s, UTC))
        row = {"id": id, "created_at": utc(started), "expires_at": expires_at, "ends_at": ends_at}
        row["channel" if of_channel else "media"] = subject
        of_address = playback_session.c.address_hash == address_hash, ~playback_session.c.stopped
        living_bound = and_(playback_session.c.proof_key.is_not(None), playback_session.c.expires_at > utc(started))
        bound_first = (
            select(playback_session.c.id)
            .where(*of_address)
            .order_by(living_bound.desc(), playback_session.c.expires_at.desc(), playback_session.c.created_at.desc())
        )
        try:
            async with self._db.write() as c:
                if not self._db.sqlite:  # other processes may start sessions of the address at the same time
                    await c.execute(select(func.pg_advisory_xact_lock(int(address_hash[:15], 16))))
                surplus = (await c.execute(bound_first.offset(MAX_SESSIONS_OF_ADDRESS - 1))).scalars().all()
                await c.execute(delete(playback_session).where(playback_session.c.id.in_(surplus)))
                await c.execute(insert(playback_session).values(**row, address_hash=address_hash))
        except IntegrityError:
            return None
        return StartedSession(id, self._tokens.make(id, subject, end_s), expires_at)

    def id_of(self, token: str, subject: str) -> str | None:
        """The id in a token; None when it is not valid for this media or channel. The session may have ended."""
        return self._tokens.session_of(token, subject, datetime.now(UTC).timestamp())

    async def find(self, id: str) -> SessionRow | None:
        """The session, or None when it has ended."""
        query = select(*SESSION_COLUMNS).where(playback_session.c.id == id, *living())
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return SessionRow._make(row) if row is not None else None

    async def caller(self, row: SessionRow) -> Caller | None:
        """The caller that a session stands for, with the rights that they have now; None when their sign-in ended."""
        if row.preview is not None:
            preview = await self._previews.by_id(row.preview)
            return preview.caller if preview is not None else None
        if row.session is None:
            return ANYBODY if row.token_hash is not None or self._gate.public else None
        principal = await self._find_person(row.session)
        return self._gate.caller_of(principal) if principal is not None else None

    async def bind(self, id: str, proof_key: str) -> SessionRow | None:
        """Bind a session to a key, unless it is bound already; the session after that, None when it has ended."""
        unbound = playback_session.c.id == id, playback_session.c.proof_key.is_(None), *living()
        async with self._db.write() as c:
            await c.execute(update(playback_session).where(*unbound).values(proof_key=proof_key))
        return await self.find(id)

    async def renew(self, row: SessionRow) -> str | None:
        """Extend a session; returns the time at which it expires without another heartbeat, None when it has ended."""
        expires_at = min(utc(datetime.now(UTC) + LIFETIME), row.ends_at)
        renewing = update(playback_session).where(playback_session.c.id == row.id, ~playback_session.c.stopped)
        renewing = renewing.values(expires_at=expires_at)
        async with self._db.write() as c:
            return expires_at if (await c.execute(renewing)).rowcount else None

    async def end(self, id: str) -> bool:
        """End a session, because its player has ended; returns whether there was one."""
        ending = delete(playback_session).where(playback_session.c.id == id, ~playback_session.c.stopped)
        async with self._db.write() as c:
            return (await c.execute(ending)).rowcount > 0

    async def stop(self, id: str, organization: str) -> bool:
        """Stop a session of a media of `organization`; returns whether there was one."""
        of_media = playback_session.c.media.in_(select(media.c.id).where(media.c.organization == organization))
        channels = select(channel.c.id).where(channel.c.organization == organization)
        of_organization = or_(of_media, playback_session.c.channel.in_(channels))
        async with self._db.write() as c:
            return await stop_sessions(c, playback_session.c.id == id, of_organization) > 0

    async def was_stopped(self, id: str) -> bool:
        """Whether a person has stopped this session."""
        query = select(playback_session.c.id).where(playback_session.c.id == id, playback_session.c.stopped)
        async with self._db.read() as c:
            return (await c.execute(query)).first() is not None

    async def of_organization(self, organization: str) -> list[dict[str, Any]]:
        """The newest living sessions of an organization's media, with their viewers. `credential` says what a session
        was started with: an account, a preview_link, a link of an administrator who plays as a viewer (play_as), a
        token of “otnet token”, or none (protected titles that anybody may watch)."""
        played_as, administrator = user.alias("played_as"), user.alias("administrator")
        columns = [
            playback_session.c.id, playback_session.c.media, playback_session.c.channel, media.c.content,
            content.c.title, channel.c.name.label("channel_name"),
            media.c.title.label("media_title"), session.c.user, user.c.name, session.c.agent,
            playback_session.c.created_at, playback_session.c.expires_at, playback_session.c.preview,
            playback_session.c.token_hash, link.c.viewer.label("played_as"), played_as.c.name.label("played_as_name"),
            administrator.c.name.label("administrator"),
        ]  # fmt: skip
        query = (
            select(*columns)
            .outerjoin(media, media.c.id == playback_session.c.media)
            .outerjoin(channel, channel.c.id == playback_session.c.channel)
            .outerjoin(content, content.c.id == media.c.content)
            .outerjoin(session, session.c.id == playback_session.c.session)
            .outerjoin(user, user.c.id == session.c.user)
            .outerjoin(link, link.c.id == playback_session.c.preview)
            .outerjoin(played_as, played_as.c.id == link.c.viewer)
            .outerjoin(administrator, administrator.c.id == link.c.created_by)
            .where(or_(media.c.organization == organization, channel.c.organization == organization), *living())
            .order_by(playback_session.c.created_at.desc())
        )
        async with self._db.read() as c:
            rows = (await c.execute(query.limit(MAX_LISTED))).mappings().all()
        return [
            {
                "id": row["id"],
                "media": row["media"],
                "channel": row["channel"],
                "content": row["content"],
                "title": row["title"] or row["media_title"] or row["channel_name"],
                "credential": _credential_of(row),
                "viewer": {"id": row["user"], "name": row["name"], "agent": row["agent"]} if row["user"] else None,
                "play_as": _play_as(row),
                "started_at": row["created_at"],
                "expires_at": row["expires_at"],
            }
            for row in rows
        ]

    async def delete_expired(self) -> None:
        async with self._db.write() as c:
            await c.execute(delete(playback_session).where(playback_session.c.expires_at < now()))


def _play_as(row: RowMapping) -> dict[str, str] | None:
    """The viewer as whom an administrator plays, and the name of the administrator."""
    if row["played_as"] is None:
        return None
    return {"id": row["played_as"], "name": row["played_as_name"], "administrator": row["administrator"] or ""}


def _credential_of(row: RowMapping) -> Literal["account", "preview_link", "play_as", "token", "none"]:
    if row["user"] is not None:
        return "account"
    if row["preview"] is not None:
        return "preview_link" if row["played_as"] is None else "play_as"
    return "token" if row["token_hash"] is not None else "none"
