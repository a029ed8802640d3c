"""The access decision as a pure function, and the cache headers that follow from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otnet_server.playback.visibility import ANYBODY, Caller, Decision, MediaFacts, Publication, cache_headers, decide
from otnet_server.schema.resource import Role

AT = "2026-06-01T12:00:00.000Z"
EARLIER, LATER = "2026-05-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z"


def film(**over: Any) -> Publication:
    return Publication("harbour", "published", "public", None, None)._replace(**over)


def status(caller: Caller, facts: MediaFacts | None, *, public_server: bool = True) -> int:
    refusal = decide(caller, facts, AT, public_server=public_server).refusal
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("window", "want"),
    [({}, 200), ({"published_from": EARLIER}, 200), ({"published_from": AT}, 200), ({"published_from": LATER}, 404),
     ({"published_until": LATER}, 200), ({"published_until": AT}, 200), ({"published_until": EARLIER}, 404),
     ({"published_from": EARLIER, "published_until": LATER}, 200)],
)  # fmt: skip
def test_title_is_visible_within_its_publishing_window(window: dict[str, str], want: int) -> None:
    assert status(ANYBODY, MediaFacts("harbour", film(**window))) == want
    assert status(Caller(True, "harbour", "ann", Role.ANALYST), MediaFacts("harbour", film(**window))) == 200


def test_pending_media_of_a_publishing_library_are_visible_to_anybody() -> None:
    pending, unlinked = MediaFacts("harbour", None, pending=True), MediaFacts("harbour", None)
    assert (status(ANYBODY, pending), status(ANYBODY, unlinked)) == (200, 404)
    assert not decide(ANYBODY, pending, AT, public_server=True).public, "its content may turn out not to be"
    elsewhere = decide(ANYBODY, pending, AT, public_server=True, on_allowed_site=False).refusal
    assert elsewhere is not None and elsewhere.code == "not_on_this_site"
    rival = Caller(True, "rival", "eve", Role.OWNER)
    assert status(rival, pending, public_server=False) == status(rival, unlinked) == 404


def test_a_role_counts_only_in_its_own_organization() -> None:
    rival = Caller(True, "rival", "eve", Role.OWNER)
    assert status(rival, MediaFacts("harbour", film(visibility="members"))) == 401
    assert status(rival, MediaFacts("harbour", film(status="draft"))) == 404
    assert status(rival, MediaFacts("harbour", film()), public_server=False) == 404


def test_non_public_responses_are_revalidated() -> None:
    assert cache_headers(Decision()) == {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    assert cache_headers(Decision(public=True)) == {"Cache-Control": "public, max-age=31536000, immutable"}
    assert cache_headers(Decision(public=True, by_request=True))["Vary"] == "Origin"


def test_shared_caches_expire_when_the_window_ends() -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    age = int(cache_headers(Decision(public=True, until=until))["Cache-Control"].removeprefix("public, max-age="))
    assert 3590 <= age <= 3600
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert cache_headers(Decision(public=True, until=over)) == {"Cache-Control": "public, max-age=0"}
