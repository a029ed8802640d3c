"""How many watch a channel at the moment.

Players report at least once a minute while they play (telemetry/store.py); whoever has reported in the last `WITHIN`
watches. Playback sessions without reports, such as those of browsers that ask not to be followed, count while their
heartbeats come. Nothing is counted at segments, so that neither caches nor several processes change the number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from otnet_server.db.engine import Database
from otnet_server.db.tables import channel_viewer, live_stream, playback_session
from otnet_server.playback.sessions import LIFETIME
from otnet_server.schema.fields.dates import utc

WITHIN = timedelta(seconds=90)


class ChannelViewers:
    """`enabled`: playback telemetry is on; without it, the number is not known."""

    def __init__(self, db: Database, *, enabled: bool) -> None:
        self._db, self._enabled = db, enabled

    async def count(self, channel: str) -> int | None:
        return (await self.counts([channel])).get(channel)

    async def counts(self, channels: Sequence[str]) -> dict[str, int]:
        """The numbers of these channels; empty when they are not known."""
        if not self._enabled or not channels:
            return {}
        now = datetime.now(UTC)
        reported = channel_viewer.c.channel.in_(channels), channel_viewer.c.at > utc(now - WITHIN)
        by_reports = (
            select(channel_viewer.c.channel, func.count().label("n"))
            .where(*reported)
            .group_by(channel_viewer.c.channel)
        )
        session, of_report = playback_session.c, channel_viewer.c
        of_live = and_(live_stream.c.media == session.media, live_stream.c.ended_at.is_(None))
        has_report = and_(of_report.playback_session == session.id, of_report.at > utc(now - WITHIN))
        by_sessions = (
            select(func.coalesce(session.channel, live_stream.c.channel).label("channel"), func.count().label("n"))
            .select_from(playback_session)
            .outerjoin(live_stream, of_live)
            .where(or_(session.channel.in_(channels), live_stream.c.channel.in_(channels)))
            .where(~session.stopped, session.expires_at > utc(now + LIFETIME - WITHIN))
            .where(~select(of_report.session).where(has_report).exists())
            .group_by(func.coalesce(session.channel, live_stream.c.channel))
        )
        counts = Counter(dict.fromkeys(channels, 0))
        async with self._db.read() as c:
            for query in (by_reports, by_sessions):
                counts.update({row.channel: row.n for row in await c.execute(query)})
        return dict(counts)
