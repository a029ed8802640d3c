"""Who looks at a viewers' site, and what exists for them. Pure but for the SQL it says.

A *viewer* is anybody, or somebody who is signed in, at one organization's site. Content that is `public` is there for
anybody, `members` and `entitled` for those who are signed in at that organization; staff may open what they
are still preparing, by its address, but never meet it in a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_

from otnet_server.db.tables import metadata
from otnet_server.schema.resource import Role

content = metadata.tables["content"]
LISTED = {False: ("public",), True: ("public", "members", "entitled")}


@dataclass(frozen=True)
class Viewer:
    """`role` is what they are in `organization`; None: nobody there."""

    organization: str
    user: str | None = None
    role: Role | None = None

    @property
    def staff(self) -> bool:
        return self.role is not None and self.role >= Role.ANALYST

    @property
    def member(self) -> bool:
        return self.role is not None


def listed(viewer: Viewer, at: str, *, few: bool = False) -> list[ColumnElement[bool]]:
    """What must hold for a piece of content to be met in lists and searches at the moment `at`. `few`: it is asked of
    few pieces that are known otherwise, so the database must not be tempted by an index on the organization."""
    organization = content.c.organization.concat("") if few else content.c.organization
    return [
        organization == viewer.organization,
        content.c.status == "published",
        content.c.visibility.in_(LISTED[viewer.member]),
        or_(content.c.published_from.is_(None), content.c.published_from <= at),
        or_(content.c.published_until.is_(None), content.c.published_until >= at),
    ]


def exists_for(viewer: Viewer, row: Any, at: str) -> bool:
    """Whether a piece of content that is asked for by its address is there at all. Pure."""
    if row["organization"] != viewer.organization:
        return False
    if viewer.staff:
        return True
    within = (row["published_from"] or at) <= at <= (row["published_until"] or at)
    return bool(row["status"] == "published" and within and row["visibility"] != "private")


def refused(viewer: Viewer, row: Any) -> tuple[str, str, str] | None:
    """Why content that is there may not be played: (code, what, what to do). None: it may. Pure."""
    if viewer.staff or row["visibility"] == "public":
        return None
    if not viewer.member:
        return "sign_in", "This title is for members.", "Sign in, and it plays."
    if row["visibility"] == "entitled":
        return "not_entitled", "This title is not part of what you have.", "Ask whoever runs this site how to get it."
    return None
