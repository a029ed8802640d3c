"""Why a viewer can watch a title now, or why not: the access decision, step by step. Pure.

The outcome is that of `visibility.decide` and of the other refusals of playback. The steps say which facts led to it;
they use the same functions. Edge policies are left out, because they are about requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from otnet_server.media.plan import Plan
from otnet_server.media.protection import includes_video
from otnet_server.playback.entitlements import Entitlement
from otnet_server.playback.visibility import (
    ANYBODY,
    BEING_PREPARED,
    MEDIA_FAILED,
    NO_MEDIA,
    Caller,
    Decision,
    MediaFacts,
    Publication,
    Refusal,
    Visitor,
    decide,
    is_available,
    is_within_age_limit,
    is_within_window,
    limits_regions,
    needs_grant,
    no_quality,
    too_many_streams,
)

StepState = Literal["passed", "refused", "note"]
MediaState = Literal["ready", "none", "preparing", "failed"]
Values = Mapping[str, str | int]
# The studio has the same phrases, and their translations, under `explain.`; a test compares them.
PHRASES = {
    "publication.published": "The title is published.",
    "publication.published_until": "The title is published until %{until}.",
    "publication.draft": "The title is not published.",
    "publication.not_yet": "The title will be published at %{from}.",
    "publication.over": "The title was published until %{until}.",
    "visibility.public": "Everybody may watch it.",
    "visibility.members": "Everybody with an account here may watch it.",
    "visibility.entitled": "Only viewers with a grant may watch it.",
    "visibility.private": "Only the team may watch it.",
    "visibility.staff": "Members of the team may watch every title.",
    "age.no_limit": "The profile has no age limit.",
    "age.within": "The age rating of %{rating} is within the age limit of the profile, %{limit}.",
    "age.above": "The age rating of %{rating} is above the age limit of the profile, %{limit}.",
    "age.unrated": "The title has no age rating, and the profile has an age limit of %{limit}.",
    "region.everywhere": "It is available in every country.",
    "region.staff": "It is not available in every country. That does not apply to the team.",
    "region.unknown": "It is not available in every country. Choose the country to check it.",
    "region.available": "It is available in %{country}.",
    "region.not_available": "It is not available in %{country}.",
    "grants.not_needed": "No grant is needed.",
    "grants.allowed": "A grant includes it.",
    "grants.denied": "A grant denies it.",
    "grants.none": "No grant includes it.",
    "media.ready": "It is ready to play.",
    "media.none": "It has no video or sound yet.",
    "media.preparing": "It is still being prepared.",
    "media.failed": "Its file could not be encoded.",
    "quality.every": "Every picture quality is included.",
    "quality.up_to": "The picture is included up to %{quality}.",
    "quality.higher_only": "The picture is included up to %{quality}, and exists only in a higher quality.",
    "protection.none": "It is not encrypted.",
    "protection.ready": "It is encrypted with %{scheme}, and licences are available.",
    "protection.problem": "It is encrypted with %{scheme}, and licences are not available: %{problem}",
    "streams.not_counted": "It does not count as a stream, because anybody may watch it.",
    "streams.no_limit": "The number of streams is not limited; in use: %{count}.",
    "streams.free": "Streams in use: %{count} of %{max}.",
    "streams.full": "All streams are in use: %{count} of %{max}.",
    "devices.no_limit": "The number of devices is not limited; signed in: %{count}.",
    "devices.free": "Devices signed in: %{count} of %{max}.",
    "devices.full": "No other device can be signed in: %{count} of %{max}.",
}


@dataclass(frozen=True)
class PlaybackFacts:
    """What playback of a title by a viewer depends on. `country` is None when it is not known. `plan`: of what plays.
    `scheme`: how it is encrypted, empty without. `licence_problem`: why there are no licences. `max_streams` and
    `max_devices`: 0 without a limit."""

    caller: Caller
    title: MediaFacts
    at: str
    public_server: bool
    country: str | None = None
    entitlement: Entitlement = Entitlement()
    state: MediaState = "ready"
    plan: Plan | None = None
    scheme: str = ""
    licence_problem: Refusal | None = None
    streams: int = 0
    max_streams: int = 0
    devices: int = 0
    max_devices: int = 0


@dataclass(frozen=True)
class Step:
    """`key` is that of a phrase, whose first part names the step; `text` is the phrase with its values."""

    key: str
    state: StepState
    values: Values
    text: str


@dataclass(frozen=True)
class Explanation:
    """`refusal` is None when the viewer can watch the title now."""

    refusal: Refusal | None
    steps: Sequence[Step]


def explain(facts: PlaybackFacts) -> Explanation:
    decision = _decide(facts.caller, facts)
    return Explanation(_refusal(facts, decision), list(_steps(facts, decision)))


def _decide(caller: Caller, facts: PlaybackFacts) -> Decision:
    return decide(
        caller, facts.title, facts.at, public_server=facts.public_server, country=facts.country,
        check_region=facts.country is not None, effect=facts.entitlement.effect,
        max_quality=facts.entitlement.max_quality,
    )  # fmt: skip


def _refusal(facts: PlaybackFacts, decision: Decision) -> Refusal | None:
    media: dict[MediaState, Refusal | None] = {
        "ready": None, "none": NO_MEDIA, "preparing": BEING_PREPARED, "failed": MEDIA_FAILED,
    }  # fmt: skip
    refusal = decision.refusal or media[facts.state]
    limit = decision.max_quality
    if refusal is None and limit is not None and facts.plan is not None and not includes_video(facts.plan, limit):
        refusal = no_quality(limit)
    if refusal is None and _counts(facts) and _is_full(facts.streams, facts.max_streams):
        refusal = too_many_streams(facts.max_streams)
    return refusal or facts.licence_problem


def _counts(facts: PlaybackFacts) -> bool:
    """Whether the title counts as a stream: not if anybody may watch it."""
    return not (facts.public_server and _decide(ANYBODY, facts).refusal is None)


def _is_full(count: int, maximum: int) -> bool:
    return 0 < maximum <= count


def _steps(facts: PlaybackFacts, decision: Decision) -> Iterator[Step]:
    visitor, publication = facts.caller.at(facts.title.organization), facts.title.publication
    assert publication is not None, "the title is content"
    yield _publication(visitor, publication, facts.at)
    yield _visibility(visitor, publication)
    yield _age(visitor, publication)
    yield _region(visitor, facts)
    yield _grants(visitor, publication, facts)
    yield _step(f"media.{facts.state}", refused=facts.state != "ready")
    limit = decision.max_quality
    quality = {"quality": limit.upper()} if limit is not None else {}
    if limit is not None and facts.plan is not None and not includes_video(facts.plan, limit):
        yield _step("quality.higher_only", quality, refused=True)
    elif decision.refusal is None and (facts.plan is None or facts.plan.video is not None):
        yield _step("quality.up_to" if limit is not None else "quality.every", quality)
    yield _protection(facts)
    yield _streams(facts)
    yield _limit("devices", facts.devices, facts.max_devices, "note")


def _step(key: str, values: Values | None = None, *, refused: bool = False, state: StepState = "passed") -> Step:
    known = values or {}
    text = re.sub(r"%\{(\w+)\}", lambda m: str(known[m[1]]), PHRASES[key])
    return Step(key, "refused" if refused else state, known, text)


def _publication(visitor: Visitor, publication: Publication, at: str) -> Step:
    start, until = publication.published_from, publication.published_until
    if publication.status == "published" and is_within_window(publication, at):
        key, values = ("published_until", {"until": until}) if until is not None else ("published", {})
        return _step(f"publication.{key}", values)
    # Staff can open it nevertheless.
    outside: StepState = "note" if visitor.staff else "refused"
    if publication.status != "published":
        return _step("publication.draft", state=outside)
    if start is not None and at < start:
        return _step("publication.not_yet", {"from": start}, state=outside)
    return _step("publication.over", {"until": until or ""}, state=outside)


def _visibility(visitor: Visitor, publication: Publication) -> Step:
    if visitor.staff:
        return _step("visibility.staff")
    return _step(f"visibility.{publication.visibility}", refused=publication.visibility == "private")


def _age(visitor: Visitor, publication: Publication) -> Step:
    if visitor.max_age is None:
        return _step("age.no_limit")
    if publication.age_rating is None:
        return _step("age.unrated", {"limit": visitor.max_age}, refused=True)
    values = {"rating": publication.age_rating, "limit": visitor.max_age}
    within = is_within_age_limit(visitor, publication)
    return _step("age.within" if within else "age.above", values, refused=not within)


def _region(visitor: Visitor, facts: PlaybackFacts) -> Step:
    if not limits_regions(facts.title.regions):
        return _step("region.everywhere")
    if visitor.staff:
        return _step("region.staff", state="note")
    if facts.country is None:
        return _step("region.unknown", state="note")
    available = is_available(facts.title.regions, facts.country)
    key = "region.available" if available else "region.not_available"
    return _step(key, {"country": facts.country}, refused=not available)


def _grants(visitor: Visitor, publication: Publication, facts: PlaybackFacts) -> Step:
    effect = facts.entitlement.effect
    if visitor.staff or publication.visibility == "public":
        return _step("grants.not_needed")
    if effect == "deny":
        return _step("grants.denied", refused=True)
    if not needs_grant(visitor, publication):
        return _step("grants.not_needed")
    return _step("grants.allowed") if effect == "allow" else _step("grants.none", refused=True)


def _protection(facts: PlaybackFacts) -> Step:
    if not facts.scheme:
        return _step("protection.none")
    if facts.licence_problem is None:
        return _step("protection.ready", {"scheme": facts.scheme})
    return _step("protection.problem", {"scheme": facts.scheme, "problem": facts.licence_problem.what}, refused=True)


def _streams(facts: PlaybackFacts) -> Step:
    if not _counts(facts):
        return _step("streams.not_counted")
    return _limit("streams", facts.streams, facts.max_streams, "refused")


def _limit(name: str, count: int, maximum: int, full: StepState) -> Step:
    if not maximum:
        return _step(f"{name}.no_limit", {"count": count})
    values = {"count": count, "max": maximum}
    return _step(f"{name}.full", values, state=full) if _is_full(count, maximum) else _step(f"{name}.free", values)
