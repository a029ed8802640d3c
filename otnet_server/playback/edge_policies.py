"""Applies the policies to requests that the access decision allows: the facts of a request, and what policies demand.

Policies are evaluated after the access decision, so that they can only restrict it, and so that a title that does not
exist for a caller is the same with and without policies. A request without applicable policies costs two dictionary
look-ups.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.types import Message, Receive, Scope, Send

from otnet_server.media import urls
from otnet_server.playback.visibility import Decision, Refusal
from otnet_server.policies.counters import Counters
from otnet_server.policies.evaluation import Counts, Evaluation, OrganizationPolicies, Outcome
from otnet_server.policies.manifest_tags import add_tags
from otnet_server.policies.plugin_policies import PluginPolicies
from otnet_server.policies.policy import (
    MAX_QUERY_PARAMETERS,
    MAX_TEXT,
    NO_SESSION,
    READABLE_HEADERS,
    Facts,
    Phase,
    Session,
    Title,
)
from otnet_server.policies.store import PolicyStore
from otnet_server.problems import problem

REMEMBER_TITLE_S = 1.5
REMEMBER_SESSION_S = 300.0
MAX_REMEMBERED = 20_000
MAX_DELAYED_REQUESTS = 500  # of an organization
SCOPE_KEY = "otnet.policies"
SHARED_CACHE = b"otnet-shared-cache"  # nginx sends this header when it requests what it keeps for all viewers
NAMES = {name.encode(): name for name in READABLE_HEADERS}
Value = TypeVar("Value")
NO_POLICIES = OrganizationPolicies(())

NOT_LOADED = Refusal(503, "policies_unavailable", "The policies of this server are not available yet.",
                     "Try again in a few seconds.")  # fmt: skip
TOO_MANY_DELAYED = Refusal(429, "policy_refused", "Too many requests are being slowed down.", "Try again later.")
REDIRECTED = Refusal(307, "redirected", "This request is answered elsewhere.", "Follow the header Location.")


def refusal_of(outcome: Outcome) -> Refusal | None:
    """The refusal that an outcome demands, if any. Pure."""
    if outcome.refusal is not None:
        return Refusal(403, "policy_refused", outcome.refusal, "Ask the operator of this site.")
    if outcome.failure is not None:
        return Refusal(503, "policy_failed", "This request could not be checked.", "Try again in a few seconds.")
    return REDIRECTED if outcome.redirect is not None else None


@dataclass
class PolicyRequest:
    """What policies demand of one request so far. `headers` are added to its response."""

    evaluation: Evaluation | None = None
    refusal: Refusal | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def add_headers(self, outcome: Outcome) -> None:
        self.headers += [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in outcome.headers]


class EdgePolicies:
    """`find_title` and `find_session` return the facts about a media and about a playback session, `session_id` the id
    in a token for a media; `country` is that of an address, or None. `secret` is that of the server."""

    def __init__(
        self,
        store: PolicyStore,
        plugins: PluginPolicies,
        find_title: Callable[[str], Awaitable[Title | None]],
        find_session: Callable[[str], Awaitable[Session]],
        session_id: Callable[[str, str], str | None],
        country: Callable[[str], str | None],
        secret: bytes,
    ) -> None:
        self._store, self._session_id, self._country, self._secret = store, session_id, country, secret
        self._plugins, self._counters = plugins, Counters()
        self._titles: Remembered[Title | None] = Remembered(find_title, REMEMBER_TITLE_S)
        self._sessions: Remembered[Session] = Remembered(find_session, REMEMBER_SESSION_S)
        self._countries: dict[str, str] = {}
        self._delayed: Counter[str] = Counter()

    @property
    def active(self) -> bool:
        """Whether there is anything to evaluate."""
        return bool(self._store.sets) or bool(self._plugins) or not self._store.loaded

    def counts(self) -> list[tuple[str, Counts]]:
        """What each policy in force did in this process, by its id, or the plugin and name of a plugin's policy."""
        stored = [(compiled.policy.id, compiled.counts) for compiled in self._store.compiled()]
        return stored + self._plugins.counts()

    def close(self) -> None:
        self._plugins.close()

    def prepare(self, scope: Scope, send: Send) -> Send:
        """A `send` that adds the headers that policies demand, and evaluates those of the response. Headers for one
        viewer are not added to what a cache keeps for all."""
        if not self.active:
            return send
        request = scope[SCOPE_KEY] = PolicyRequest()
        started, refused = time.perf_counter(), False
        shared = any(name == SHARED_CACHE for name, _ in scope["headers"])

        async def sending(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                evaluation = request.evaluation
                if evaluation is not None and request.refusal is None:
                    seconds = time.perf_counter() - started
                    outcome = evaluation.run(Phase.RESPONSE, status=message["status"], seconds=seconds)
                    request.add_headers(outcome)
                    if (refusal := refusal_of(outcome)) is not None:
                        refused = True
                        await _send_refusal(refusal, scope, send)
                if request.headers and not (shared and message["status"] in (200, 206)):
                    message = {**message, "headers": [*message["headers"], *request.headers]}
            if not refused:
                await send(message)

        return sending

    async def decide(
        self,
        scope: Scope,
        media: str,
        token: str | None,
        decision: Decision,
        kind: str = "",
        session_id: str | None = None,
    ) -> Decision:
        """A decision that allows a request, restricted by the policies. `kind`: what is requested; empty for an object
        below /media. `token`: of the playback session, or `session_id`, its id."""
        if decision.refusal is not None or not self.active:
            return decision
        if not self._store.loaded:
            return Decision(NOT_LOADED)
        request: PolicyRequest = scope.setdefault(SCOPE_KEY, PolicyRequest())
        if request.evaluation is None:
            title = await self._titles.get(media)
            if title is None:
                return decision
            policies = self._store.sets.get(title.organization, NO_POLICIES)
            if policies is NO_POLICIES and not self._plugins:
                return decision
            session_id = self._session_id(token, media) if token is not None else session_id
            session = await self._sessions.get(session_id) if session_id is not None else NO_SESSION
            facts = self._facts(scope, title, kind or kind_of(scope["path"]), session)
            request.evaluation = Evaluation(policies, facts, self._counters, self._secret)
            request.refusal = await self._run(request)
        if request.refusal is not None:
            return Decision(request.refusal)
        return replace(decision, public=False, by_request=True) if self.restrict(scope) else decision

    def restrict(self, scope: Scope) -> bool:
        """Whether the response depends on policies, so that shared caches must not store it."""
        request: PolicyRequest | None = scope.get(SCOPE_KEY)
        if request is None or request.evaluation is None:
            return False
        return bool(self._plugins) or any(
            request.evaluation.restricts(phase) for phase in (Phase.REQUEST, Phase.MANIFEST)
        )

    def with_tags(self, scope: Scope, body: bytes) -> tuple[bytes, Refusal | None]:
        """A manifest with the tags that policies add to it, and the refusal if one of them fails."""
        request: PolicyRequest | None = scope.get(SCOPE_KEY)
        if request is None or request.evaluation is None:
            return body, None
        outcome = request.evaluation.run(Phase.MANIFEST)
        request.add_headers(outcome)
        request.refusal = refusal_of(outcome)
        return (add_tags(body.decode(), outcome.tags).encode() if outcome.tags else body), request.refusal

    async def _run(self, request: PolicyRequest) -> Refusal | None:
        assert request.evaluation is not None
        outcome = request.evaluation.run(Phase.REQUEST)
        await self._plugins.run(request.evaluation.facts, outcome)
        request.add_headers(outcome)
        if outcome.redirect is not None:
            request.headers.append((b"location", quote(outcome.redirect, safe="%/:=&?~#+!$,;'@()*[]").encode()))
        if outcome.delay_s and not outcome.ends:
            organization = request.evaluation.facts.title.organization
            if self._delayed[organization] >= MAX_DELAYED_REQUESTS:
                return TOO_MANY_DELAYED
            self._delayed[organization] += 1
            try:
                await asyncio.sleep(outcome.delay_s)
            finally:
                self._delayed[organization] -= 1
        return refusal_of(outcome)

    def _facts(self, scope: Scope, title: Title, kind: str, session: Session) -> Facts:
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            if name in NAMES and NAMES[name] not in headers:
                headers[NAMES[name]] = value[:MAX_TEXT].decode("latin-1")
        address = canonical_address(scope["client"][0] if scope.get("client") else "")
        query, path = scope["query_string"], scope["path"][:MAX_TEXT]
        return Facts(
            title=title,
            kind=kind,
            path=path if path.isascii() else _valid(path),
            method=scope["method"],
            address=address,
            country=self._country_of(address),
            referer_host=host_of(headers.get("referer", "")),
            headers=headers,
            query=query_of(query) if query else {},
            time_s=int(time.time()),
            session=session,
        )

    def _country_of(self, address: str) -> str:
        country = self._countries.get(address)
        if country is None:
            if len(self._countries) >= MAX_REMEMBERED:
                self._countries.clear()
            country = self._countries[address] = self._country(address) or ""
        return country


class Remembered(Generic[Value]):
    """Facts that are read once per `lifetime_s`."""

    def __init__(self, find: Callable[[str], Awaitable[Value]], lifetime_s: float) -> None:
        self._find, self._lifetime_s = find, lifetime_s
        self._values: dict[str, tuple[float, Value]] = {}

    async def get(self, id: str) -> Value:
        known = self._values.get(id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        value = await self._find(id)
        if len(self._values) >= MAX_REMEMBERED:
            self._values.clear()
        self._values[id] = time.monotonic() + self._lifetime_s, value
        return value


def kind_of(path: str) -> str:
    """What a path below /media names: manifest, playlist, segment, init_segment, text, and so on. Pure."""
    parsed = urls.parse(path)
    return parsed.kind.value.replace(" ", "_") if parsed is not None else "other"


@lru_cache(maxsize=5000)
def canonical_address(address: str) -> str:
    """The address as expressions compare it: without a zone, and IPv4 where it is mapped into IPv6. Pure."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def host_of(referer: str) -> str:
    """The host of a Referer header in lower case; empty for a header that is missing or not a URL. Pure."""
    try:
        return (urlsplit(referer).hostname or "").rstrip(".")
    except ValueError:
        return ""


def query_of(query: bytes) -> dict[str, str]:
    """The first value of each of the first parameters. Pure."""
    values: dict[str, str] = {}
    try:
        pairs = parse_qsl(
            query[: 8 * MAX_TEXT].decode("latin-1"), keep_blank_values=True, max_num_fields=4 * MAX_QUERY_PARAMETERS
        )
    except ValueError:  # too many
        return values
    for name, value in pairs:
        if len(values) < MAX_QUERY_PARAMETERS:
            values.setdefault(_valid(name), _valid(value))
    return values


def _valid(text: str) -> str:
    return text[:MAX_TEXT].encode("utf-8", "replace").decode()


async def _send_refusal(refusal: Refusal, scope: Scope, send: Send) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    receiver: Receive = receive
    await problem(*refusal, headers={"Cache-Control": "no-store"})(scope, receiver, send)
