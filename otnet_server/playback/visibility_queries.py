"""The rules of `visibility.py` as SQL conditions, for lists and searches."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, or_

from otnet_server.db.resources import table_of
from otnet_server.playback.visibility import Visitor
from otnet_server.resources import SCHEMA

content = table_of(SCHEMA["content"])
LISTED_VISIBILITIES = {False: ("public",), True: ("public", "members", "entitled")}  # by: signed in here


def published(at: str) -> list[ColumnElement[bool]]:
    """Conditions for content that is published and within its publishing window at the time `at`."""
    return [
        content.c.status == "published",
        or_(content.c.published_from.is_(None), content.c.published_from <= at),
        or_(content.c.published_until.is_(None), content.c.published_until >= at),
    ]


def listed(visitor: Visitor, at: str, *, by_id: bool = False) -> list[ColumnElement[bool]]:
    """Conditions for content that lists and searches include at the time `at`. `by_id`: the query selects few rows by
    other conditions; this keeps the database from using the index on the organization instead."""
    organization = content.c.organization.concat("") if by_id else content.c.organization
    return [
        organization == visitor.organization,
        content.c.visibility.in_(LISTED_VISIBILITIES[visitor.signed_in]),
        *published(at),
        *within_age_limit(visitor.max_age),
    ]


def within_age_limit(max_age: int | None) -> list[ColumnElement[bool]]:
    """Conditions for content that a profile with this age limit may see."""
    return [] if max_age is None else [content.c.age_rating <= max_age]


def keys_of(visitor: Visitor) -> dict[str, str | None]:
    """The columns of progress and watchlist that say whose they are."""
    return {"user": visitor.user, "viewer_profile": visitor.viewer_profile}


def history_of(table: Table, visitor: Visitor) -> list[ColumnElement[bool]]:
    """Conditions for the rows of progress or watchlist of this visitor."""
    return [table.c[name] == value for name, value in keys_of(visitor).items()]
