"""Channels: their scheduler exists, and accepts its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Prepared
from otnet_server.control.content import Illustrated
from otnet_server.db.records import Records, Row
from otnet_server.db.tables import metadata
from otnet_server.errors import FieldError, Invalid
from otnet_server.logs import log
from otnet_server.principal import Principal
from otnet_server.protocols import Scheduler
from otnet_server.schema.models import field_error_of
from otnet_server.schema.resource import Resource

CHOICE = ("scheduler", "scheduler_settings")


class Channel(Illustrated):
    def __init__(self, resource: Resource, records: Records, schedulers: Mapping[str, Scheduler]) -> None:
        super().__init__(resource, records)
        self._schedulers = schedulers

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Raises Invalid when the scheduler does not exist or refuses its settings. A channel whose scheduler was
        removed can be changed otherwise."""
        defaults = {name: self.resource.fields[name].default for name in CHOICE}
        stored = {name: before[name] for name in CHOICE} if before is not None else defaults
        chosen = {name: values.get(name, stored[name]) for name in CHOICE}
        chosen = {name: defaults[name] if value is None else value for name, value in chosen.items()}
        changed = before is None or chosen != stored
        errors = self._errors(chosen["scheduler"], chosen["scheduler_settings"]) if changed else []
        if values.get("delayed_from"):
            errors += await self._errors_of_delay(c, values["delayed_from"], before)
        if errors:
            raise Invalid("invalid", "Some fields are not valid.", errors)
        return Prepared(values)

    async def _errors_of_delay(self, c: AsyncConnection, source: str, before: Row | None) -> list[FieldError]:
        """A delayed channel repeats a channel that is not delayed, which has its own playout."""
        table, remedy = metadata.tables["channel"], "Choose a channel with a schedule of its own."
        if before is not None and source == before["id"]:
            return [FieldError("delayed_from", "itself", "is the channel itself", remedy)]
        if (await c.execute(select(table.c.delayed_from).where(table.c.id == source))).scalar():
            return [FieldError("delayed_from", "delayed", "is a delayed channel itself", remedy)]
        copies = select(table.c.id).where(table.c.delayed_from == before["id"]) if before is not None else None
        if copies is not None and (await c.execute(copies.limit(1))).first() is not None:
            reason = "can't be set, because another channel is a delayed copy of this one"
            return [FieldError("delayed_from", "has_copies", reason, "Leave it empty.")]
        return []

    def _errors(self, name: str, settings: dict[str, Any]) -> list[FieldError]:
        scheduler = self._schedulers.get(name)
        if scheduler is None:
            names = ", ".join(sorted(self._schedulers)) or "none; enable a plugin with schedulers"
            return [
                FieldError("scheduler", "unknown", f"does not exist; those that do: {names}", "Choose one of them.")
            ]
        try:
            scheduler.validate(settings)
        except ValidationError as e:
            errors = [field_error_of(error) for error in e.errors()]
            return [e._replace(field=".".join(filter(None, ("scheduler_settings", e.field)))) for e in errors]
        except ValueError as e:
            return [FieldError("scheduler_settings", "bad_value", str(e))]
        except Exception:
            log.exception("a scheduler failed to validate its settings", scheduler=name)
            reason = f"can't be checked, because the scheduler “{name}” failed"
            return [FieldError("scheduler_settings", "scheduler_failed", reason, "See the log of the server.")]
        return []
