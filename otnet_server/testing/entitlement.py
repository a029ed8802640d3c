"""The conformance suite for EntitlementProvider. `make` returns a provider.

The server asks a provider about each viewer who is signed in. While it fails, these viewers may watch public titles
only, so it answers about everybody.
"""

from __future__ import annotations

from collections.abc import Callable

from otnet_server import EntitlementProvider, EntitlementRequest, ViewerGrant

MakeProvider = Callable[[], EntitlementProvider]
STRANGE_ADDRESSES = ("a@example.org", "", "@", "a", "a@b@c.example", "ä@bücher.example", "x" * 300 + "@example.org")


def _request(email: str, *, verified: bool = True) -> EntitlementRequest:
    return EntitlementRequest("0" * 12, "harbour", "1" * 12, email, verified)


async def check_it_is_a_provider(make: MakeProvider) -> None:
    provider = make()
    assert isinstance(provider, EntitlementProvider)
    assert isinstance(provider.name, str) and provider.name


async def check_every_viewer_gets_well_formed_grants(make: MakeProvider) -> None:
    """Whatever the address of a viewer, the answer is a list of grants that the server can store."""
    provider = make()
    for email in STRANGE_ADDRESSES:
        for verified in (True, False):
            grants = await provider.grants(_request(email, verified=verified))
            assert isinstance(grants, list), f"the answer about “{email}” is no list"
            for grant in grants:
                _check_grant(grant)


async def check_answers_are_repeatable(make: MakeProvider) -> None:
    """The server asks again and again, and replaces the grants by the new ones."""
    provider, request = make(), _request("a@example.org")
    assert await provider.grants(request) == await provider.grants(request)


def _check_grant(grant: ViewerGrant) -> None:
    assert isinstance(grant, ViewerGrant)
    assert grant.effect in ("allow", "deny")
    assert grant.scope in ("everything", "category", "series", "title")
    assert (grant.scope == "everything") != bool(grant.target), "a target belongs to every scope but “everything”"
    assert grant.max_quality in (None, "sd", "hd")
    assert grant.max_quality is None or grant.effect == "allow", "a denial has no quality"
    for at in (grant.starts_at, grant.ends_at):
        assert at is None or at.tzinfo is not None, "times have a time zone"
