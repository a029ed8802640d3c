"""The limits of an expression: what it may call, and a bound of the time that it may take. Pure.

The engine evaluates an expression without interruption, so every expression is bounded before it is accepted. Nothing
in it can make a value longer than the facts and the constants (texts and lists can't be joined, lists can't be mapped),
loops go over short lists and are not nested, and patterns are small. The cost is the number of steps in the worst
case, with the longest facts; a step takes about 50 ns.
"""

from __future__ import annotations

from typing import NamedTuple

import re2

from otnet_server.client_address import Networks
from otnet_server.policies.policy import MAX_QUERY_PARAMETERS, MAX_TEXT, READABLE_HEADERS
from otnet_server.policies.syntax_tree import Node

MAX_EXPRESSION = 2000  # characters
MAX_COST = 100_000  # steps of an expression: about 5 ms
MAX_REQUEST_COST = 400_000  # steps of all policies that are evaluated for a request: about 20 ms
MAX_PATTERN = 200  # characters
MAX_PATTERN_STATES = 200
STEPS_PER_AUTOMATON_STATE = 10
MAX_CONTAINED = 200  # characters of a text that is searched for
MIN_SECRET = 16  # characters
MAX_WINDOW_S = 3600
MAX_WINDOWS = 4  # of an expression
MAX_REQUEST_WINDOWS = 8  # of all policies of an organization
MAX_MAP_ENTRIES = max(MAX_QUERY_PARAMETERS, len(READABLE_HEADERS))

COUNTERS = ("counters.address", "counters.session")
NUMERIC_SUMS = {"add_int64", "add_uint64", "add_double"}
# The cost of a call besides that of its arguments.
COSTS = {
    "_&&_": 1, "_||_": 1, "!_": 1, "_?_:_": 1, "@not_strictly_false": 1,
    "_==_": 200, "_!=_": 200, "_<_": 50, "_<=_": 50, "_>_": 50, "_>=_": 50, "@in": 100, "_[_]": 50,
    "_+_": 1, "_-_": 1, "_*_": 1, "_/_": 1, "_%_": 1, "-_": 1,
    "size": 50, "startsWith": 50, "endsWith": 50, "contains": 300, "matches": 500,
    "int": 20, "double": 20, "string": 50,
    "ip_in": 100, "host_in": 100, "has_token": 400, "counters.address": 50, "counters.session": 50,
}  # fmt: skip


class ExpressionError(Exception):
    """An expression that is refused: why, and where, in characters from 0."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


class Bounds(NamedTuple):
    """The windows of the counters of an expression in seconds, and its cost."""

    windows: frozenset[int]
    cost: int


def check(tree: Node) -> Bounds:
    """The bounds of an expression. Raises ExpressionError when it has none, or they are too large."""
    windows: set[int] = set()
    _check_calls(tree, windows)
    if len(windows) > MAX_WINDOWS:
        raise ExpressionError(f"uses more than {MAX_WINDOWS} different windows", tree.offset)
    cost = _cost(tree, in_loop=False)
    if cost > MAX_COST:
        raise ExpressionError("may take too long; use fewer loops and patterns, or several policies", 0)
    return Bounds(frozenset(windows), cost)


def _check_calls(tree: Node, windows: set[int]) -> None:
    loops = [node for node in tree.walk() if node.kind == "loop"]
    words = {loop.text for loop in loops} - {loop.text for loop in loops if not _is_short_words(loop.children[0])}
    for node in tree.walk():
        if node.kind == "message":
            raise ExpressionError(f"creates the message {node.text}, which is not supported", node.offset)
        if node.kind != "call":
            continue
        if node.text not in COSTS:
            raise ExpressionError(f"uses “{node.text}”, which is not supported in policies", node.offset)
        if node.text == "_+_" and not (len(node.overloads) == 1 and set(node.overloads) <= NUMERIC_SUMS):
            raise ExpressionError("adds values that are not known to be numbers", node.offset)
        if node.text == "matches":
            _pattern(node)
        if node.text == "contains" and not (node.children[-1].kind == "name" and node.children[-1].text in words):
            _constant(node.children[-1], MAX_CONTAINED)
        if node.text == "has_token" and len(_constant(node.children[-1], MAX_PATTERN)) < MIN_SECRET:
            raise ExpressionError(f"needs a secret of at least {MIN_SECRET} characters", node.offset)
        if node.text == "ip_in":
            _check_networks(node.children[-1])
        if node.text in COUNTERS:
            window = node.children[-1].number
            if window is None or not 1 <= window <= MAX_WINDOW_S:
                raise ExpressionError(f"needs a window of 1 to {MAX_WINDOW_S} seconds, as a number", node.offset)
            windows.add(window)


def _cost(node: Node, *, in_loop: bool) -> int:
    if node.kind == "loop":
        iterated, body = node.children
        if in_loop:
            raise ExpressionError("has a loop inside a loop", node.offset)
        return _cost(iterated, in_loop=in_loop) + _length(iterated) * _cost(body, in_loop=True)
    cost = 1 + sum(_cost(child, in_loop=in_loop) for child in node.children)
    if node.kind == "call" and node.text is not None:
        cost += COSTS[node.text]
        if node.text == "matches":
            # RE2 builds its automaton while it reads: at most a state for each character, and few for small patterns.
            cost += min(MAX_TEXT, 2 ** (_pattern(node) // 3)) * STEPS_PER_AUTOMATON_STATE
    return cost


def _length(iterated: Node) -> int:
    """The largest number of elements of what a loop goes over."""
    if iterated.kind == "list":
        return len(iterated.children)
    if iterated.kind == "map":
        return len(iterated.children)
    if iterated.kind == "name" and iterated.text in ("request.headers", "request.query"):
        return MAX_MAP_ENTRIES
    raise ExpressionError("loops over something else than a list, request.headers or request.query", iterated.offset)


def _pattern(call: Node) -> int:
    """The number of states of the pattern of `matches` (RE2)."""
    pattern = _constant(call.children[-1], MAX_PATTERN)
    options = re2.Options()
    options.log_errors, options.max_mem = False, 1 << 20
    try:
        states: int = re2.compile(pattern, options=options).programsize
    except re2.error as e:
        why = e.args[0].decode("utf-8", "replace") if e.args and isinstance(e.args[0], bytes) else str(e)
        raise ExpressionError(f"has a pattern that is not valid (RE2): {why}", call.children[-1].offset) from e
    if states > MAX_PATTERN_STATES:
        raise ExpressionError("has a pattern that is too complex; repeat less", call.children[-1].offset)
    return states


def _is_short_words(node: Node) -> bool:
    """Whether a node is a list of constant texts, none of which is too long to be searched for."""
    words = [child.text for child in node.children if child.kind == "const" and child.text is not None]
    return node.kind == "list" and len(words) == len(node.children) and max(map(len, words), default=0) <= MAX_CONTAINED


def _constant(node: Node, max_length: int) -> str:
    if node.kind != "const" or node.text is None:
        raise ExpressionError("needs a constant text here", node.offset)
    if len(node.text) > max_length:
        raise ExpressionError(f"has a text of more than {max_length} characters", node.offset)
    return node.text


def _check_networks(networks: Node) -> None:
    if networks.kind != "list":
        raise ExpressionError('needs a list of networks here, such as ["10.0.0.0/8"]', networks.offset)
    for node in networks.children:
        text = _constant(node, 60)
        try:
            Networks([text])
        except ValueError:
            raise ExpressionError(f"has “{text}”, which is not an address or network", node.offset) from None
