"""Webhooks: endpoints and their secrets, the deliveries of events, and the sender's store.

An event leaves the outbox only after its deliveries were stored. The id of a delivery is derived from the event and the
webhook, so that an event that is dispatched twice creates only one delivery.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import RowMapping, String, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, new_id, now
from otnet_server.db.tables import metadata
from otnet_server.errors import Conflict, FieldError
from otnet_server.events import Event
from otnet_server.identity.secret_box import SecretBox
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource
from otnet_server.webhooks.deliveries import Attempt, Delivery, Endpoint, body_of, message_id_of
from otnet_server.webhooks.signing import new_secret

webhook, delivery = metadata.tables["webhook"], metadata.tables["webhook_delivery"]
media = metadata.tables["media"]
MAX_LOGGED_ATTEMPTS = 20

_owner = func.coalesce(
    bindparam("organization", type_=String),
    select(media.c.organization).where(media.c.id == bindparam("media", type_=String)).scalar_subquery(),
)
HOOKS_OF_EVENT = select(webhook).where(webhook.c.organization == _owner, webhook.c.active)


def _wake_nobody() -> None:
    """The default before the sender has started."""


class Webhook(Behaviour):
    """`wake` notifies the sender that a delivery is due."""

    def __init__(self, resource: Resource, records: Records, secret_box: SecretBox, rules: Rules) -> None:
        super().__init__(resource, records)
        self._secret_box, self._rules = secret_box, rules
        self.wake: Callable[[], None] = _wake_nobody
        self.actions = {"test": self.test, "rotate_secret": self.rotate}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        if "url" in values:
            try:
                self._rules.check_url(values["url"])
            except Blocked as e:
                field_error = FieldError("url", "not_allowed", "is not an address that this server may call", e.remedy)
                raise Conflict("The webhook was not saved.", [field_error]) from None
        if before is not None:
            return Prepared(values, {"disabled_reason": None} if values.get("active") else {})
        id, secret = new_id(), new_secret()
        return Prepared(
            values, {"id": id, "sealed": self._secret_box.seal(f"webhook {id}", secret)}, {"secret": secret}
        )

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "health" not in requested:
            return
        newest = (
            select(delivery.c.log)
            .where(delivery.c.webhook == webhook.c.id, delivery.c.attempts > 0)
            .order_by(delivery.c.updated_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(webhook.c.id, newest.label("log")).where(webhook.c.id.in_([row["id"] for row in rows]))
        logs = {id: log for id, log in await c.execute(query)}
        for row in rows:
            row["health"] = health_of(logs.get(row["id"]))

    async def rotate(self, ctx: ActionContext) -> ActionResult:
        secret, hours = new_secret(), ctx.params["overlap_hours"]
        old_until = utc(datetime.now(UTC) + timedelta(hours=hours))
        columns = {
            "sealed": self._secret_box.seal(f"webhook {ctx.row['id']}", secret),
            "old_sealed": ctx.row["sealed"] if hours else None, "old_until": old_until if hours else None,
        }  # fmt: skip
        row = await self.records.update(ctx.c, self.resource, ctx.principal, ctx.row, {}, columns, "rotated")
        return ActionResult(row, {"secret": secret})

    async def test(self, ctx: ActionContext) -> ActionResult:
        await _deliver(ctx.c, ctx.row, f"test-{new_id()}", "test", now(), {"webhook": ctx.row["id"]})
        return ActionResult(ctx.row)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self.wake()


class WebhookDelivery(Behaviour):
    def __init__(self, resource: Resource, records: Records) -> None:
        super().__init__(resource, records)
        self.wake: Callable[[], None] = _wake_nobody
        self.actions = {"replay": self.replay}

    async def replay(self, ctx: ActionContext) -> ActionResult:
        """Create a new delivery of the same message, with the same webhook-id."""
        row = {**ctx.row, "id": new_id(), "state": "waiting", "attempts": 0, "next_at": now(), "log": [],
               "created_at": now(), "updated_at": now(), "version": 1}  # fmt: skip
        await ctx.c.execute(insert(delivery).values(**row))
        return ActionResult(ctx.row)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self.wake()


def health_of(log: list[dict[str, Any]] | None) -> str:
    """Whether the last attempt in the log of a delivery succeeded. Pure."""
    if not log:
        return "unused"
    return "working" if log[-1]["outcome"] == "delivered" else "failing"


async def _deliver(
    c: AsyncConnection, hook: RowMapping | dict[str, Any], message: str, type: str, at: str, data: dict[str, Any]
) -> None:
    """Store the delivery of a message to a webhook, unless it exists already."""
    hook_id = hook["id"]
    id = hashlib.blake2b(f"{message} {hook_id}".encode(), digest_size=6).hexdigest()
    if (await c.execute(select(delivery.c.id).where(delivery.c.id == id))).first():
        return
    body = body_of(type, datetime.fromisoformat(at).timestamp(), data)
    await c.execute(insert(delivery).values(
        id=id, organization=hook["organization"], webhook=hook_id, event_type=type, state="waiting", attempts=0,
        next_at=now(), log=[], payload=json.loads(body), event=message_id_of(message),
        created_at=now(), updated_at=now(),
    ))  # fmt: skip


async def _subscribed(c: AsyncConnection, event: Event) -> list[RowMapping]:
    """The webhooks of the event's organization that subscribe to its type."""
    owner = {"organization": event.data.get("organization"), "media": event.data.get("media")}
    return [h for h in (await c.execute(HOOKS_OF_EVENT, owner)).mappings() if event.type in h["events"]]


class WebhookStore:
    """The sender's `Deliveries` in the database; `feed` is the listener that creates them from events."""

    def __init__(self, db: Database, secret_box: SecretBox) -> None:
        self._db, self._secret_box = db, secret_box

    async def feed(self, event: Event) -> bool:
        """Create a delivery of the event for every subscribed webhook. Returns whether there are any."""
        async with self._db.read() as c:  # most events have no subscriber: do not wait for the write lock
            if not await _subscribed(c, event):
                return False
        async with self._db.write() as c:
            for hook in await _subscribed(c, event):
                data = {"organization": hook["organization"], **event.data}
                await _deliver(c, hook, str(event.id), event.type, event.at, data)
        return True

    async def due(
        self, at: float, limit: int, *, without: Collection[str], full: Collection[str]
    ) -> Sequence[Delivery]:
        moment = utc(datetime.fromtimestamp(at, UTC))
        query = (
            select(delivery, webhook.c.url, webhook.c.sealed, webhook.c.old_sealed, webhook.c.old_until)
            .join(webhook, webhook.c.id == delivery.c.webhook)
            .where(delivery.c.state == "waiting", delivery.c.next_at <= moment, webhook.c.active,
                   delivery.c.id.not_in(list(without)), webhook.c.id.not_in(list(full)))
            .order_by(delivery.c.next_at)
            .limit(limit)
        )  # fmt: skip
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        return [self._delivery(r, moment) for r in rows]

    def _delivery(self, row: ResultRow[Any], moment: str) -> Delivery:
        secrets = [self._secret_box.open(f"webhook {row.webhook}", row.sealed)]
        if row.old_sealed and row.old_until and row.old_until > moment:
            secrets.append(self._secret_box.open(f"webhook {row.webhook}", row.old_sealed))
        body = json.dumps(row.payload, ensure_ascii=False).encode()
        return Delivery(row.id, row.event, Endpoint(row.webhook, row.url, tuple(secrets)), body, row.attempts)

    async def attempted(self, sent: Delivery, attempt: Attempt) -> None:
        state = {"delivered": "delivered", "retry": "waiting"}.get(attempt.outcome, "given_up")
        entry = {"at": utc(datetime.fromtimestamp(attempt.at, UTC)), "took_s": round(attempt.took_s, 3),
                 "outcome": attempt.outcome, "status": attempt.status, "response": attempt.response,
                 "error": attempt.error}  # fmt: skip
        next_at = None if attempt.next_at is None else utc(datetime.fromtimestamp(attempt.next_at, UTC))
        async with self._db.write() as c:
            row = (await c.execute(select(delivery.c.log).where(delivery.c.id == sent.id))).first()
            if row is None:
                return
            values = {"state": state, "attempts": sent.failures + 1, "next_at": next_at, "updated_at": now(),
                      "log": [*(row.log or []), entry][-MAX_LOGGED_ATTEMPTS:]}  # fmt: skip
            await c.execute(update(delivery).where(delivery.c.id == sent.id).values(**values))
            if attempt.outcome == "gone":
                statement = update(webhook).where(webhook.c.id == sent.endpoint.id)
                await c.execute(statement.values(active=False, disabled_reason="The endpoint responded with 410 Gone."))
