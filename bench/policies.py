"""What edge policies cost a request: its facts, 20 policies of its organization, and nothing where there are none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import Mock

from starlette.types import Message

from bench.report import Row, timed
from otnet_server.playback.edge_policies import SCOPE_KEY, EdgePolicies
from otnet_server.playback.visibility import Decision
from otnet_server.policies.evaluation import compiled_sets
from otnet_server.policies.expressions import activation, compile_expression
from otnet_server.policies.plugin_policies import PluginPolicies
from otnet_server.policies.policy import NO_SESSION, Action, Policy, Session, Title

COUNT = 20
ROUNDS, REQUESTS = 50, 300
# None of them matches, so that all are evaluated.
EXPRESSIONS = (
    'request.path.startsWith("/private/") && request.kind == "segment"',
    'ip_in(request.ip, ["10.0.0.0/8", "192.168.0.0/16"])',
    'request.country in ["FR", "IT", "ES"]',
    'request.kind == "manifest" && !host_in(request.referer_host, ["example.org", "*.example.org"])',
    'request.user_agent.contains("curl") || request.user_agent == ""',
)
SET = tuple(EXPRESSIONS[n % len(EXPRESSIONS)] for n in range(COUNT))
SCOPE: dict[str, Any] = {
    "type": "http", "path": "/media/0123456789ab/0123456789/v720/0.m4s", "method": "GET", "query_string": b"",
    "client": ("203.0.113.7", 40000),
    "headers": [(b"host", b"tv.example.org"), (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64)"),
                (b"accept", b"*/*"), (b"referer", b"https://www.example.org/watch"), (b"range", b"bytes=0-")],
}  # fmt: skip


def policies(organization: str) -> list[Policy]:
    return [
        Policy(id=str(n), organization=organization, version=1, name=str(n), action=Action.REFUSE,
               expression=expression)
        for n, expression in enumerate(SET)
    ]  # fmt: skip


def edge_policies(organization: str | None) -> EdgePolicies:
    """Policies in force for `organization`; for nobody if it is None. The title is one of the organization “mine”."""
    store = Mock(sets=compiled_sets(policies(organization) if organization else []), loaded=True)

    async def title(media: str) -> Title:
        return Title("mine", media, "ba9876543210", "public")

    async def session(id: str) -> Session:
        return NO_SESSION

    return EdgePolicies(store, PluginPolicies(()), title, session, lambda *_: None, lambda _: "DE", b"x" * 64)


async def send(message: Message) -> None:
    """The response goes nowhere."""


async def microseconds(work: Callable[[], Awaitable[object]]) -> float:
    """The shortest time of a call in several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(REQUESTS):
            await work()
        best = min(best, (time.perf_counter() - started) / REQUESTS)
    return best * 1e6


async def decision_us(organization: str | None) -> float:
    edge, decision = edge_policies(organization), Decision(public=True)

    async def decide() -> None:
        scope = SCOPE
        if edge.active:
            scope = dict(SCOPE)
            edge.prepare(scope, send)
        assert (await edge.decide(scope, "0123456789ab", None, decision)).refusal is None
        scope.pop(SCOPE_KEY, None)

    return await microseconds(decide)


async def evaluations_us() -> float:
    """The engine alone: 20 evaluations with the same variables."""
    expressions = [compile_expression(expression) for expression in SET]
    texts = {f"request.{n}": "" for n in ("path", "kind", "method", "ip", "country", "referer_host", "user_agent")}
    variables = activation({**texts, "request.user_agent": "Mozilla/5.0 (X11; Linux x86_64)"})

    async def evaluate() -> None:
        for expression in expressions:
            expression.matches(variables)

    return await microseconds(evaluate)


def rows() -> list[Row]:
    async def measure() -> tuple[float, ...]:
        return await evaluations_us(), await decision_us("mine"), await decision_us("another"), await decision_us(None)

    engine, mine, another, none = asyncio.run(measure())
    detail = f"no policies: {none:.2f} µs; policies of another organization: {another:.2f} µs"
    return [timed(f"{COUNT} edge policies a request", mine, "µs", 50, engine, 3, "the evaluations alone", detail)]
