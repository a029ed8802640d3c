"""Channels: their scheduler and ad provider exist, and accept their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Prepared
from otnet_server.control.channel_titles import unsuitable
from otnet_server.control.content import Illustrated
from otnet_server.db.records import Records, Row
from otnet_server.db.tables import metadata
from otnet_server.errors import FieldError, Invalid
from otnet_server.logs import log
from otnet_server.principal import Principal
from otnet_server.protocols import AdProvider, Scheduler
from otnet_server.schema.models import field_error_of
from otnet_server.schema.resource import Resource

PLUGIN_CHOICES = (("scheduler", "scheduler_settings"), ("ad_provider", "ad_settings"))


TITLE_LISTS = ("titles", "fillers", "ad_titles")


class Validates(Protocol):
    """A scheduler or an ad provider."""

    def validate(self, settings: dict[str, Any]) -> None: ...


class Channel(Illustrated):
    def __init__(
        self,
        resource: Resource,
        records: Records,
        schedulers: Mapping[str, Scheduler],
        ad_providers: Mapping[str, AdProvider],
    ) -> None:
        super().__init__(resource, records)
        self._choices: dict[str, Mapping[str, Validates]] = {"scheduler": schedulers, "ad_provider": ad_providers}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Raises Invalid when the scheduler or the ad provider does not exist or refuses its settings. A channel whose
        scheduler was removed can be changed otherwise."""
        errors: list[FieldError] = []
        for names in PLUGIN_CHOICES:
            defaults = {name: self.resource.fields[name].default for name in names}
            stored = {name: before[name] for name in names} if before is not None else defaults
            chosen = {name: values.get(name, stored[name]) for name in names}
            chosen = {name: defaults[name] if value is None else value for name, value in chosen.items()}
            # Without a plugin of its own, a channel may have the default.
            if chosen != stored or (before is None and (names[0] == "scheduler" or chosen != defaults)):
                errors += self._errors(*names, chosen[names[0]], chosen[names[1]])
        if values.get("delayed_from"):
            errors += await self._errors_of_delay(c, values["delayed_from"], before)
        for field in TITLE_LISTS:
            errors += await self._unsuitable(c, field, values, before)
        if errors:
            raise Invalid("invalid", "Some fields are not valid.", errors)
        return Prepared(values)

    async def _unsuitable(
        self, c: AsyncConnection, field: str, values: dict[str, Any], before: Row | None
    ) -> list[FieldError]:
        """An error for each title that is added and can't be played on a channel."""
        stored = (before or {}).get(field) or []
        added = [id for id in values.get(field) or [] if id not in stored]
        return await unsuitable(c, field, added)

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

    def _errors(self, field: str, settings_field: str, name: str, settings: dict[str, Any]) -> list[FieldError]:
        plugins = self._choices[field]
        if name not in plugins:
            names = ", ".join(sorted(plugins)) or "none; enable a plugin that has one"
            return [FieldError(field, "unknown", f"does not exist; those that do: {names}", "Choose one of them.")]
        try:
            plugins[name].validate(settings)
        except ValidationError as e:
            errors = [field_error_of(error) for error in e.errors()]
            return [e._replace(field=".".join(filter(None, (settings_field, e.field)))) for e in errors]
        except ValueError as e:
            return [FieldError(settings_field, "bad_value", str(e))]
        except Exception:
            log.exception("a plugin failed to validate its settings", plugin=name, field=field)
            reason = f"can't be checked, because “{name}” failed"
            return [FieldError(settings_field, f"{field}_failed", reason, "See the log of the server.")]
        return []
