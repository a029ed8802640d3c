"""Expressions of policies: CEL (https://cel.dev), compiled and evaluated by Google's C++ implementation.

An expression reads facts about a request and returns true or false. It has no side effects, can't open files or
connections, and always ends: `limits.py` bounds it before it is accepted. Types are checked at compilation, so a
misspelt name is an error with a position and not a surprise at the first request.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from cel_expr_python import cel

from otnet_server.client_address import Networks
from otnet_server.policies import limits, syntax_tree
from otnet_server.policies.limits import MAX_EXPRESSION, Bounds, ExpressionError

_TEXT, _INT, _BOOL = cel.Type.STRING, cel.Type.INT, cel.Type.BOOL
_TEXTS, _MAP = cel.Type.List(_TEXT), cel.Type.Map(_TEXT, _TEXT)

# Functions that could make a value longer than the facts, or are too expensive, are unknown to the type checker. What
# it can't see, such as a sum of values of unknown types, is refused by `limits.py`.
CONFIG = """
name: policies
stdlib:
  exclude_macros: [map, filter]
  exclude_functions:
    - name: dyn
    - name: bytes
    - name: timestamp
    - name: duration
    - name: _+_
      overloads: [{id: add_string}, {id: add_bytes}, {id: add_list}]
"""

VARIABLES: Mapping[str, Any] = {
    "request.path": _TEXT, "request.kind": _TEXT, "request.method": _TEXT, "request.ip": _TEXT,
    "request.country": _TEXT, "request.referer": _TEXT, "request.referer_host": _TEXT, "request.user_agent": _TEXT,
    "request.headers": _MAP, "request.query": _MAP, "request.time": _INT,
    "session.id": _TEXT, "session.kind": _TEXT, "session.age_s": _INT,
    "title.id": _TEXT, "title.media": _TEXT, "title.organization": _TEXT, "title.visibility": _TEXT,
}  # fmt: skip
RESPONSE_VARIABLES: Mapping[str, Any] = {"response.status": _INT, "response.time_ms": _INT}
ERROR_LINE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")


class Context(NamedTuple):
    """What functions know of the request that is evaluated: counts by (address or session, window in seconds), and what
    a token is checked with."""

    address_counts: Mapping[int, int]
    session_counts: Mapping[int, int]
    title: str
    token: str
    time_s: int


CONTEXT: ContextVar[Context] = ContextVar("policy_context")


@dataclass(frozen=True)
class Expression:
    """A compiled expression."""

    bounds: Bounds
    _compiled: Any

    def matches(self, activation: Any) -> bool:
        """Evaluate the expression. Raises RuntimeError when that fails, such as for a key that a map does not have."""
        return _truth(self._compiled, activation)


def _truth(compiled: Any, activation: Any) -> bool:
    result: bool = compiled.eval(activation).value()
    if result is True or result is False:
        return result
    raise RuntimeError(str(result))


@lru_cache(maxsize=2000)
def compile_expression(text: str, *, response: bool = False) -> Expression:
    """Compile an expression. `response`: it may use the facts about the response. Raises ExpressionError."""
    if len(text) > MAX_EXPRESSION:
        raise ExpressionError(f"has more than {MAX_EXPRESSION} characters", MAX_EXPRESSION)
    env = _environment(response)
    try:
        compiled = env.compile(text)
    except RuntimeError as e:
        raise _syntax_error(text, str(e)) from None
    if compiled.return_type() != _BOOL:
        raise ExpressionError("must be true or false", 0)
    return Expression(limits.check(syntax_tree.parse(compiled.serialize())), compiled)


@lru_cache(maxsize=500)
def compile_any(texts: tuple[str, ...], *, response: bool = False) -> Callable[[Any], bool] | None:
    """A function that says whether one of several valid expressions is true, in one evaluation, which takes much less
    time than many. It raises RuntimeError when that depends on an expression that fails. None when they are too many to
    be compiled together."""
    try:
        # A line of its own ends a comment.
        compiled = _environment(response).compile(" || ".join(f"({text}\n)" for text in texts))
    except RuntimeError:
        return None
    return lambda activation: _truth(compiled, activation)


def activation(variables: Mapping[str, Any], *, response: bool = False) -> Any:
    """The variables in the form in which several expressions can read them."""
    return _environment(response).Activation(variables)


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of a character, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _syntax_error(text: str, message: str) -> ExpressionError:
    match = ERROR_LINE.search(message)
    if match is None:
        return ExpressionError("is too deeply nested or not valid", 0)
    line, column, reason = int(match[1]), int(match[2]), match[3]
    if line < 1:
        return ExpressionError("is too deeply nested", 0)
    lines = text.split("\n")
    offset = sum(len(one) + 1 for one in lines[: line - 1]) + max(0, column - 1)
    reason = (
        re.sub(r" expecting \{.*", "", reason).replace(" (in container '')", "").removesuffix(" [INVALID_ARGUMENT]")
    )
    return ExpressionError(f"is not valid: {reason}", min(offset, len(text)))


@lru_cache
def _environment(response: bool) -> Any:
    variables = {**VARIABLES, **(RESPONSE_VARIABLES if response else {})}
    config = cel.NewEnvConfigFromYaml(CONFIG)
    return cel.NewEnv(config=config, variables=variables, functions=_functions())


def _functions() -> list[Any]:
    def function(name: str, implementation: Any, result: Any, *parameters: Any) -> Any:
        id = f"otnet_{name.replace('.', '_')}"
        return cel.FunctionDecl(
            name,
            [cel.Overload(id, return_type=result, parameters=list(parameters), is_member=False, impl=implementation)],
        )

    return [
        function("ip_in", lambda ip, networks: _address_in(ip, tuple(networks)), _BOOL, _TEXT, _TEXTS),
        function("host_in", lambda host, patterns: _host_in(host, tuple(patterns)), _BOOL, _TEXT, _TEXTS),
        function("has_token", _has_token, _BOOL, _TEXT),
        function("counters.address", lambda window: CONTEXT.get().address_counts.get(window, 0), _INT, _INT),
        function("counters.session", lambda window: CONTEXT.get().session_counts.get(window, 0), _INT, _INT),
    ]


@lru_cache(maxsize=1000)
def _networks(texts: tuple[str, ...]) -> Networks:
    return Networks(texts)


@lru_cache(maxsize=5000)  # the policies of a request, and the requests of a player, have the same addresses and hosts
def _address_in(address: str, networks: tuple[str, ...]) -> bool:
    return address in _networks(networks)


@lru_cache(maxsize=5000)
def _host_in(host: str, patterns: tuple[str, ...]) -> bool:
    """Whether a host is one of `patterns`: a whole host name, or `*.example.org` for those below example.org."""
    host = host.lower()
    for pattern in map(str.lower, patterns):
        if host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and len(host) >= len(pattern)):
            return True
    return False


def make_token(secret: str, title: str, expires_s: int) -> str:
    """A token for `has_token`: `<expiry as Unix time>.<HMAC-SHA-256 of “expiry:title” in hexadecimal>`."""
    signature = hmac.new(secret.encode(), f"{expires_s}:{title}".encode(), "sha256").hexdigest()
    return f"{expires_s}.{signature}"


def _has_token(secret: str) -> bool:
    """Whether the request has a valid `token` parameter for its title that has not expired."""
    context = CONTEXT.get()
    expires, _, _ = context.token.partition(".")
    if not (expires.isascii() and expires.isdecimal() and len(expires) <= 12) or int(expires) <= context.time_s:
        return False
    expected = make_token(secret, context.title, int(expires))
    return hmac.compare_digest(context.token.encode(), expected.encode())
