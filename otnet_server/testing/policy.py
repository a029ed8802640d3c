"""The conformance suite for EdgePolicy. `make` returns a policy.

A policy decides about every request, whatever a client sends, at once, and in the same way for the same request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace

from otnet_server import EdgePolicy, PolicyDecision, PolicyRequest

MakePolicy = Callable[[], EdgePolicy]
REQUEST = PolicyRequest(
    organization="000000000001",
    media="0123456789ab",
    content="ba9876543210",
    visibility="public",
    kind="manifest",
    path="/media/0123456789ab/main.m3u8",
    method="GET",
    address="203.0.113.7",
    country="DE",
    session="s1",
    headers={"user-agent": "Player/1.0", "referer": "https://example.org/"},
    query={"token": "1"},
)
STRANGE_TEXTS = ("", " ", "x" * 2048, "映画", "%s{0}", "\x00", "../..", "\udcff".encode("utf-8", "replace").decode())
LIMIT_S = 0.1
MAX_DELAY_S = 5.0


async def check_it_is_a_policy(make: MakePolicy) -> None:
    policy = make()
    assert isinstance(policy, EdgePolicy)
    assert isinstance(policy.name, str) and policy.name
    assert policy.on_error in ("closed", "open")


async def check_strange_requests(make: MakePolicy) -> None:
    """Any request gets a decision, also one without an address, headers, a query, content or a session."""
    policy = make()
    _check_decision(policy.decide(REQUEST))
    bare = replace(REQUEST, content="", visibility="", country="", session="", headers={}, query={})
    for address in ("", "127.0.0.1", "2001:db8::1"):
        _check_decision(policy.decide(replace(bare, address=address)))
    for text in STRANGE_TEXTS:
        headers, query = {"user-agent": text, "referer": text}, {text: text, "token": text}
        _check_decision(policy.decide(replace(REQUEST, path=f"/media/{text}", headers=headers, query=query)))


async def check_the_same_request_has_the_same_decision(make: MakePolicy) -> None:
    policy, before = make(), asdict(REQUEST)
    assert policy.decide(REQUEST) == policy.decide(REQUEST)
    assert asdict(REQUEST) == before, "the request is not changed"


async def check_it_decides_at_once(make: MakePolicy) -> None:
    policy = make()
    policy.decide(REQUEST)  # may read what it remembers
    started = time.process_time()
    for _ in range(100):
        policy.decide(REQUEST)
    assert (time.process_time() - started) / 100 < LIMIT_S


def _check_decision(decision: PolicyDecision | None) -> None:
    if decision is None:
        return
    assert isinstance(decision, PolicyDecision)
    assert isinstance(decision.refusal, str) and len(decision.refusal) <= 200
    assert 0 <= decision.delay_s <= MAX_DELAY_S
    for name, value in decision.headers.items():
        assert name.replace("-", "").isalnum() and name.isascii(), name
        assert value.isascii() and value.isprintable(), value
