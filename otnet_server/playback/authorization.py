"""Decides whether a request may have an object of a media, a picture or a change of them.

Every route that serves one of these calls this module. It reads the facts from the database;
`playback/visibility.py` makes the decision.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import Scope

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import live_stream, metadata, playback_session
from otnet_server.media.drm import Quality
from otnet_server.playback import allowed_sites
from otnet_server.playback.access import NOBODY, Gate
from otnet_server.playback.channel_facts import ChannelFacts
from otnet_server.playback.countries import CountryDatabase
from otnet_server.playback.entitlement_queries import Entitlements, playable
from otnet_server.playback.entitlements import NO_ENTITLEMENT, Entitlement
from otnet_server.playback.sessions import SESSION_COLUMNS, PlaybackSessions, SessionRow
from otnet_server.playback.visibility import (
    ANYBODY,
    NOT_FOUND,
    SESSION_ENDED,
    Caller,
    Decision,
    MediaFacts,
    Publication,
    Refusal,
    decide,
    decide_picture,
    seconds_left,
)
from otnet_server.playback.visibility_queries import published, within_age_limit

content, media, artwork = metadata.tables["content"], metadata.tables["media"], metadata.tables["artwork"]
credit, organization = metadata.tables["credit"], metadata.tables["organization"]
channel = metadata.tables["channel"]
ID_PATTERN = re.compile(r"[0-9a-z]{1,16}")
CONTENT_COLUMNS = [content.c[name].label(f"content_{name}") for name in (*Publication._fields, "regions")]
ON_AIR = and_(live_stream.c.media == media.c.id, live_stream.c.ended_at.is_(None))
MEDIA_FACTS_QUERY = select(media.c.organization, media.c.content, media.c.linked, media.c.library, media.c.present,
                  organization.c.embed_sites, channel.c.status, channel.c.visibility, *CONTENT_COLUMNS)  # fmt: skip
MEDIA_FACTS_QUERY = MEDIA_FACTS_QUERY.outerjoin(live_stream, ON_AIR)
MEDIA_FACTS_QUERY = MEDIA_FACTS_QUERY.outerjoin(channel, channel.c.id == live_stream.c.channel)
MEDIA_FACTS_QUERY = MEDIA_FACTS_QUERY.outerjoin(content, content.c.id == media.c.content)
MEDIA_FACTS_QUERY = MEDIA_FACTS_QUERY.outerjoin(organization, organization.c.id == media.c.organization)
CHANNEL_FACTS_QUERY = select(channel.c.organization, channel.c.status, channel.c.visibility, organization.c.embed_sites)
CHANNEL_FACTS_QUERY = CHANNEL_FACTS_QUERY.join(organization, organization.c.id == channel.c.organization)
SESSION_FACTS_QUERY = MEDIA_FACTS_QUERY.add_columns(*(c.label(f"session_{c.name}") for c in SESSION_COLUMNS))
SESSION_FACTS_QUERY = SESSION_FACTS_QUERY.join(playback_session, playback_session.c.media == media.c.id).where(
    playback_session.c.id == bindparam("session"), playback_session.c.expires_at > bindparam("at"),
    ~playback_session.c.stopped,
)  # fmt: skip
ARTWORK_QUERY = select(artwork.c.organization, artwork.c.content, artwork.c.series, artwork.c.person, artwork.c.channel,
                    channel.c.status.label("channel_status"), *CONTENT_COLUMNS)  # fmt: skip
ARTWORK_QUERY = ARTWORK_QUERY.outerjoin(content, content.c.id == artwork.c.content)
ARTWORK_QUERY = ARTWORK_QUERY.outerjoin(channel, channel.c.id == artwork.c.channel)
DECISION_HEADERS = (b"authorization", b"cookie", b"origin", b"host")
# Together with `identity.sessions.CACHE_TTL_S` and `delivery.CHECK_S` this must stay below the 5 s that docs/viewers.md
# promises.
REMEMBER_S = 1.5
MAX_REMEMBERED_PERMISSIONS = 20_000
MAX_KEY_BYTES = 2000  # bytes


class SessionAccess(NamedTuple):
    """What a playback session may have: its media or channel, its user, the refusal, or None, its end at the latest,
    the thumbprint of the key that it is bound to, and the best picture that it may have."""

    media: str
    user: str | None
    refusal: Refusal | None
    ends_at: str
    proof_key: str | None
    max_quality: Quality | None = None
    of_channel: bool = False


class Authorization:
    """`publishes` are the libraries that publish what is put into them; `url` is the server's own address, or empty.

    A permission is remembered for `REMEMBER_S`, for the same media and the same credentials or playback session, so
    that a player's requests do not each query the database; it lasts that much longer than what it rests on. A refusal
    is never remembered.
    """

    def __init__(
        self,
        db: Database,
        gate: Gate,
        sessions: PlaybackSessions,
        countries: CountryDatabase | None,
        publishing_libraries: frozenset[str],
        entitlements: Entitlements,
        channels: ChannelFacts,
        url: str = "",
    ) -> None:
        self._db, self._publishing_libraries, self.gate, self._url = db, publishing_libraries, gate, url.rstrip("/")
        self._sessions, self.countries, self.entitlements = sessions, countries, entitlements
        self._channels = channels
        self._permissions: dict[Hashable, tuple[float, Decision]] = {}
        self._session_accesses: dict[str, tuple[float, SessionAccess]] = {}
        self._queries: dict[str, asyncio.Task[MediaFacts | None]] = {}  # that are running

    # --- one object ---

    def remembered(self, scope: Scope, id: str, token: str | None = None) -> Decision | None:
        """The permission that `media` granted to the same request in the last REMEMBER_S seconds, or None."""
        at = time.monotonic()
        shared = self._permissions.get((token, id))
        if shared is not None and shared[0] > at:
            return shared[1]
        remembered = self._permissions.get(_request_key(scope, id, token))
        return remembered[1] if remembered is not None and remembered[0] > at else None

    async def media(self, scope: Scope, id: str, token: str | None = None) -> Decision:
        """Whether the request may have an object of this media: a manifest, segment, text track, thumbnail or its
        record. `token`: of the playback session in the URL; it counts instead of the credentials of the request."""
        if token is not None:
            session = self._sessions.id_of(token, id)
            decision = await self.session(scope, session) if session is not None else Decision(NOT_FOUND)
            return self._remember((token, id), _request_key(scope, id, token), replace(decision, public=False))
        facts, request_key = await self._facts_for_all(id), _request_key(scope, id)
        if self.gate.public:  # if anybody may have it, the caller need not be identified
            decision = self._decide(ANYBODY, facts, scope)
            if decision.refusal is None:
                return self._remember((None, id), request_key, decision)
        caller = await self.gate.caller(scope)
        entitlement = await self.entitlements.of_caller(caller, facts)
        return self._remember(request_key, request_key, self._decide(caller, facts, scope, entitlement))

    async def session(self, scope: Scope, id: str) -> Decision:
        """Whether a request in this playback session may have the objects of its media."""
        row, facts = await self._session(id)
        caller = await self._sessions.caller(row) if row is not None else None
        if caller is None:
            return Decision(SESSION_ENDED)
        return self._decide(caller, facts, scope, await self.entitlements.of_caller(caller, facts))

    async def session_access(self, scope: Scope, id: str) -> SessionAccess | None:
        """What a playback session may have now; None when it has ended. A permission is remembered for `REMEMBER_S`, as
        those of media are; `forget_session` is called when the session is bound to a key."""
        known = self._session_accesses.get(id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        row, facts = await self._session(id)
        caller = await self._sessions.caller(row) if row is not None else None
        if row is None or caller is None:
            return None
        decision = self._decide(caller, facts, scope, await self.entitlements.of_caller(caller, facts))
        user = caller.user if row.preview is None else None  # whoever plays as a viewer is not the viewer
        access = SessionAccess(
            row.subject, user, decision.refusal, row.ends_at, row.proof_key, decision.max_quality,
            row.channel is not None,
        )  # fmt: skip
        if decision.refusal is None and not decision.by_request:
            if len(self._session_accesses) >= MAX_REMEMBERED_PERMISSIONS:
                self._session_accesses.clear()
            self._session_accesses[id] = (time.monotonic() + min(REMEMBER_S, seconds_left(decision)), access)
        return access

    def forget_session(self, id: str) -> None:
        """Read a session again at the next request. Other processes do so after `REMEMBER_S`."""
        self._session_accesses.pop(id, None)

    async def _session(self, id: str) -> tuple[SessionRow | None, MediaFacts | None]:
        """A living playback session and the facts about its media, in one query."""
        async with self._db.read() as c:
            row = (await c.execute(SESSION_FACTS_QUERY, {"session": id, "at": now()})).mappings().first()
        if row is None:
            return await self._channel_session(id)
        session = SessionRow._make(row[f"session_{name}"] for name in SessionRow._fields)
        return session, self._facts(row) if row["present"] else None

    async def _channel_session(self, id: str) -> tuple[SessionRow | None, MediaFacts | None]:
        """A living playback session of a channel and the facts about it."""
        session = await self._sessions.find(id)
        if session is None or session.channel is None:
            return None, None
        return session, await self.facts(session.channel)

    async def anybody(self, scope: Scope, id: str) -> Decision:
        """The decision about a media for a request without credentials."""
        return await self.decide_for_caller(ANYBODY if self.gate.public else NOBODY, id, scope)

    def _remember(self, shared_key: Hashable, request_key: Hashable, decision: Decision) -> Decision:
        """Remember a permission, under `request_key` if it depends on what `shared_key` does not contain."""
        key = request_key if decision.by_request else shared_key
        if decision.refusal is not None or key is None:
            return decision
        if len(self._permissions) >= MAX_REMEMBERED_PERMISSIONS:
            self._permissions.clear()
        lifetime_s = min(REMEMBER_S, seconds_left(decision))
        self._permissions[key] = (time.monotonic() + lifetime_s, decision)
        return decision

    def _on_allowed_site(self, scope: Scope, sites: Sequence[str]) -> bool:
        """Whether the page that sends the request (its Origin header) is the server's own or one of `sites`."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        own = f"{origin.partition('://')[0]}://{headers.get(b'host', b'').decode('latin-1')}"
        return allowed_sites.allows(sites, origin, own) or origin == self._url

    async def decide_for_caller(self, caller: Caller, id: str, scope: Scope) -> Decision:
        """The decision about a media for a caller that is already known, and what else the request says."""
        facts = await self.facts(id)
        return self._decide(caller, facts, scope, await self.entitlements.of_caller(caller, facts))

    def _decide(
        self, caller: Caller, facts: MediaFacts | None, scope: Scope, entitlement: Entitlement = NO_ENTITLEMENT
    ) -> Decision:
        allowed = facts is None or not facts.sites or self._on_allowed_site(scope, facts.sites)
        country = None
        if facts is not None and facts.regions is not None and self.countries is not None:
            country = self.countries.country(_address(scope))
        return decide(
            caller, facts, now(), public_server=self.gate.public, on_allowed_site=allowed, country=country,
            effect=entitlement.effect, max_quality=entitlement.max_quality,
        )  # fmt: skip

    async def media_picture(self, scope: Scope, id: str) -> Decision:
        """Whether the request may have the still or cover of this media."""
        facts = await self.facts(id)
        return decide_picture(await self.gate.caller(scope), facts, now(), public_server=self.gate.public)

    async def artwork(self, scope: Scope, id: str) -> Decision:
        """Whether the request may have this artwork. That follows from its owner: content, a series or person that
        appears in published content, a channel, or the organization, whose artwork anybody may see."""
        if not ID_PATTERN.fullmatch(id):
            return Decision(NOT_FOUND)
        caller, at, public = await self.gate.caller(scope), now(), self.gate.public
        async with self._db.read() as c:
            row = (await c.execute(ARTWORK_QUERY.where(artwork.c.id == id))).mappings().first()
            if row is None:
                return Decision(NOT_FOUND)
            appearance = await self._decide_by_appearance(c, row) if row["content"] is None else None
        if row["content"] is not None:
            return decide_picture(caller, MediaFacts(row["organization"], _publication(row)), at, public_server=public)
        if appearance is None:
            return Decision() if caller.at(row["organization"]).staff else Decision(NOT_FOUND)
        return appearance if public else Decision()

    async def _decide_by_appearance(self, c: AsyncConnection, row: RowMapping) -> Decision | None:
        """The decision about artwork of a series or person that appears in published content, of an active channel, or
        of the organization; None for all other artwork."""
        if row["channel"] is not None:
            return Decision(public=True) if row["channel_status"] == "on" else None
        if row["series"] is None and row["person"] is None:
            return Decision(public=True)
        query = select(content.c.visibility, content.c.published_until).where(content.c.visibility != "private")
        if row["series"] is not None:
            query = query.where(content.c.series == row["series"])
        else:
            in_credits = or_(credit.c.content == content.c.id, credit.c.series == content.c.series)
            query = query.join(credit, in_credits).where(credit.c.person == row["person"])
        until = content.c.published_until
        by_window = query.where(*published(now())).order_by(
            content.c.visibility != "public", until.is_not(None), until.desc()
        )
        appearance = (await c.execute(by_window.limit(1))).first()
        return (
            Decision(public=appearance.visibility == "public", until=appearance.published_until) if appearance else None
        )

    # --- lists and changes ---

    async def facts(self, id: str, *, include_removed: bool = False) -> MediaFacts | None:
        """The facts about a media, or a channel, for the decision; None when it does not exist. `include_removed`: also
        for a media whose file is gone."""
        if not ID_PATTERN.fullmatch(id):
            return None
        if (known := self._channels.get(id)) is not None:
            return known
        changes = self._channels.changes
        async with self._db.read() as c:
            row = (await c.execute(MEDIA_FACTS_QUERY.where(media.c.id == id))).mappings().first()
            if row is None:
                channel_row = (await c.execute(CHANNEL_FACTS_QUERY.where(channel.c.id == id))).mappings().first()
                facts = _channel_facts(channel_row) if channel_row is not None else None
                if facts is not None:
                    self._channels.remember(id, facts, changes)
                return facts
        return self._facts(row) if row["present"] or include_removed else None

    async def _facts_for_all(self, id: str) -> MediaFacts | None:
        """The facts about a media, from one query for all requests of the same moment: those of the players of a live
        stream come at once, whenever a part was made."""
        if id not in self._queries:
            self._queries[id] = asyncio.ensure_future(self.facts(id))
            self._queries[id].add_done_callback(lambda _: self._queries.pop(id))
        return await asyncio.shield(self._queries[id])

    def _facts(self, row: RowMapping) -> MediaFacts:
        """The facts in a row of MEDIA_FACTS_QUERY. A live stream is for whom its channel is."""
        if row["status"] is not None:
            return _channel_facts(row)
        pending = row["content"] is None and row["linked"] is False and row["library"] in self._publishing_libraries
        publication = _publication(row) if row["content"] is not None else None
        sites = tuple(row["embed_sites"] or ())
        return MediaFacts(row["organization"], publication, row["content_regions"], pending, sites, row["content"])

    async def allows(self, caller: Caller, facts: MediaFacts | None) -> bool:
        """Whether `caller` may see changes of a media. Like lists, they do not depend on the caller's country."""
        effect = (await self.entitlements.of_caller(caller, facts)).effect
        public = self.gate.public
        return decide(caller, facts, now(), public_server=public, check_region=False, effect=effect).refusal is None

    def listable(self, caller: Caller) -> ColumnElement[bool]:
        """An SQL condition for the media that `caller` may have."""
        at, role = now(), caller.role
        visitor = caller.at(caller.organization or "")
        current = [content.c.id == media.c.content, *published(at), *within_age_limit(caller.max_age)]
        for_anybody = and_(*current, content.c.visibility == "public")
        own_organization = media.c.organization == caller.organization
        for_members = and_(*current, content.c.visibility != "private", playable(visitor, at))
        pending = and_(
            media.c.content.is_(None), media.c.linked.is_(False), media.c.library.in_(self._publishing_libraries)
        )
        limited = caller.max_age is not None
        clause = or_(
            exists(select(content.c.id).where(for_anybody)),
            false() if limited else pending,
            and_(own_organization, exists(select(content.c.id).where(for_members))) if role is not None else false(),
            own_organization if visitor.staff and not limited else false(),
        )
        return clause if self.gate.public or caller.organization is None else and_(own_organization, clause)


def _request_key(scope: Scope, id: str, token: str | None = None) -> Hashable:
    """Everything in a request that the decision about a media may depend on; None when that is too long to remember."""
    query, headers = scope["query_string"], tuple(h for h in scope["headers"] if h[0] in DECISION_HEADERS)
    if len(query) + sum(len(value) for _, value in headers) > MAX_KEY_BYTES:
        return None
    return token, id, _address(scope), query, headers


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _channel_facts(row: RowMapping) -> MediaFacts:
    """The facts about a channel: it exists for viewers while it is on."""
    status = "published" if row["status"] == "on" else "draft"
    publication = Publication(row["organization"], status, row["visibility"], None, None)
    return MediaFacts(row["organization"], publication, sites=tuple(row["embed_sites"] or ()))


def _publication(row: RowMapping) -> Publication:
    return Publication(*(row[f"content_{name}"] for name in Publication._fields))
