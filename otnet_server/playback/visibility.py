"""The access decision for content, media and pictures. Pure.

A *caller* is whoever sends a request, signed in or not. A *visitor* is a caller at the site of one organization.
Anybody can play `public` content. `members` and `entitled` content exists for everybody, but only users of that
organization can play it, and `entitled` content only those with a grant for it (`entitlements.py`). Staff (analyst and
above) can open unpublished content by its address, but lists of the site do not include it. For everybody else drafts,
private content and content outside its publishing window do not exist. See docs/viewers.md, “Visibility”.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TypedDict

from otnet_server.media.drm import Quality
from otnet_server.playback.entitlements import Effect
from otnet_server.schema.resource import Role

YEAR_S = 31_536_000


class RegionRule(TypedDict):
    """`schema.fields.regions.RegionRule` as it is stored."""

    mode: Literal["allow", "deny"]
    countries: list[str]


class Publication(NamedTuple):
    """The columns of content that say for whom it exists. The window is in UTC (ISO 8601), both ends included; None:
    no limit. `age_rating` is the minimum age in years; None: not rated."""

    organization: str
    status: str
    visibility: str
    published_from: str | None
    published_until: str | None
    age_rating: int | None = None


@dataclass(frozen=True)
class Visitor:
    """A caller at the site of `organization`. `role` is their role there; None without one. `viewer_profile` is the
    profile that watches (empty: the main one of the account), and `max_age` its age limit: only titles with an age
    rating up to it exist for the visitor, also for staff."""

    organization: str
    user: str | None = None
    role: Role | None = None
    viewer_profile: str = ""
    max_age: int | None = None

    @property
    def staff(self) -> bool:
        return self.role is not None and self.role >= Role.ANALYST

    @property
    def signed_in(self) -> bool:
        return self.role is not None


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request. `admitted`: the server is public, or the request has valid credentials. `organization`:
    the organization that the credentials are limited to; None: not limited. `preview`: the id of the only content that
    a preview link gives access to; with a `user` with the rights of that viewer, else without conditions."""

    admitted: bool
    organization: str | None = None
    user: str | None = None
    role: Role | None = None
    max_age: int | None = None
    preview: str | None = None

    def at(self, organization: str) -> Visitor:
        same_organization = self.organization == organization
        return Visitor(organization, self.user, self.role if same_organization else None, max_age=self.max_age)


ANYBODY = Caller(admitted=True)


class Refusal(NamedTuple):
    """The reason of a denial, as a problem (RFC 9457): `what` is its title, `remedy` what the caller can do."""

    status: int
    code: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Decision:
    """`refusal` is None when the caller may have the object. `public`: anybody may have it, so shared caches may store
    it (until `until`, if set). `by_request`: the decision depends on the Origin header or the address. `max_quality`:
    the best picture that the caller may have; None: every one."""

    refusal: Refusal | None = None
    public: bool = False
    until: str | None = None
    by_request: bool = False
    max_quality: Quality | None = None


PRIVATE_SERVER = Refusal(401, "sign_in", "This server is private.", "Sign in, or send a token from “otnet token”.")
NOT_IN_REGION = Refusal(403, "not_in_region", "This title is not available where you are.",
                        "The rights for it are limited to other countries.")  # fmt: skip
NOT_ON_THIS_SITE = Refusal(403, "not_on_this_site", "This title may not be shown on this site.",
                           "Ask the operator of the server to allow this site.")  # fmt: skip
SESSION_ENDED = Refusal(403, "session_ended", "This playback session has ended.",
                        "Request the playback configuration again: GET /api/v1/playback/{id}.")  # fmt: skip
QUALITY_NOT_INCLUDED = Refusal(403, "quality_not_included", "Your account does not include this picture quality.",
                               "Play what the manifest names, or ask the operator of this site.")  # fmt: skip
NOT_FOUND = Refusal(404, "not_found", "This media object does not exist.", "Use URLs from a manifest or the API.")
NO_MEDIA = Refusal(409, "not_ready", "This title has no media yet.", "Try again when its file was added.")
MEDIA_FAILED = Refusal(409, "failed", "This title can't be played.", "Its file could not be encoded.")
BEING_PREPARED = Refusal(409, "not_ready", "This title is being prepared.", "Try again in a moment.")


@dataclass(frozen=True)
class MediaFacts:
    """The facts for a decision about a media: its organization, the publication of its content (None without content),
    the rule for regions of that content, and the sites that may embed the organization's players (empty: every site).
    `content`: the id of its content. `pending`: it is in a library that publishes its files, but is not linked to
    content yet; that content may turn out not to be public."""

    organization: str
    publication: Publication | None
    regions: RegionRule | None = None
    pending: bool = False
    sites: tuple[str, ...] = ()
    content: str | None = None


def decide(
    caller: Caller,
    facts: MediaFacts | None,
    at: str,
    *,
    public_server: bool,
    on_allowed_site: bool = True,
    country: str | None = None,
    check_region: bool = True,
    effect: Effect | None = None,
    max_quality: Quality | None = None,
) -> Decision:
    """Whether `caller` may have an object of a media at the time `at`. `facts` is None when the media does not exist.
    The rules apply in this order: organization, age limit and publishing window; country; denials; permissions.
    `on_allowed_site`: the requesting page is the server's own or on a site that may embed; signed-in callers may use
    any site. `country`: that of the caller's address (ISO 3166-1 alpha-2), None when it is not known. `effect` and
    `max_quality`: what the grants of the caller say about the content. The quality counts only where a grant is
    needed."""
    if not caller.admitted:
        return Decision(PRIVATE_SERVER)
    if facts is None or not (public_server or caller.organization in (None, facts.organization)):
        return Decision(NOT_FOUND)
    if caller.preview is not None and (caller.user is None or facts.content != caller.preview):
        return Decision(None if facts.content == caller.preview else NOT_FOUND)
    visitor = caller.at(facts.organization)
    if facts.publication is None:
        if visitor.max_age is not None or not (facts.pending or visitor.staff):
            return Decision(NOT_FOUND)
        return Decision(NOT_ON_THIS_SITE if not on_allowed_site and caller.user is None else None)
    if not exists_for(visitor, facts.publication, at):
        return Decision(NOT_FOUND)
    has_regions = limits_regions(facts.regions)
    if check_region and not (visitor.staff or is_available(facts.regions, country)):
        return Decision(NOT_IN_REGION)
    reason = refusal_reason(visitor, facts.publication, effect)
    if reason is not None:
        return Decision(Refusal(401 if reason[0] == "sign_in" else 403, *reason))
    if not on_allowed_site and caller.user is None:
        return Decision(NOT_ON_THIS_SITE)
    allowed = allow(facts.publication, at, public_server=public_server)
    public = allowed.public and on_allowed_site and not has_regions
    limit = max_quality if needs_grant(visitor, facts.publication) else None
    return replace(allowed, public=public, by_request=bool(facts.sites) or has_regions, max_quality=limit)


def limits_regions(rule: RegionRule | None) -> bool:
    """Whether a title is not available in every country."""
    return rule is not None and (rule["mode"] == "allow" or bool(rule["countries"]))


def is_available(rule: RegionRule | None, country: str | None) -> bool:
    """Whether a title is available in a country; where it is not available everywhere, not in an unknown one."""
    if rule is None or not limits_regions(rule):
        return True
    return country is not None and (country in rule["countries"]) == (rule["mode"] == "allow")


def decide_picture(caller: Caller, facts: MediaFacts | None, at: str, *, public_server: bool) -> Decision:
    """Whether `caller` may have a picture of content or media. Pictures of `members` and `entitled` content are allowed
    for everybody: its page, which asks visitors to sign in, shows them, and devices load pictures without
    credentials."""
    if facts is None:
        return Decision(NOT_FOUND)
    visitor = caller.at(facts.organization)
    if facts.publication is None:
        return Decision() if facts.pending or visitor.staff else Decision(NOT_FOUND)
    if not exists_for(visitor, facts.publication, at):
        return Decision(NOT_FOUND)
    return allow(facts.publication, at, public_server=public_server)


def cache_headers(decision: Decision) -> dict[str, str]:
    """Cache headers of an immutable object. Caches must revalidate objects that are not public, so that access ends as
    soon as the permission does."""
    if not decision.public:
        return {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    vary = {"Vary": "Origin"} if decision.by_request else {}
    if decision.until is None:
        return {"Cache-Control": f"public, max-age={YEAR_S}, immutable", **vary}
    return {"Cache-Control": f"public, max-age={min(YEAR_S, int(seconds_left(decision)))}", **vary}


def seconds_left(decision: Decision) -> float:
    """Seconds until the publishing window of a permission ends; infinite without an end."""
    if decision.until is None:
        return math.inf
    return max(0.0, (datetime.fromisoformat(decision.until) - datetime.now(UTC)).total_seconds())


def allow(publication: Publication, at: str, *, public_server: bool) -> Decision:
    """The decision to allow an object of content, and whether shared caches may store it."""
    public = (
        public_server
        and publication.status == "published"
        and publication.visibility == "public"
        and is_within_window(publication, at)
    )
    return Decision(public=public, until=publication.published_until)


def is_within_window(publication: Publication, at: str) -> bool:
    """Whether `at` is in the publishing window."""
    return bool((publication.published_from or at) <= at <= (publication.published_until or at))


def is_within_age_limit(visitor: Visitor, publication: Publication) -> bool:
    """Whether the profile of the visitor may see a title of this age rating. A title without one is for adults."""
    if visitor.max_age is None:
        return True
    return publication.age_rating is not None and publication.age_rating <= visitor.max_age


def exists_for(visitor: Visitor, publication: Publication, at: str) -> bool:
    """Whether content that is requested by its address exists for this visitor."""
    if publication.organization != visitor.organization or not is_within_age_limit(visitor, publication):
        return False
    if visitor.staff:
        return True
    return bool(
        publication.status == "published" and is_within_window(publication, at) and publication.visibility != "private"
    )


def needs_grant(visitor: Visitor, publication: Publication) -> bool:
    """Whether a visitor may play content only with a permission."""
    return publication.visibility == "entitled" and not visitor.staff


def no_quality(max_quality: Quality) -> Refusal:
    """The refusal of a title without video in the quality that a viewer may have."""
    return Refusal(403, QUALITY_NOT_INCLUDED.code,
                   f"Your account includes this title up to {max_quality.upper()}, and it exists only in a higher "
                   "quality.", "Ask the operator of this site about access in a higher quality.")  # fmt: skip


def too_many_streams(max_streams: int) -> Refusal:
    count = "one title" if max_streams == 1 else f"{max_streams} titles"
    return Refusal(409, "too_many_streams", f"Your account can play {count} at the same time.",
                   "End one where it plays, or with DELETE /api/v1/me/streams/{id}.")  # fmt: skip


def refusal_reason(
    visitor: Visitor, publication: Publication, effect: Effect | None = None
) -> tuple[str, str, str] | None:
    """Why a visitor may not play content that exists for them, as (code, title, remedy); None if they may. `effect`:
    what their grants say about it."""
    if visitor.staff or publication.visibility == "public":
        return None
    if not visitor.signed_in:
        return "sign_in", "This title is for members.", "Sign in to watch it."
    if effect == "deny" or (needs_grant(visitor, publication) and effect != "allow"):
        return (
            "not_entitled",
            "Your account does not include this title.",
            "Redeem a code on your account page, or ask the operator of this site about access.",
        )
    return None
