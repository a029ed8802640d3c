"""Reads the facts of `explanation.py` from the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, viewer_profile
from otnet_server.identity.device_limit import devices_of
from otnet_server.media.states import State
from otnet_server.pipeline.media_queries import MediaQueries, main_media
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.playback.authorization import ID_PATTERN, Authorization
from otnet_server.playback.entitlement_queries import CoveringGrant
from otnet_server.playback.explanation import PlaybackFacts
from otnet_server.playback.streams import streams_of
from otnet_server.playback.visibility import Caller, MediaFacts, Publication, Refusal
from otnet_server.protection.accounts import DrmAccounts
from otnet_server.schema.resource import Role

content, user, membership = (metadata.tables[name] for name in ("content", "user", "membership"))
organization = metadata.tables["organization"]
PUBLICATION = [content.c[name] for name in Publication._fields]


class Viewer(NamedTuple):
    """A member of an organization."""

    id: str
    name: str
    role: Role


class ProfileSummary(NamedTuple):
    id: str
    name: str
    max_age: int | None


@dataclass(frozen=True)
class ViewerAndTitle:
    """What an explanation is about. `profiles`: those of the viewer besides the main one."""

    viewer: Viewer
    title: str
    profiles: list[ProfileSummary]
    grants: list[CoveringGrant]
    facts: PlaybackFacts


class ExplanationFacts:
    def __init__(
        self,
        db: Database,
        authorization: Authorization,
        media: MediaQueries,
        revisions: RevisionCache,
        accounts: DrmAccounts,
    ) -> None:
        self._db, self._authorization, self._media = db, authorization, media
        self._revisions, self._accounts = revisions, accounts

    async def read(
        self, organization_id: str, viewer_id: str, content_id: str, profile_id: str, country: str | None
    ) -> ViewerAndTitle | None:
        """None when the viewer, the profile or the title does not exist in the organization. An empty `profile_id` is
        the main profile."""
        if not all(ID_PATTERN.fullmatch(id) for id in (viewer_id, content_id, profile_id or viewer_id)):
            return None
        async with self._db.read() as c:
            viewer = await viewer_of(c, organization_id, viewer_id)
            query = select(*PUBLICATION, content.c.title, content.c.regions)
            query = query.where(content.c.id == content_id, content.c.organization == organization_id)
            row = (await c.execute(query)).mappings().first()
            if viewer is None or row is None:
                return None
            profiles = await profiles_of(c, viewer_id)
            profile = next((p for p in profiles if p.id == profile_id), None)
            if profile_id and profile is None:
                return None
            media_id = (await c.execute(main_media(content_id))).scalar()
            limits = select(organization.c.max_streams, organization.c.max_devices)
            max_streams, max_devices = (await c.execute(limits.where(organization.c.id == organization_id))).one()
            streams = len(await streams_of(c, viewer_id, organization_id, "", None))
            devices_query = select(func.count()).select_from(devices_of(viewer_id, organization_id).subquery())
            devices = (await c.execute(devices_query)).scalar_one()
        publication = Publication(*(row[name] for name in Publication._fields))
        title = MediaFacts(organization_id, publication, row["regions"], content=content_id)
        max_age = profile.max_age if profile is not None else None
        caller = Caller(True, organization_id, viewer_id, viewer.role, max_age)
        visitor, entitlements = caller.at(organization_id), self._authorization.entitlements
        facts = PlaybackFacts(
            caller, title, now(), self._authorization.gate.public, country,
            entitlement=await entitlements.of_title(visitor, content_id, publication.visibility),
            streams=streams, max_streams=max_streams or 0, devices=devices,
            max_devices=(max_devices or 0) if viewer.role is Role.AUDIENCE else 0,
        )  # fmt: skip
        grants = await entitlements.covering(visitor, content_id)
        facts = await self._with_media(facts, media_id)
        return ViewerAndTitle(viewer, row["title"], profiles, grants, facts)

    async def _with_media(self, facts: PlaybackFacts, media_id: str | None) -> PlaybackFacts:
        row = await self._media.media(media_id) if media_id is not None else None
        if row is None:
            return replace(facts, state="none")
        revision = await self._revisions.get(row.playing) if row.playing is not None else None
        if revision is None:
            return replace(facts, state="failed" if row.state == State.FAILED else "preparing")
        if revision.protection is None:
            return replace(facts, plan=revision.plan)
        error = await self._accounts.problem(facts.title.organization, revision.protection.provider)
        problem = Refusal(503, error.code, error.message, error.remedy) if error is not None else None
        return replace(facts, plan=revision.plan, scheme=revision.protection.scheme, licence_problem=problem)


async def viewer_of(c: AsyncConnection, organization_id: str, viewer_id: str) -> Viewer | None:
    """A member of an organization; None for everybody else."""
    is_member = and_(membership.c.user == user.c.id, membership.c.organization == organization_id)
    query = select(user.c.id, user.c.name, membership.c.role).join(membership, is_member).where(user.c.id == viewer_id)
    row = (await c.execute(query)).first()
    return Viewer(row.id, row.name, Role[row.role.upper()]) if row is not None else None


async def profiles_of(c: AsyncConnection, viewer_id: str) -> list[ProfileSummary]:
    """The profiles of a viewer besides the main one."""
    own = viewer_profile.c
    query = select(own.id, own.name, own.max_age).where(own.user == viewer_id, own.id != viewer_id)
    return [ProfileSummary._make(row) for row in (await c.execute(query.order_by(own.created_at, own.id))).all()]
