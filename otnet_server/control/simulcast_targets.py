"""Simulcast targets: their address is one that the server may call, and their stream key is encrypted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import Records, Row, new_id
from otnet_server.db.tables import metadata
from otnet_server.errors import FieldError, Invalid
from otnet_server.identity.secret_box import SecretBox
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.live.push import parse
from otnet_server.live.simulcast_targets import purpose_of
from otnet_server.principal import Principal
from otnet_server.schema.resource import Resource

MAX_TARGETS = 10  # of a channel
target = metadata.tables["simulcast_target"]


class SimulcastTarget(Behaviour):
    def __init__(self, resource: Resource, records: Records, secret_box: SecretBox, rules: Rules) -> None:
        super().__init__(resource, records)
        self._secret_box, self._rules = secret_box, rules

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Raises Invalid for an address that is not allowed, for a new target without a key, and for too many."""
        values = dict(values)
        key = values.pop("key", None) or ""
        errors = self._url_errors(values["url"]) if "url" in values else []
        if before is None and not key:
            errors.append(FieldError("key", "required", "must not be empty", "Copy the stream key of the target."))
        if before is None and await self._count(c, values["channel"]) >= MAX_TARGETS:
            errors.append(FieldError("channel", "too_many", f"has {MAX_TARGETS} targets already", "Delete one first."))
        if errors:
            raise Invalid("invalid", "Some fields are not valid.", errors)
        id = before["id"] if before is not None else new_id()
        stored = await self._stored_key(c, id) if key and before is not None else None
        private = {"sealed": self._secret_box.seal(purpose_of(id), key)} if key and key != stored else {}
        return Prepared(values, private | ({"id": id} if before is None else {}))

    def _url_errors(self, url: str) -> list[FieldError]:
        try:
            place = parse(url)
            self._rules.check_host(place.host, place.port)
        except Blocked as e:
            return [FieldError("url", "not_allowed", "is not an address that this server may call", e.remedy)]
        except ValueError as e:
            return [FieldError("url", "bad_value", str(e))]
        return []

    async def _stored_key(self, c: AsyncConnection, id: str) -> str | None:
        sealed = (await c.execute(select(target.c.sealed).where(target.c.id == id))).scalar()
        try:
            return self._secret_box.open(purpose_of(id), sealed) if sealed else None
        except ValueError:  # another secret of the server
            return None

    async def _count(self, c: AsyncConnection, channel: str) -> int:
        query = select(func.count()).select_from(target).where(target.c.channel == channel)
        return int((await c.execute(query)).scalar_one())
