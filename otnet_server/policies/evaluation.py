"""Evaluates the policies of one organization for a request.

The same request always has the same outcome, except for what counters say: which sessions a percentage selects follows
from a hash of the session and the policy. A policy that fails is counted, and the request is refused or allowed as the
policy says. Each expression has a cost in steps (`limits.py`); when the policies of a request together would cost too
much, or much time has passed, the remaining ones fail.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import re2

from otnet_server.policies.counters import Counters
from otnet_server.policies.expressions import (
    CONTEXT,
    Context,
    Expression,
    activation,
    compile_any,
    compile_expression,
)
from otnet_server.policies.limits import MAX_REQUEST_COST, ExpressionError
from otnet_server.policies.policy import Action, Facts, Phase, Policy

MAX_TIME_S = 0.5  # CPU time for all policies of one request, much more than their steps take
MAX_REMEMBERED_PATHS = 5000
WATERMARK_HEADER = "otnet-watermark-id"


@dataclass
class Counts:
    """What a policy did in this process. `seconds` and `average_s` are of the responses that it timed."""

    evaluated: int = 0
    matched: int = 0
    failed: int = 0
    timed: int = 0
    seconds: float = 0.0
    average_s: float = 0.0

    def time(self, seconds: float) -> None:
        self.timed += 1
        self.seconds += seconds
        self.average_s += (seconds - self.average_s) / min(self.timed, 1000)


@dataclass(frozen=True)
class CompiledPolicy:
    """`expression` is None when it can't be compiled: the policy then fails at every evaluation."""

    policy: Policy
    expression: Expression | None
    counts: Counts
    _path: Any = None

    @classmethod
    def compile(cls, policy: Policy, counts: Counts | None = None) -> CompiledPolicy:
        try:
            expression = compile_expression(policy.expression, response=policy.phase is Phase.RESPONSE)
        except ExpressionError:
            expression = None
        return cls(policy, expression, counts or Counts(), _path_pattern(policy.path) if policy.path else None)

    def applies(self, path: str, content: str) -> bool:
        """Whether the policy is for this path and title."""
        if self.policy.content is not None and self.policy.content != content:
            return False
        return self._path is None or self._path.fullmatch(path) is not None


@dataclass
class Outcome:
    """What the policies of a phase demand. At most one of `refusal`, `failure` and `redirect` is set; the first is the
    message of a policy, and `failure` the name of one that could not be evaluated. `tags` are for the manifest."""

    refusal: str | None = None
    failure: str | None = None
    redirect: str | None = None
    delay_s: float = 0.0
    headers: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """Whether the request ends here."""
        return self.refusal is not None or self.failure is not None or self.redirect is not None


class Applicable(NamedTuple):
    """The policies of a phase for one path and title, what they cost together, and whether one of them may change a
    response. `any_matches` says whether one of them matches; None: each must be evaluated. `sampled`: one of them is
    for a part of the traffic."""

    policies: tuple[CompiledPolicy, ...]
    cost: int
    restrict: bool
    any_matches: Callable[[Any], bool] | None
    sampled: bool


class OrganizationPolicies:
    """The enabled policies of an organization, in the order in which they are evaluated."""

    def __init__(self, policies: Collection[CompiledPolicy]) -> None:
        self.policies = sorted(policies, key=lambda p: (p.policy.position, p.policy.name, p.policy.id))
        expressions = [p.expression for p in self.policies if p.expression is not None]
        self.windows = sorted({window for e in expressions for window in e.bounds.windows})
        self._by_path: dict[tuple[Phase, str, str], Applicable] = {}

    def applicable(self, phase: Phase, path: str, content: str) -> Applicable:
        key = phase, path, content
        applicable = self._by_path.get(key)
        if applicable is None:
            if len(self._by_path) >= MAX_REMEMBERED_PATHS:
                self._by_path.clear()
            policies = tuple(p for p in self.policies if p.policy.phase is phase and p.applies(path, content))
            cost = sum(p.expression.bounds.cost for p in policies if p.expression is not None)
            restrict = any(not p.policy.dry_run for p in policies)
            sampled = any(p.policy.percentage < 100 for p in policies)
            applicable = Applicable(policies, cost, restrict, _any_of(policies, phase), sampled)
            self._by_path[key] = applicable
        return applicable


class Evaluation:
    """The evaluation of the policies for one request, phase by phase. `secret` is that of the server, for watermark
    ids."""

    def __init__(self, policies: OrganizationPolicies, facts: Facts, counters: Counters, secret: bytes) -> None:
        self._policies, self.facts, self._secret = policies, facts, secret
        self._variables: dict[str, Any] | None = None
        self._activation: Any = None
        addresses: Mapping[int, int] = {}
        sessions: Mapping[int, int] = {}
        if policies.windows:
            organization, at = facts.title.organization, time.time()
            addresses = counters.count(organization, f"address:{facts.address}", policies.windows, at)
            if facts.session.id:
                sessions = counters.count(organization, f"session:{facts.session.id}", policies.windows, at)
        title = facts.title.content or facts.title.media
        self._context = Context(addresses, sessions, title, facts.query.get("token", ""), facts.time_s)
        self._left_s, self._left_steps = MAX_TIME_S, MAX_REQUEST_COST

    def restricts(self, phase: Phase) -> bool:
        """Whether a policy may change the response of this phase."""
        return self._policies.applicable(phase, self.facts.path, self.facts.title.content).restrict

    def run(self, phase: Phase, *, status: int = 0, seconds: float = 0.0) -> Outcome:
        """Evaluate the policies of a phase. `status` and `seconds`: of the response, in its phase."""
        outcome = Outcome()
        applicable = self._policies.applicable(phase, self.facts.path, self.facts.title.content)
        if not applicable.policies:
            return outcome
        too_many_steps = applicable.cost > self._left_steps
        if not too_many_steps:
            self._left_steps -= applicable.cost
        variables = self._prepare(phase, status, seconds)
        CONTEXT.set(self._context)
        cpu_started, clock = time.thread_time(), time.perf_counter
        deadline = clock() + self._left_s
        if not too_many_steps and _none_matches(applicable, variables):
            spent_s = time.thread_time() - cpu_started
            if spent_s <= self._left_s:
                for compiled in applicable.policies:
                    if not applicable.sampled or self._selected(compiled.policy):
                        compiled.counts.evaluated += 1
                self._left_s -= spent_s
                return outcome
        for compiled in applicable.policies:
            policy, counts, expression = compiled.policy, compiled.counts, compiled.expression
            if not self._selected(policy):
                continue
            counts.evaluated += 1
            try:
                if expression is None:
                    raise RuntimeError("the expression could not be compiled")
                if too_many_steps:
                    self._left_steps -= expression.bounds.cost
                # CPU time counts, because a process may be paused; reading it takes longer than reading the clock.
                late = clock() > deadline and time.thread_time() - cpu_started > self._left_s
                if self._left_steps < 0 or late:
                    raise RuntimeError("the policies of this request take too long")
                if not expression.matches(variables):
                    continue
                counts.matched += 1
                if not policy.dry_run:
                    self._act(policy, counts, outcome, seconds)
            except RuntimeError:
                counts.failed += 1
                if policy.on_error == "closed" and not policy.dry_run:
                    outcome.failure = policy.name
            if outcome.ends:
                break
        self._left_s -= time.thread_time() - cpu_started
        return outcome

    def _selected(self, policy: Policy) -> bool:
        return policy.percentage >= 100 or selects(policy, self.facts.client)

    def _prepare(self, phase: Phase, status: int, seconds: float) -> Any:
        if self._variables is None:
            self._variables = self.facts.variables()
        if phase is Phase.RESPONSE:
            more = {"response.status": status, "response.time_ms": round(seconds * 1000)}
            return activation({**self._variables, **more}, response=True)
        if self._activation is None:
            self._activation = activation(self._variables)
        return self._activation

    def _act(self, policy: Policy, counts: Counts, outcome: Outcome, seconds: float) -> None:
        match policy.action:
            case Action.REFUSE:
                outcome.refusal = policy.message or "This request is not allowed."
            case Action.REDIRECT:
                location = policy.location or ""
                if urlsplit(location).netloc.lower() == self.facts.headers.get("host", "").lower():
                    raise RuntimeError("a redirect to the server itself could go on for ever")
                outcome.redirect = location
            case Action.SLOW_DOWN:
                outcome.delay_s = max(outcome.delay_s, (policy.delay_ms or 0) / 1000)
            case Action.HEADER:
                if policy.phase is Phase.RESPONSE:
                    counts.time(seconds)
                outcome.headers.append((policy.header or "", _filled(policy.value or "", counts, seconds)))
            case Action.MANIFEST_TAG:
                outcome.tags.append(policy.value or "")
            case Action.WATERMARK_ID:
                outcome.headers.append((WATERMARK_HEADER, self._watermark_id(policy)))

    def _watermark_id(self, policy: Policy) -> str:
        """An id of the session, or of the address of a request without one; the same in every process."""
        text = f"{policy.organization}:{self.facts.client}".encode()
        return hashlib.blake2b(text, key=self._secret[:64], digest_size=8).hexdigest()


def _none_matches(applicable: Applicable, variables: Any) -> bool:
    """Whether no policy matches; False when they must be evaluated one by one, such as to find one that fails."""
    if applicable.any_matches is None:
        return False
    try:
        return not applicable.any_matches(variables)
    except RuntimeError:
        return False


def _any_of(policies: Sequence[CompiledPolicy], phase: Phase) -> Callable[[Any], bool] | None:
    if len(policies) < 2 or any(compiled.expression is None for compiled in policies):
        return None
    texts = tuple(compiled.policy.expression for compiled in policies)
    return compile_any(texts, response=phase is Phase.RESPONSE)


def selects(policy: Policy, client: str) -> bool:
    """Whether a percentage of the traffic selects this session or address: always the same ones."""
    digest = hashlib.blake2b(f"{policy.id}:{client}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 10_000 < policy.percentage * 100


def _path_pattern(path: str) -> Any:
    """A pattern for whole paths, in which `*` stands for any characters."""
    return re2.compile("(?s)" + ".*".join(re2.escape(part) for part in path.split("*")))


def _filled(value: str, counts: Counts, seconds: float) -> str:
    """A header value with its times: `{time_ms}`, `{average_ms}` of the last 1,000 responses, `{requests}`."""
    if "{" not in value:
        return value
    value = value.replace("{time_ms}", f"{seconds * 1000:.1f}").replace(
        "{average_ms}", f"{counts.average_s * 1000:.1f}"
    )
    return value.replace("{requests}", str(counts.timed))


def compiled_sets(
    policies: Sequence[Policy], former: Mapping[tuple[str, int], CompiledPolicy] | None = None
) -> dict[str, OrganizationPolicies]:
    """The policies by organization. Those in `former` (by id and version) are used again, with their counts."""
    by_organization: dict[str, list[CompiledPolicy]] = {}
    for policy in policies:
        known = (former or {}).get((policy.id, policy.version))
        compiled = known if known is not None and known.policy == policy else CompiledPolicy.compile(policy)
        by_organization.setdefault(policy.organization, []).append(compiled)
    return {organization: OrganizationPolicies(group) for organization, group in by_organization.items()}
