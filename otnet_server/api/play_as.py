"""Playing a title as a viewer would: administrators get a preview link with the rights of that viewer.

The link belongs to the sign-in of the administrator (`playback/previews.py`). Its playback sessions are not those of
the viewer, and neither progress nor telemetry is stored. The creation is in the audit log, as that of every preview
link.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field as Check
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.team import administered
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.identity.keys import digest
from otnet_server.playback.explanation_facts import profiles_of, viewer_of
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

LIFETIME = timedelta(minutes=30)
MAX_NOTE = 120
Id = Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
content = metadata.tables["content"]


class PlayAsBody(RequestBody):
    """The ids of a member of the organization, of a title, and of a profile of the member (left out: the main one)."""

    viewer: Id
    title: Id
    profile: Id | None = None


class PlayAsApi:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records = db, records

    async def create(self, request: Request, principal: Principal) -> Response:
        """A link that plays a title with the rights of a viewer, for half an hour."""
        organization, body = administered(principal), await parse_body(request, PlayAsBody)
        token, expires_at = secrets.token_urlsafe(32), utc(datetime.now(UTC) + LIFETIME)
        async with self._db.write() as c:
            viewer = await viewer_of(c, organization, body.viewer)
            of_organization = content.c.id == body.title, content.c.organization == organization
            exists = (await c.execute(select(content.c.id).where(*of_organization))).first() is not None
            profiles = [profile.id for profile in await profiles_of(c, body.viewer)]
            if viewer is None or not exists or body.profile not in (None, *profiles):
                raise ApiError(404, "not_found", "This viewer or title does not exist.",
                               "Send the ids of a member and of a title of your organization.")  # fmt: skip
            values = {"content": body.title, "note": viewer.name[:MAX_NOTE], "expires_at": expires_at}
            columns = {
                "viewer": viewer.id, "viewer_profile": body.profile, "sign_in": principal.session,
                "token_hash": digest(token), "created_by": principal.id,
            }  # fmt: skip
            await self._records.create(c, SCHEMA["preview_link"], principal, values, columns)
        document = {"link": f"/preview/{token}", "expires_at": expires_at}
        return JSONResponse(document, 201, headers={"Cache-Control": "no-store"})
