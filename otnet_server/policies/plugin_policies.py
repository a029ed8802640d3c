"""The policies of plugins. Each plugin decides in a thread of its own: one that hangs holds up no other request.

A policy that raises, takes longer than `LIMIT_S` or returns something else fails; the request is then refused or
allowed as the policy declares. While a thread is busy with requests that have timed out, further ones fail at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from otnet_server.logs import log
from otnet_server.plugins.thread import PluginThread
from otnet_server.policies.evaluation import Counts, Outcome
from otnet_server.policies.policy import MAX_DELAY_MS, Facts
from otnet_server.protocols import EdgePolicy, PolicyDecision, PolicyRequest

LIMIT_S = 0.5
MAX_WAITING = 50
MAX_MESSAGE = 200


@dataclass
class _Registered:
    plugin: str
    policy: EdgePolicy
    thread: PluginThread
    counts: Counts = field(default_factory=Counts)
    submitted: int = 0
    completed: int = 0


class PluginPolicies:
    """`policies` are those that plugins register, each with the name of its plugin."""

    def __init__(self, policies: Sequence[tuple[str, EdgePolicy]]) -> None:
        threads: dict[str, PluginThread] = {}
        self._registered = [
            _Registered(plugin, policy, threads.setdefault(plugin, PluginThread(f"{plugin} policies")))
            for plugin, policy in policies
        ]

    def __bool__(self) -> bool:
        return bool(self._registered)

    def counts(self) -> list[tuple[str, Counts]]:
        """What each policy did in this process, by its plugin and name."""
        return [(f"{one.plugin}:{one.policy.name}", one.counts) for one in self._registered]

    def close(self) -> None:
        for one in self._registered:
            one.thread.close()

    async def run(self, facts: Facts, outcome: Outcome) -> None:
        """Add what the policies demand to an outcome, until one of them ends the request."""
        if not self._registered or outcome.ends:
            return
        request = request_of(facts)
        for one in self._registered:
            one.counts.evaluated += 1
            try:
                decision = await _decide(one, request)
                if decision is not None:
                    one.counts.matched += 1
                    _add(outcome, decision)
            except Exception as e:
                one.counts.failed += 1
                log.warning("a policy of a plugin failed", plugin=one.plugin, policy=one.policy.name,
                            why=f"{type(e).__name__}: {e}", on_error=one.policy.on_error)  # fmt: skip
                if one.policy.on_error != "open":
                    outcome.failure = one.policy.name
            if outcome.ends:
                return


async def _decide(one: _Registered, request: PolicyRequest) -> PolicyDecision | None:
    """The decision of one policy. Raises what it raises, TimeoutError and TypeError."""
    if one.submitted - one.completed >= MAX_WAITING:
        raise TimeoutError("earlier requests are still waiting")
    results: list[PolicyDecision | Exception | None] = []

    async def work() -> None:
        try:
            results.append(one.policy.decide(request))
        except Exception as e:
            results.append(e)
        finally:
            one.completed += 1  # only in the thread of the plugin

    one.submitted += 1
    async with asyncio.timeout(LIMIT_S):
        await one.thread.call(work, "a policy")
    (result,) = results
    if isinstance(result, Exception):
        raise result
    if result is not None and not isinstance(result, PolicyDecision):
        raise TypeError(f"decide must return a PolicyDecision or None, not {type(result).__name__}")
    return result


def _add(outcome: Outcome, decision: PolicyDecision) -> None:
    if decision.refusal:
        outcome.refusal = " ".join(decision.refusal.split())[:MAX_MESSAGE]
    for name, value in decision.headers.items():
        if not (name.replace("-", "").isalnum() and name.isascii() and value.isascii() and value.isprintable()):
            raise ValueError(f"the header {name!r} is not valid")
        outcome.headers.append((name, value))
    outcome.delay_s = max(outcome.delay_s, min(float(decision.delay_s), MAX_DELAY_MS / 1000))


def request_of(facts: Facts) -> PolicyRequest:
    """The request as plugins see it."""
    return PolicyRequest(
        organization=facts.title.organization,
        media=facts.title.media,
        content=facts.title.content,
        visibility=facts.title.visibility,
        kind=facts.kind,
        path=facts.path,
        method=facts.method,
        address=facts.address,
        country=facts.country,
        session=facts.session.id,
        headers=facts.headers,
        query=facts.query,
    )
