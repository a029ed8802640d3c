"""Mail in the dashboard: whether mails are sent, a test mail, and previews of the templates."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.team import administered
from otnet_server.db.engine import Database
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.mail.outbox import Outbox
from otnet_server.mail.templates import LANGUAGES, SAMPLES
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role

user, organization = metadata.tables["user"], metadata.tables["organization"]


class MailApi:
    """`wake` tells the sender that a mail is due."""

    def __init__(self, db: Database, outbox: Outbox, wake: Callable[[], None]) -> None:
        self._db, self._outbox, self._wake = db, outbox, wake

    async def status(self, request: Request, principal: Principal) -> Response:
        """Whether mails are sent and from which address, and the templates that can be previewed."""
        administered(principal)
        sends = self._outbox.sends
        return JSONResponse({"sends": sends, "sender": self._outbox.sender if sends else None,
                             "kinds": list(SAMPLES), "languages": list(LANGUAGES)})  # fmt: skip

    async def send_test(self, request: Request, principal: Principal) -> Response:
        """Put a test mail to the caller's own address into the outbox."""
        organization_id = administered(principal)
        if not self._outbox.sends:
            raise ApiError(409, "no_mailer", "This server sends no mails.", "Set [mail] in its configuration.")
        async with self._db.write() as c:
            row = (await c.execute(select(user).where(user.c.id == principal.id))).one()
            values = {"link": f"{principal.base_url}/studio/"}
            await self._outbox.put(c, kind="test", organization_id=organization_id, to=row.email, reader=Role.ADMIN,
                                   language=row.language or LANGUAGES[0], values=values)  # fmt: skip
        self._wake()
        return JSONResponse({"to": row.email}, 202)

    async def preview(self, request: Request, principal: Principal) -> Response:
        """A template with sample values."""
        organization_id = administered(principal)
        kind, language = request.query_params.get("kind", "invitation"), request.query_params.get("language", "en")
        errors = [
            FieldError(name, "not_an_option", f"must be one of {', '.join(options)}")
            for name, value, options in (("kind", kind, SAMPLES), ("language", language, LANGUAGES))
            if value not in options
        ]
        if errors:
            raise Invalid("bad_query", "The query is invalid.", errors)
        async with self._db.read() as c:
            name = (await c.execute(select(organization.c.name).where(organization.c.id == organization_id))).scalar()
        content = self._outbox.templates.render(kind, language, str(name or ""), SAMPLES[kind])
        return JSONResponse({"subject": content.subject, "text": content.text, "html": content.html})
