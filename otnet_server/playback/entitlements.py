"""What the grants of a viewer say about a title. Pure; `entitlement_queries.py` says the same in SQL.

A grant *allows* or *denies* a viewer everything, a category, a series or a title, for a time. A grant to a group is one
to each of its members. A category covers its titles, the episodes of its series, and what is in the categories below
it; a series covers its episodes. A denial is stronger than any number of permissions, and without a grant the answer is
None. A permission can limit the quality of the picture; of several, the best counts. What follows from that for a title
of each visibility is decided in `visibility.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from otnet_server.media.drm import Quality

Effect = Literal["allow", "deny"]
GrantScope = Literal["everything", "category", "series", "title"]


class Grant(NamedTuple):
    """A grant to a viewer. `target` is the id of what it covers, None for everything. It applies from `starts_at` until
    `ends_at` (UTC, ISO 8601), that moment excluded; None: no limit. `max_quality`: the best picture that it allows."""

    effect: Effect
    scope: GrantScope
    target: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    max_quality: Quality | None = None


class Entitlement(NamedTuple):
    """What the grants of a viewer say about a title: the effect (None: nothing), and the best picture that they
    allow (None: no limit)."""

    effect: Effect | None = None
    max_quality: Quality | None = None


NO_ENTITLEMENT = Entitlement()


class TitleKeys(NamedTuple):
    """What a grant can cover a title by: its id, its series, its categories and those of its series, each with the
    categories above it."""

    content: str
    series: str | None
    categories: frozenset[str]


def effect_of(grants: Iterable[Grant], title: TitleKeys, at: str) -> Effect | None:
    """What `grants` say about a title at the time `at`. A denial comes first; without a grant there is no answer."""
    effects = {grant.effect for grant in grants if is_live(grant, at) and covers(grant, title)}
    return "deny" if "deny" in effects else "allow" if effects else None


def quality_of(grants: Iterable[Grant], title: TitleKeys, at: str) -> Quality | None:
    """The best picture quality that the permissions among `grants` give for a title at the time `at`; None: no
    limit."""
    limits = {g.max_quality for g in grants if g.effect == "allow" and is_live(g, at) and covers(g, title)}
    return None if None in limits or not limits else "hd" if "hd" in limits else "sd"


def is_live(grant: Grant, at: str) -> bool:
    """Whether `at` is within the window of a grant."""
    return (grant.starts_at is None or grant.starts_at <= at) and (grant.ends_at is None or at < grant.ends_at)


def covers(grant: Grant, title: TitleKeys) -> bool:
    match grant.scope:
        case "everything":
            return True
        case "category":
            return grant.target in title.categories
        case "series":
            return grant.target is not None and grant.target == title.series
        case "title":
            return grant.target == title.content
