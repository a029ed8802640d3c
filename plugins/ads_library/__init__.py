"""The library as ad server: campaigns of the titles that a channel has as ads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from otnet_server import Ad, AdBreakRequest, AdProvider, ScheduledTitle, hookimpl

name = "ads_library"
api = 2

HOUR = timedelta(hours=1)
MAX_ADS = 100  # in a break
Slug = Annotated[str, Field(min_length=1, max_length=120)]


class Settings(BaseModel):
    """Settings of a channel, as they are sent in JSON."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class Campaign(Settings):
    """Ads of a category, or those with these ids; without either, all ads of the channel. They play between the moments
    `from` and `until`, at most `per_hour` times an hour; `weight` is their share among the campaigns."""

    name: str = Field(min_length=1, max_length=120)
    category: Slug | None = None
    titles: Annotated[list[str], Field(min_length=1, max_length=1000)] | None = None
    weight: int = Field(default=1, ge=1, le=1000)
    starts_at: str | None = Field(default=None, alias="from")
    ends_at: str | None = Field(default=None, alias="until")
    per_hour: int | None = Field(default=None, ge=1, le=1000)

    @field_validator("starts_at", "ends_at")
    @classmethod
    def _moment(cls, value: str | None, info: ValidationInfo) -> str | None:
        try:
            aware = value is None or datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("must be a moment with a time zone, such as 2026-12-24T00:00:00Z")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> Campaign:
        if self.category is not None and self.titles is not None:
            raise ValueError("must name only one of category and titles")
        return self

    def runs_at(self, moment: datetime) -> bool:
        begun = self.starts_at is None or datetime.fromisoformat(self.starts_at) <= moment
        return begun and (self.ends_at is None or moment < datetime.fromisoformat(self.ends_at))

    def has(self, title: ScheduledTitle) -> bool:
        if self.titles is not None:
            return title.content in self.titles
        return self.category is None or self.category in title.categories


class LibrarySettings(Settings):
    """`seed` changes the choice among campaigns."""

    seed: int = Field(default=0, ge=0, le=1_000_000_000)
    campaigns: list[Campaign] = Field(default_factory=lambda: [Campaign(name="all")], min_length=1, max_length=200)


class Library:
    name = "library"
    label = "Library"
    description = (
        "Plays the ads of the channel by “campaigns” with category or titles, weight, from, until and per_hour. The "
        "same break has the same ads."
    )

    def validate(self, settings: dict[str, Any]) -> None:
        LibrarySettings.model_validate(settings)

    async def ads(self, request: AdBreakRequest) -> list[Ad]:
        settings = LibrarySettings.model_validate(request.settings)
        running = [c for c in settings.campaigns if c.runs_at(request.starts_at)]
        left, chosen = request.duration_s, list[tuple[Campaign, ScheduledTitle]]()
        for place in range(MAX_ADS):
            played = {title.content for _, title in chosen}
            fresh = [t for t in request.titles if t.duration_s <= left and t.content not in played]
            choices = [(c, own) for c in running if _may_play(c, request, chosen) and (own := _titles_of(c, fresh))]
            if not choices:
                break
            number = _number(f"{settings.seed}\n{request.channel}\n{request.ad_break}\n{request.cohort}\n{place}")
            campaign, titles = _weighted(choices, number)
            title = min(titles, key=lambda t: -1 if t.last_airing is None else t.last_airing)
            chosen.append((campaign, title))
            left -= title.duration_s
        return [Ad(title.content, title.content, campaign.name) for campaign, title in chosen]


def _titles_of(campaign: Campaign, titles: Sequence[ScheduledTitle]) -> list[ScheduledTitle]:
    return [title for title in titles if campaign.has(title)]


def _may_play(campaign: Campaign, request: AdBreakRequest, chosen: Sequence[tuple[Campaign, ScheduledTitle]]) -> bool:
    """Whether the campaign has played less often than it may, in the last hour and in this break."""
    if campaign.per_hour is None:
        return True
    of_campaign = {title.content for title in request.titles if campaign.has(title)}
    recent = sum(ad.content in of_campaign and ad.at > request.starts_at - HOUR for ad in request.aired)
    return recent + sum(title.content in of_campaign for _, title in chosen) < campaign.per_hour


def _weighted(
    choices: Sequence[tuple[Campaign, list[ScheduledTitle]]], number: int
) -> tuple[Campaign, list[ScheduledTitle]]:
    """The choice on which a number falls, where each has the share of its weight."""
    rest = number % sum(campaign.weight for campaign, _ in choices)
    for choice in choices:
        rest -= choice[0].weight
        if rest < 0:
            return choice
    raise AssertionError("the number is below the sum of the weights")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


@hookimpl
def register_ads() -> list[AdProvider]:
    return [Library()]
