"""The access decision with what it needs from the database: may this request have this object now?

Every route that gives away media, a picture or a change of them asks here; `playback/visibility.py` decides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Hashable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from starlette.types import Scope

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.playback import allowed_sites
from otnet_server.playback.access import Gate
from otnet_server.playback.visibility import (
    ANYBODY,
    NOT_FOUND,
    Caller,
    Decision,
    MediaFacts,
    decide,
    decide_picture,
    seconds_left,
)
from otnet_server.playback.visibility_queries import PLAYABLE_VISIBILITIES, published

content, media, artwork = metadata.tables["content"], metadata.tables["media"], metadata.tables["artwork"]
credit, organization = metadata.tables["credit"], metadata.tables["organization"]
channel = metadata.tables["channel"]
ID = re.compile(r"[0-9a-z]{1,16}")
DECISIVE = ("organization", "status", "visibility", "published_from", "published_until")
CONTENT = [content.c[n].label(f"content_{n}") for n in DECISIVE]
OF_MEDIA = select(media.c.organization, media.c.content, media.c.linked, media.c.library, media.c.present,
                  organization.c.embed_sites, *CONTENT)  # fmt: skip
OF_MEDIA = OF_MEDIA.outerjoin(content, content.c.id == media.c.content)
OF_MEDIA = OF_MEDIA.outerjoin(organization, organization.c.id == media.c.organization)
OF_ARTWORK = select(artwork.c.organization, artwork.c.content, artwork.c.series, artwork.c.person, artwork.c.channel,
                    channel.c.status.label("channel_status"), *CONTENT)  # fmt: skip
OF_ARTWORK = OF_ARTWORK.outerjoin(content, content.c.id == artwork.c.content)
OF_ARTWORK = OF_ARTWORK.outerjoin(channel, channel.c.id == artwork.c.channel)
DECISIVE_HEADERS = (b"authorization", b"cookie", b"origin", b"host")
# With the seconds for which `identity/sessions.py` remembers a session, less than the five that are promised.
REMEMBER_S = 1.5
REMEMBERED = 20_000
LONGEST_KEY = 2000  # bytes


class Authorization:
    """`publishes` are the libraries that publish what is put into them; `url` is the server's own address, or empty.

    A permission is remembered for `REMEMBER_S`, for the same media and the same credentials, so that a player's
    requests do not each ask the database; it lasts that much longer than what it rests on. A refusal is never
    remembered.
    """

    def __init__(self, db: Database, gate: Gate, publishes: frozenset[str], url: str = "") -> None:
        self._db, self._publishes, self.gate, self._url = db, publishes, gate, url.rstrip("/")
        self._permissions: dict[Hashable, tuple[float, Decision]] = {}

    # --- one object ---

    def remembered(self, scope: Scope, id: str) -> Decision | None:
        """The permission that `media` gave to the same request within the last seconds."""
        at = time.monotonic()
        anybody = self._permissions.get(id)
        if anybody is not None and anybody[0] > at:
            return anybody[1]
        known = self._permissions.get(_permission_key(scope, id))
        return known[1] if known is not None and known[0] > at else None

    async def media(self, scope: Scope, id: str) -> Decision:
        """May the request have an object of this media: manifest, segment, text, thumbnail, its record?"""
        facts, at = await self.facts(id), now()
        allowed = facts is None or not facts.sites or self._on_allowed_site(scope, facts.sites)
        if self.gate.public:  # what anybody may have needs no look at who asks
            decision = decide(ANYBODY, facts, at, public_server=True, on_allowed_site=allowed)
            if decision.refusal is None:
                return self._remember(_permission_key(scope, id) if decision.by_site else id, decision)
        caller = await self.gate.caller(scope)
        decision = decide(caller, facts, at, public_server=self.gate.public, on_allowed_site=allowed)
        return self._remember(_permission_key(scope, id), decision) if decision.refusal is None else decision

    def _remember(self, key: Hashable, decision: Decision) -> Decision:
        if isinstance(key, tuple) and len(key[1]) + sum(len(value) for _, value in key[2]) > LONGEST_KEY:
            return decision
        if len(self._permissions) >= REMEMBERED:
            self._permissions.clear()
        lasts = min(REMEMBER_S, seconds_left(decision))
        self._permissions[key] = (time.monotonic() + lasts, decision)
        return decision

    def _on_allowed_site(self, scope: Scope, sites: Sequence[str]) -> bool:
        """Whether the page that asks, as far as a browser tells, is the server's own or one of `sites`."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        own = f"{origin.partition('://')[0]}://{headers.get(b'host', b'').decode('latin-1')}"
        return allowed_sites.allows(sites, origin, own) or origin == self._url

    async def for_caller(self, caller: Caller, id: str) -> Decision:
        """The same for a caller who is known already."""
        return decide(caller, await self.facts(id), now(), public_server=self.gate.public)

    async def media_picture(self, scope: Scope, id: str) -> Decision:
        """May the request have the still or cover of this media?"""
        facts = await self.facts(id)
        return decide_picture(await self.gate.caller(scope), facts, now(), public_server=self.gate.public)

    async def artwork(self, scope: Scope, id: str) -> Decision:
        """May the request have this picture? It goes with what it shows: content; a series or person that is in
        published content; a channel or the organization itself, which anybody may see."""
        if not ID.fullmatch(id):
            return Decision(NOT_FOUND)
        caller, at, public = await self.gate.caller(scope), now(), self.gate.public
        async with self._db.read() as c:
            row = (await c.execute(OF_ARTWORK.where(artwork.c.id == id))).mappings().first()
            if row is None:
                return Decision(NOT_FOUND)
            appears = await self._appears(c, row) if row["content"] is None else None
        if row["content"] is not None:
            return decide_picture(caller, MediaFacts(row["organization"], _content(row)), at, public_server=public)
        if appears is None:
            return Decision() if caller.at(row["organization"]).staff else Decision(NOT_FOUND)
        return appears if public else Decision()

    async def _appears(self, c: Any, row: Any) -> Decision | None:
        """The decision for a picture of a series or a person in content that is published to somebody, of a channel
        that is on, or of the organization itself. None: it is none of these."""
        if row["channel"] is not None:
            return Decision(public=True) if row["channel_status"] == "on" else None
        if row["series"] is None and row["person"] is None:
            return Decision(public=True)
        query = select(content.c.visibility, content.c.published_until).where(content.c.visibility != "private")
        if row["series"] is not None:
            query = query.where(content.c.series == row["series"])
        else:
            query = query.join(credit, credit.c.content == content.c.id).where(credit.c.person == row["person"])
        until = content.c.published_until
        longest = query.where(*published(now())).order_by(
            content.c.visibility != "public", until.is_not(None), until.desc()
        )
        found = (await c.execute(longest.limit(1))).first()
        return Decision(public=found.visibility == "public", until=found.published_until) if found else None

    # --- lists and changes ---

    async def facts(self, id: str, *, gone_too: bool = False) -> MediaFacts | None:
        """What the decision needs to know of a media. None: there is none. `gone_too`: also where its file is gone."""
        if not ID.fullmatch(id):
            return None
        async with self._db.read() as c:
            row = (await c.execute(OF_MEDIA.where(media.c.id == id))).mappings().first()
        if row is None or not (row["present"] or gone_too):
            return None
        pending = row["content"] is None and row["linked"] is False and row["library"] in self._publishes
        about = _content(row) if row["content"] is not None else None
        return MediaFacts(row["organization"], about, pending, tuple(row["embed_sites"] or ()))

    def allows(self, caller: Caller, facts: MediaFacts | None) -> bool:
        return decide(caller, facts, now(), public_server=self.gate.public).refusal is None

    def listable(self, caller: Caller) -> ColumnElement[bool]:
        """The media that `caller` may have: the decision as SQL."""
        at, role = now(), caller.role
        playable = [content.c.id == media.c.content, *published(at)]
        anybody = and_(*playable, content.c.visibility.in_(PLAYABLE_VISIBILITIES[False]))
        mine = media.c.organization == caller.organization
        member = and_(*playable, content.c.visibility.in_(PLAYABLE_VISIBILITIES[True]))
        pending = and_(media.c.content.is_(None), media.c.linked.is_(False), media.c.library.in_(self._publishes))
        clause = or_(
            exists(select(content.c.id).where(anybody)),
            pending,
            and_(mine, exists(select(content.c.id).where(member))) if role is not None else false(),
            mine if caller.at(caller.organization or "").staff else false(),
        )
        return clause if self.gate.public or caller.organization is None else and_(mine, clause)


def _permission_key(scope: Scope, id: str) -> Hashable:
    """All of a request that the decision about a media may depend on."""
    headers = tuple(h for h in scope["headers"] if h[0] in DECISIVE_HEADERS)
    return id, scope["query_string"], headers


def _content(row: Any) -> dict[str, Any]:
    return {n: row[f"content_{n}"] for n in DECISIVE}
