"""Which ads play in a break: asks the ad provider of a channel once, and stores its decision.

The decision is stored before the break is put into the playout, so that it is made once, whichever process asks. A
provider that fails or takes too long has decided that there are no ads. Where the ads are interstitials, there is a
decision for each cohort of the viewers; ads that are inserted are those of the cohort 0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from otnet_server.channels.ad_creatives import AdCreatives
from otnet_server.channels.ad_trackers import cleaned
from otnet_server.channels.airing import MAX_ADS, AdBreak, moment_of
from otnet_server.channels.repository import ChannelRepository, ChannelRow
from otnet_server.db.ad_tables import ad_decision
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.logs import log
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.protocols import Ad, AdBreakRequest, AdProvider, AiredAd

TIMEOUT_S = 5.0
HISTORY = timedelta(days=1)
EVERYBODY = 0  # the cohort of those who do not say theirs


class AdDecisions:
    def __init__(
        self,
        db: Database,
        repository: ChannelRepository,
        providers: Mapping[str, AdProvider],
        creatives: AdCreatives,
    ) -> None:
        self._db, self._repository, self._providers = db, repository, providers
        self._creatives = creatives
        self._deciding: dict[tuple[str, AdBreak, int], asyncio.Task[None]] = {}
        self.on_decided: Callable[[], None] = lambda: None

    async def stop(self) -> None:
        tasks = list(self._deciding.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._creatives.stop()

    async def for_playout(self, row: ChannelRow, ad_break: AdBreak, content: str | None) -> tuple[Ad, ...] | None:
        """The ads that the playout plays in a break; None while the provider decides."""
        if row.ads == "insert":
            return await self.decided(row, ad_break, content)
        if row.ads != "interstitials":
            return ()
        query = select(ad_decision.c.cohort).where(*_key_of(row.id, ad_break))
        async with self._db.read() as c:
            known = set((await c.execute(query)).scalars())
        missing = [cohort for cohort in range(row.ad_cohorts) if cohort not in known]
        for cohort in missing:
            self._start(row, ad_break, content, cohort)
        return None if missing else ()

    async def stored(self, channel: str, ad_break: AdBreak, cohort: int) -> tuple[Ad, ...] | None:
        """The ads that were decided for a break; None without a decision."""
        query = select(ad_decision.c.ads).where(*_key_of(channel, ad_break), ad_decision.c.cohort == cohort)
        async with self._db.read() as c:
            stored = (await c.execute(query)).scalar()
        return tuple(Ad(**ad) for ad in stored) if stored is not None else None

    async def decided(self, row: ChannelRow, ad_break: AdBreak, content: str | None) -> tuple[Ad, ...] | None:
        """The ads of a break for everybody; None while the provider decides. The first call starts that."""
        stored = await self.stored(row.id, ad_break, EVERYBODY)
        if stored is None:
            self._start(row, ad_break, content, EVERYBODY)
        return stored

    def _start(self, row: ChannelRow, ad_break: AdBreak, content: str | None, cohort: int) -> None:
        key = (row.id, ad_break, cohort)
        if key not in self._deciding:
            task = self._deciding[key] = asyncio.ensure_future(self._decide_safely(row, ad_break, content, cohort))
            task.add_done_callback(lambda _: self._on_done(key))

    def _on_done(self, key: tuple[str, AdBreak, int]) -> None:
        self._deciding.pop(key, None)
        self.on_decided()

    async def _decide_safely(self, row: ChannelRow, ad_break: AdBreak, content: str | None, cohort: int) -> None:
        try:
            await self._decide(row, ad_break, content, cohort)
        except IntegrityError:
            return  # another process has decided, or the channel was deleted
        except (SQLAlchemyError, OSError) as e:
            log_failure("an ad decision could not be stored; trying again", e, channel=row.id)

    async def _decide(self, row: ChannelRow, ad_break: AdBreak, content: str | None, cohort: int) -> None:
        if await self.stored(row.id, ad_break, cohort) is not None:
            return  # since the caller has looked
        request = await self._request(row, ad_break, content, cohort)
        ads = await self._ask(row, request)
        t = ad_decision.c
        earlier = t.channel == row.id, t.ad_break == ad_break.number, t.cohort == cohort
        async with self._db.write() as c:
            # Of a break that had this number before a live stream took over.
            await c.execute(delete(ad_decision).where(*earlier, func.coalesce(t.start, -1) != ad_break.start))
            await c.execute(
                insert(ad_decision).values(
                    channel=row.id, ad_break=ad_break.number, cohort=cohort, provider=row.ad_provider,
                    ads=[vars(ad) for ad in ads], created_at=now(), start=ad_break.start,
                )
            )  # fmt: skip

    async def _request(self, row: ChannelRow, ad_break: AdBreak, content: str | None, cohort: int) -> AdBreakRequest:
        assert row.epoch is not None, "the channel has a clock"
        epoch = row.epoch
        titles = await self._repository.list_of(row.id, "ad_titles")
        aired = await self._repository.aired_ads(row.id, ad_break.start - HISTORY // timedelta(seconds=1) * CLOCK_HZ)
        return AdBreakRequest(
            row.organization, row.id, ad_break.number, moment_of(epoch, ad_break.start),
            ad_break.duration / CLOCK_HZ, cohort, content, titles,
            tuple(AiredAd(content, moment_of(epoch, start)) for content, start in aired), row.ad_settings,
        )  # fmt: skip

    async def _ask(self, row: ChannelRow, request: AdBreakRequest) -> Sequence[Ad]:
        """What the provider decides; nothing when it fails."""
        provider = self._providers.get(row.ad_provider)
        if provider is None:
            log.warning("the ad provider of a channel does not exist", provider=row.ad_provider, channel=row.name)
            return ()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                ads = await provider.ads(request)
            offered = {title.content for title in request.titles}
            ads = await self._creatives.with_content(row.organization, row.ad_provider, ads[:MAX_ADS], offered)
            return [_stored(ad) for ad in ads]
        except TimeoutError:
            log.warning("an ad provider took too long", provider=row.ad_provider, channel=row.name)
        except Exception:
            log.exception("an ad provider failed", provider=row.ad_provider, channel=row.name)
        return ()


def _key_of(channel: str, ad_break: AdBreak) -> tuple[ColumnElement[bool], ...]:
    t = ad_decision.c
    return t.channel == channel, t.ad_break == ad_break.number, t.start == ad_break.start


def _stored(ad: Ad) -> Ad:
    """What is stored of an ad."""
    return Ad(ad.content, str(ad.id)[:200], str(ad.campaign)[:200], cleaned(ad.tracking))
