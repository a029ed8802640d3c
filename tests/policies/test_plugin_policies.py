"""Policies of plugins: what they demand happens, and one that fails or hangs is closed or open as it declares."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

import pytest

from otnet_server import PolicyDecision, PolicyRequest
from otnet_server.policies import plugin_policies
from otnet_server.policies.evaluation import Outcome
from otnet_server.policies.plugin_policies import PluginPolicies
from tests.policies.test_expressions import FACTS

Decide = Callable[[PolicyRequest], Any]


class Stranger:
    name = "stranger"

    def __init__(self, decide: Decide, on_error: Literal["closed", "open"] = "closed") -> None:
        self._decide, self.on_error = decide, on_error

    def decide(self, request: PolicyRequest) -> Any:
        return self._decide(request)


async def outcome_of(*policies: Stranger) -> Outcome:
    made = PluginPolicies([("one", policy) for policy in policies])
    outcome = Outcome()
    try:
        await made.run(FACTS, outcome)
    finally:
        made.close()
    return outcome


async def test_decisions_are_followed_until_one_refuses() -> None:
    outcome = await outcome_of(
        Stranger(lambda request: PolicyDecision(headers={"X-Edge": request.address}, delay_s=99)),
        Stranger(lambda request: PolicyDecision(refusal="Not\n<here>. " + "x" * 500)),
        Stranger(lambda request: PolicyDecision(headers={"X-Late": "1"})),
    )
    assert outcome.headers == [("X-Edge", FACTS.address)] and outcome.delay_s == 5.0
    assert outcome.refusal is not None and outcome.refusal.startswith("Not <here>. x") and len(outcome.refusal) == 200


def raises(request: PolicyRequest) -> Any:
    raise KeyError(request.path)


@pytest.mark.parametrize("on_error", ["closed", "open"])
@pytest.mark.parametrize(
    "decide",
    [raises, lambda request: "no", lambda request: PolicyDecision(headers={"A\r\nB": "c"}),
     lambda request: PolicyDecision(headers={"A": "b\r\nc: d"})],
    ids=["raises", "another type", "header name", "header value"],
)  # fmt: skip
async def test_policy_that_fails_is_closed_or_open(decide: Decide, on_error: Literal["closed", "open"]) -> None:
    outcome = await outcome_of(Stranger(decide, on_error))
    assert outcome.failure == ("stranger" if on_error == "closed" else None)
    assert outcome.headers == []


async def test_policy_that_hangs_fails_and_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_policies, "LIMIT_S", 0.1)
    monkeypatch.setattr(plugin_policies, "MAX_WAITING", 3)
    ended = threading.Event()
    made = PluginPolicies([("one", Stranger(lambda request: ended.wait(30)))])
    try:
        started, outcomes = time.monotonic(), [Outcome() for _ in range(20)]
        await asyncio.gather(*(made.run(FACTS, outcome) for outcome in outcomes))
        assert time.monotonic() - started < 2
        assert {outcome.failure for outcome in outcomes} == {"stranger"}
        assert made.counts()[0][1].failed == 20
    finally:
        ended.set()
        made.close()
