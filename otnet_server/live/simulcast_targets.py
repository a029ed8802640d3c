"""The simulcast targets of channels in the database, with their keys."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.db.engine import Database
from otnet_server.db.tables import metadata
from otnet_server.identity.secret_box import SecretBox
from otnet_server.live.push import Target
from otnet_server.logs import log

target = metadata.tables["simulcast_target"]
CHANGES = ("simulcast_target.created", "simulcast_target.updated", "simulcast_target.deleted")


def purpose_of(id: str) -> str:
    """What the sealed key of a target is sealed for."""
    return f"simulcast {id}"


class SimulcastTargets:
    def __init__(self, db: Database, secret_box: SecretBox) -> None:
        self._db, self._secret_box = db, secret_box

    async def enabled(self, channel: str) -> list[Target]:
        """The targets of a channel that are enabled."""
        query = select(target).where(target.c.channel == channel, target.c.enabled).order_by(target.c.id)
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
        targets: list[Target] = []
        for row in rows:
            try:
                key = self._secret_box.open(purpose_of(row["id"]), row["sealed"])
            except Exception as e:  # the secret of the server was replaced
                log.error("the key of a simulcast target can't be read", target=row["id"], why=type(e).__name__)
                continue
            targets.append(Target(row["id"], row["name"], row["url"], key))
        return targets
