"""The policies of a request: order, applicability, percentages, failures, dry runs, budgets."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import Any

import pytest

from otnet_server.policies import evaluation
from otnet_server.policies.counters import Counters
from otnet_server.policies.evaluation import Counts, Evaluation, OrganizationPolicies, Outcome, compiled_sets, selects
from otnet_server.policies.policy import Action, Phase, Policy, Session
from tests.policies.test_expressions import FACTS

SERVER_SECRET = b"x" * 64
FAILS = "request.headers['x-requested-with'] == 'y'"  # the request does not have this header


def policy(expression: str = "true", **values: Any) -> Policy:
    return Policy(
        **{"id": "p1", "organization": "org1", "version": 1, "name": "One", "action": Action.REFUSE}
        | values
        | {"expression": expression}
    )


def run(*policies: Policy, facts: Any = FACTS, phase: Phase = Phase.REQUEST) -> Outcome:
    return Evaluation(only_set(*policies), facts, Counters(), SERVER_SECRET).run(phase, status=200, seconds=0.25)


def only_set(*policies: Policy) -> OrganizationPolicies:
    return compiled_sets(policies)["org1"]


def test_first_refusal_ends_the_evaluation() -> None:
    outcome = run(
        policy("request.ip == '203.0.113.9'", id="p2", position=2, message="Second."),
        policy("request.ip == '203.0.113.9'", position=1, message="First."),
    )
    assert outcome.refusal == "First."


@pytest.mark.parametrize(
    ("values", "applies"),
    [
        ({"path": "/media/*"}, True),
        ({"path": "/media/m1/main.m3u8"}, True),
        ({"path": "media"}, False),
        ({"path": "/media"}, False),
        ({"path": "*/main"}, False),
        ({"path": "/med.a/*"}, False),
        ({"path": "*.m3u8"}, True),
        ({"content": "c1"}, True),
        ({"content": "c2"}, False),
    ],
)
def test_policy_applies_to_whole_paths_and_to_its_title(values: dict[str, str], applies: bool) -> None:
    assert (run(policy(**values)).refusal is not None) is applies


def test_path_with_many_wildcards_is_matched_soon() -> None:
    facts = replace(FACTS, path="a" * 2048)
    started = time.process_time()
    assert run(policy(path="*a" * 60 + "b"), facts=facts).refusal is None
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize("on_error", ["open", "closed"])
def test_policy_that_fails_is_open_or_closed_as_it_says(on_error: str) -> None:
    policies = only_set(policy(FAILS, on_error=on_error))
    outcome = Evaluation(policies, FACTS, Counters(), SERVER_SECRET).run(Phase.REQUEST)
    assert outcome.failure == ("One" if on_error == "closed" else None)
    assert (policies.policies[0].counts.evaluated, policies.policies[0].counts.failed) == (1, 1)


def test_policy_that_does_not_compile_fails() -> None:
    assert run(policy("nope == 1")).failure == "One"
    assert run(policy("nope == 1", on_error="open")).failure is None


@pytest.mark.parametrize("budget", ["MAX_TIME_S", "MAX_REQUEST_COST"])
def test_policies_fail_once_time_or_steps_are_spent(monkeypatch: pytest.MonkeyPatch, budget: str) -> None:
    monkeypatch.setattr(evaluation, budget, -1)
    assert run(policy("false", on_error="open"), policy("false", id="p2", name="Two")).failure == "Two"


@pytest.mark.parametrize("expressions", itertools.product(("false", "false // no", "true", FAILS, "nope"), repeat=3))
def test_policies_have_the_same_outcome_and_counts_together_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch, expressions: tuple[str, ...]
) -> None:
    def evaluate() -> tuple[Outcome, list[Counts]]:
        policies = only_set(
            *(policy(expression, id=f"p{n}", name=str(n), position=n, on_error="open", dry_run=n == 0)
              for n, expression in enumerate(expressions))
        )  # fmt: skip
        outcome = Evaluation(policies, FACTS, Counters(), SERVER_SECRET).run(Phase.REQUEST)
        return outcome, [compiled.counts for compiled in policies.policies]

    together = evaluate()
    monkeypatch.setattr(evaluation, "compile_any", lambda *_, **__: None)
    assert together == evaluate()


@pytest.mark.parametrize("expression", ["true", FAILS])
def test_dry_run_counts_and_does_nothing(expression: str) -> None:
    policies = only_set(policy(expression, dry_run=True))
    outcome = Evaluation(policies, FACTS, Counters(), SERVER_SECRET).run(Phase.REQUEST)
    assert outcome == Outcome()
    counts = policies.policies[0].counts
    assert (counts.evaluated, counts.matched + counts.failed) == (1, 1)


def test_percentage_selects_the_same_sessions_every_time() -> None:
    tenth, half = policy(percentage=10), policy(percentage=50)
    sessions = [f"session {n}" for n in range(2000)]
    chosen = {s for s in sessions if selects(tenth, s)}
    assert chosen == {s for s in sessions if selects(tenth, s)}
    assert 140 < len(chosen) < 260
    assert chosen <= {s for s in sessions if selects(half, s)}  # a larger part contains the smaller one
    assert not any(selects(policy(percentage=0), s) for s in sessions)
    assert chosen != {s for s in sessions if selects(policy(id="p2", percentage=10), s)}


def test_redirect_to_the_server_itself_fails() -> None:
    facts = replace(FACTS, headers={"host": "tv.example.org"})
    redirect = policy(action=Action.REDIRECT, location="https://cdn.example.org/x")
    assert run(redirect, facts=facts).redirect == "https://cdn.example.org/x"
    loop = policy(action=Action.REDIRECT, location="https://TV.example.org/x")
    assert run(loop, facts=facts).failure == "One"


def test_slowest_delay_counts() -> None:
    slow = {"action": Action.SLOW_DOWN}
    assert run(policy(**slow, delay_ms=300), policy(**slow, id="p2", delay_ms=100)).delay_s == 0.3


def test_header_has_times_of_this_and_of_earlier_responses() -> None:
    policies = only_set(
        policy(
            phase=Phase.RESPONSE,
            action=Action.HEADER,
            header="server-timing",
            value="total;dur={time_ms}, avg;dur={average_ms}",
        )
    )
    for seconds, value in [(0.25, "total;dur=250.0, avg;dur=250.0"), (0.75, "total;dur=750.0, avg;dur=500.0")]:
        one = Evaluation(policies, FACTS, Counters(), SERVER_SECRET)
        assert one.run(Phase.RESPONSE, status=200, seconds=seconds).headers == [("server-timing", value)]


def test_watermark_id_is_that_of_the_session() -> None:
    watermark = policy(action=Action.WATERMARK_ID)
    (first,), (again,) = run(watermark).headers, run(watermark).headers
    (other,) = run(watermark, facts=replace(FACTS, session=Session("s2"))).headers
    assert first == again != other
    assert first[0] == "otnet-watermark-id"


def test_address_is_counted_within_the_window() -> None:
    counters, policies = Counters(), only_set(policy("counters.address(60) > 3"))
    outcomes = [Evaluation(policies, FACTS, counters, SERVER_SECRET).run(Phase.REQUEST).refusal for _ in range(5)]
    assert [o is not None for o in outcomes] == [False, False, False, True, True]
    other = replace(FACTS, address="203.0.113.10")
    assert Evaluation(policies, other, counters, SERVER_SECRET).run(Phase.REQUEST).refusal is None


def test_counters_slide_expire_and_are_bounded() -> None:
    counters = Counters(max_entries=3)
    for _ in range(10):
        assert counters.count("o", "a", [60], 600.0)[60] <= 10
    assert counters.count("o", "a", [60], 690.0) == {60: 6}  # 1, and half of the 10 of the previous interval
    assert counters.count("o", "a", [60], 900.0) == {60: 1}
    assert counters.count("other", "a", [60], 900.0) == {60: 1}
    for n in range(100):
        counters.count("o", f"b{n}", [60], 900.0)
    assert len(counters) == 3


def test_organizations_have_their_own_policies_and_counts_survive_other_changes() -> None:
    mine, theirs = policy(), policy(id="p9", organization="org2")
    sets = compiled_sets([mine, theirs])
    assert [p.policy.id for p in sets["org2"].policies] == ["p9"]
    sets["org2"].policies[0].counts.matched = 7
    former = {(p.policy.id, p.policy.version): p for s in sets.values() for p in s.policies}
    again = compiled_sets([replace(mine, version=2), theirs], former)
    assert again["org2"].policies[0].counts.matched == 7
    assert again["org1"].policies[0].counts.matched == 0
