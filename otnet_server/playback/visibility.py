"""Who sees what: the access decision for content, media and pictures. Pure.

A *caller* is whoever sends a request: anybody, or a person who is signed in. A *viewer* is a caller at one
organization's site. Content that is `public` is there for anybody, `members` and `entitled` for those who are signed in
at that organization. Staff (analyst and above) may open what they are still preparing, by its address, but never meet
it in a list of the viewers' site. For all others a draft, private content and content outside its window do not exist.
See docs/viewers.md, “Who sees what”.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from otnet_server.schema.resource import Role

Row = Any  # a record of content, by column name
YEAR_S = 31_536_000


@dataclass(frozen=True)
class Visitor:
    """`role` is what they are in `organization`; None: nobody there."""

    organization: str
    user: str | None = None
    role: Role | None = None

    @property
    def staff(self) -> bool:
        return self.role is not None and self.role >= Role.ANALYST

    @property
    def signed_in(self) -> bool:
        return self.role is not None


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request. `admitted`: the server is public, or the request has valid credentials. `organization`:
    the only one whose media the credentials are for; None: any."""

    admitted: bool
    organization: str | None = None
    user: str | None = None
    role: Role | None = None

    def at(self, organization: str) -> Visitor:
        here = self.organization == organization
        return Visitor(organization, self.user, self.role if here else None)


ANYBODY = Caller(admitted=True)


class Refusal(NamedTuple):
    """A problem (RFC 9457): `what` says why, `remedy` what helps."""

    status: int
    code: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Decision:
    """`refusal` is None where the caller may have the object. `public`: anybody may have it, so shared caches may keep
    it, until the moment `until` if there is one; `by_site`: for each site that embeds it by itself."""

    refusal: Refusal | None = None
    public: bool = False
    until: str | None = None
    by_site: bool = False


PRIVATE_SERVER = Refusal(401, "sign_in", "This server shows its media only to who is let in.", "Open it with a token.")
NOT_ON_THIS_SITE = Refusal(403, "not_on_this_site", "This title may not be shown on this site.",
                           "Ask whoever runs it to allow the site.")  # fmt: skip
NOT_FOUND = Refusal(404, "not_found", "There is no such media.", "Take URLs from a manifest or the API.")


@dataclass(frozen=True)
class MediaFacts:
    """What the decision about a media needs: its organization, the content it belongs to (None: none), whether it is
    `pending` (not yet linked to content, in a library that publishes what is put into it; it may turn out to belong to
    content that is not public), and the sites that may embed what the organization has (none named: every site)."""

    organization: str
    content: Row | None
    pending: bool = False
    sites: tuple[str, ...] = ()


def decide(
    caller: Caller, facts: MediaFacts | None, at: str, *, public_server: bool, on_allowed_site: bool = True
) -> Decision:
    """Whether `caller` may have an object of a media at the moment `at`. `facts` is None where there is no media.
    `on_allowed_site`: the page that asks is the server's own or one that may embed; who is signed in need not care."""
    if not caller.admitted:
        return Decision(PRIVATE_SERVER)
    if facts is None or not (public_server or caller.organization in (None, facts.organization)):
        return Decision(NOT_FOUND)
    visitor = caller.at(facts.organization)
    if facts.content is None:
        if not (facts.pending or visitor.staff):
            return Decision(NOT_FOUND)
        return Decision(NOT_ON_THIS_SITE if not on_allowed_site and caller.user is None else None)
    if not exists_for(visitor, facts.content, at):
        return Decision(NOT_FOUND)
    why = refused(visitor, facts.content)
    if why is not None:
        return Decision(Refusal(401 if why[0] == "sign_in" else 403, *why))
    if not on_allowed_site and caller.user is None:
        return Decision(NOT_ON_THIS_SITE)
    allowed = shared(facts.content, at, public_server=public_server)
    return replace(allowed, public=allowed.public and on_allowed_site, by_site=bool(facts.sites))


def decide_picture(caller: Caller, facts: MediaFacts | None, at: str, *, public_server: bool) -> Decision:
    """Whether `caller` may have the picture of something. Pictures go with the page that shows them: `members` and
    `entitled` content has a page that asks visitors to sign in, and devices load pictures without credentials."""
    if facts is None:
        return Decision(NOT_FOUND)
    visitor = caller.at(facts.organization)
    if facts.content is None:
        return Decision() if facts.pending or visitor.staff else Decision(NOT_FOUND)
    if not exists_for(visitor, facts.content, at):
        return Decision(NOT_FOUND)
    return shared(facts.content, at, public_server=public_server)


def cache_headers(decision: Decision) -> dict[str, str]:
    """Cache headers of an object that never changes under its address. What is not public is asked for again each time,
    so that it stops when the right to it does."""
    if not decision.public:
        return {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    vary = {"Vary": "Origin"} if decision.by_site else {}
    if decision.until is None:
        return {"Cache-Control": f"public, max-age={YEAR_S}, immutable", **vary}
    return {"Cache-Control": f"public, max-age={min(YEAR_S, int(seconds_left(decision)))}", **vary}


def seconds_left(decision: Decision) -> float:
    """How long the window that a permission rests on is open yet; infinite where nothing ends it."""
    if decision.until is None:
        return math.inf
    return max(0.0, (datetime.fromisoformat(decision.until) - datetime.now(UTC)).total_seconds())


def shared(row: Row, at: str, *, public_server: bool) -> Decision:
    """The decision to allow, with whether shared caches may keep the answer."""
    public = public_server and row["status"] == "published" and row["visibility"] == "public" and within(row, at)
    return Decision(public=public, until=row["published_until"])


def within(row: Row, at: str) -> bool:
    """Whether `at` is in the publishing window."""
    return bool((row["published_from"] or at) <= at <= (row["published_until"] or at))


def exists_for(visitor: Visitor, row: Row, at: str) -> bool:
    """Whether a piece of content that is asked for by its address is there at all."""
    if row["organization"] != visitor.organization:
        return False
    if visitor.staff:
        return True
    return bool(row["status"] == "published" and within(row, at) and row["visibility"] != "private")


def refused(visitor: Visitor, row: Row) -> tuple[str, str, str] | None:
    """Why content that is there may not be played: (code, what, what to do). None: it may."""
    if visitor.staff or row["visibility"] == "public":
        return None
    if not visitor.signed_in:
        return "sign_in", "This title is for members.", "Sign in, and it plays."
    if row["visibility"] == "entitled":
        return "not_entitled", "This title is not part of what you have.", "Ask whoever runs this site how to get it."
    return None
