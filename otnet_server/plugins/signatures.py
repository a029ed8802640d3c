"""Checks that the objects that plugins register fit their protocol. Pure."""

from __future__ import annotations

import inspect
import re
from typing import Any, NamedTuple, get_args

from otnet_server.protocols import Route, RouteAccess

LIFECYCLE_METHODS = ("start", "close")
ROUTE_SEGMENT = r"([a-z0-9_-][a-z0-9_.-]*|\{[a-z_]+\})"
ROUTE_PATH = re.compile(rf"{ROUTE_SEGMENT}(/{ROUTE_SEGMENT})*")


class Problem(NamedTuple):
    """Why an object can't be registered: the code of the error, and the end of the sentence “… registers …”."""

    code: str
    sentence: str


def object_problem(registered: Any, kind: type | None) -> Problem | None:
    """Why an object can't be registered by a hook that returns objects of `kind` (None: functions), or None."""
    name = type(registered).__name__
    if kind is None:
        return None if inspect.isfunction(registered) else Problem("plugin_protocol", f"{name}, which is no function")
    if not isinstance(registered, kind):
        return Problem("plugin_protocol", f"{name}, which does not implement {kind.__name__}")
    if isinstance(registered, Route):
        problem = _route_problem(registered)
        return Problem("plugin_route", f"the route “{registered.path}”: {problem}") if problem else None
    problem = signature_problem(registered, kind) or _lifecycle_problem(registered, kind)
    return Problem("plugin_signature", f"{name}: {problem}") if problem else None


def signature_problem(provider: object, protocol: type) -> str | None:
    """Why a method of the provider can't be called as the protocol declares it, or None."""
    for name, declared in inspect.getmembers(protocol, inspect.isfunction):
        if name.startswith("_"):
            continue
        method = getattr(provider, name)
        if inspect.iscoroutinefunction(declared) and not inspect.iscoroutinefunction(inspect.unwrap(method)):
            return f"{name} must be “async def”"
        signature = inspect.signature(declared)
        parameters = list(signature.parameters.values())[1:]  # without self
        expected = inspect.Signature(parameters)
        positional = [p for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        keywords = {p.name: None for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
        try:
            actual = inspect.signature(method)
        except (TypeError, ValueError):
            continue  # a builtin, whose signature can't be read
        try:
            actual.bind(*[None for _ in positional], **keywords)
            required = [p for p in positional if p.default is inspect.Parameter.empty]
            actual.bind(*[None for _ in required])
        except TypeError:
            return f"{name}{_names(actual)} must accept {name}{_names(expected)}"
    return None


def _lifecycle_problem(provider: object, protocol: type) -> str | None:
    for name in LIFECYCLE_METHODS:
        method = getattr(provider, name, None)
        if method is None or hasattr(protocol, name):  # a method of the protocol
            continue
        if not inspect.iscoroutinefunction(inspect.unwrap(method)):
            return f"{name} must be “async def”"
        try:
            inspect.signature(method).bind()
        except TypeError:
            return f"{name} must accept a call without arguments"
    return None


def _route_problem(route: Route) -> str | None:
    if not ROUTE_PATH.fullmatch(route.path):
        return "the path must be relative and consist of a-z, 0-9, “_”, “.”, “-”, “/” and {parameters}"
    if route.access not in get_args(RouteAccess):
        return f"the access must be one of {', '.join(get_args(RouteAccess))}"
    if not inspect.iscoroutinefunction(inspect.unwrap(route.handler)):
        return "the handler must be “async def”"
    return None


def _names(signature: inspect.Signature) -> str:
    """The parameters of a signature without annotations."""
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(inspect.Signature(bare))
