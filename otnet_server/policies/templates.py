"""Ready-made policies: each makes the values of a policy from a few parameters. Pure.

Parameters become constants of the expression, quoted, and are never part of its code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

ParameterType = Literal["text", "list", "number", "choice"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a template. `list`: texts; `choice`: one of `options`, with their labels."""

    name: str
    type: ParameterType
    label: str
    help: str = ""
    default: Any = None
    required: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    min: int = 1
    max: int = 1_000_000


@dataclass(frozen=True)
class Template:
    name: str
    title: str
    doc: str
    parameters: tuple[Parameter, ...]
    make: Callable[[Mapping[str, Any]], dict[str, Any]]

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a policy; the parameters are valid."""
        return {"name": self.title, "phase": "request", "action": "refuse", **self.make(given)}


def quoted(value: str | Sequence[str]) -> str:
    """A text or a list of texts as a constant of CEL, whose escapes include those of JSON (cel-spec, “Lexis”)."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)


START = 'request.kind in ["playback", "embed", "manifest"]'


def _token(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "expression": f'request.kind == "manifest" && session.id == "" && !has_token({quoted(given["secret"])})',
        "message": "This link is not valid, or has expired.",
    }


def _networks(given: Mapping[str, Any]) -> dict[str, Any]:
    condition = f"ip_in(request.ip, {quoted(given['networks'])})"
    return {
        "expression": f"!{condition}" if given["mode"] == "allow" else condition,
        "message": "This title is not available in your network.",
    }


def _referers(given: Mapping[str, Any]) -> dict[str, Any]:
    listed = f"host_in(request.referer_host, {quoted(given['hosts'])})"
    missing = 'request.referer_host == ""'
    condition = f"!({missing} || {listed})" if given["missing"] == "allow" else f"!{listed}"
    return {"expression": f"{START} && {condition}", "message": "This title can't be played on this site."}


def _tag(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "phase": "manifest",
        "action": "manifest_tag",
        "expression": 'request.kind == "manifest"',
        "value": given["tag"],
        "on_error": "open",
    }


def _timing(_: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "phase": "response",
        "action": "header",
        "expression": "response.status < 400",
        "header": "Server-Timing",
        "value": "total;dur={time_ms}, average;dur={average_ms}",
        "on_error": "open",
    }


def _rate(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {"expression": f"counters.address({given['window_s']}) > {given['requests']}"}
    if given["effect"] == "slow_down":
        return {**values, "action": "slow_down", "delay_ms": 1000}
    return {**values, "message": "Too many requests. Try again later."}


_ALL = (
    Template(
        "token",
        "Token check",
        "Manifests need a token for their title that expires, in the parameter “token”. Requests in a playback session "
        "need none.",
        (Parameter("secret", "text", "Secret", "At least 16 characters. Your server signs tokens with it.", min=16),),
        _token,
    ),
    Template(
        "networks",
        "Address list",
        "Allow or refuse addresses and networks (CIDR), IPv4 and IPv6.",
        (
            Parameter("mode", "choice", "Mode", "", "deny", options={"allow": "Allow", "deny": "Refuse these"}),
            Parameter("networks", "list", "Networks", "Such as 203.0.113.0/24 or 2001:db8::/32."),
        ),
        _networks,
    ),
    Template(
        "referers",
        "Referer list",
        "Only pages of these hosts may start playback. A host is compared as a whole.",
        (
            Parameter("hosts", "list", "Hosts", "Such as example.org; *.example.org stands for those below it."),
            Parameter("missing", "choice", "Without a referer", "Apps and strict browsers send none.", "refuse",
                      options={"allow": "Allow", "refuse": "Refuse"}),
        ),
        _referers,
    ),
    Template(
        "tag",
        "Manifest tag",
        "Add a tag to each manifest, once.",
        (Parameter("tag", "text", "Tag", "Such as #EXT-X-EXAMPLE:1.", "#EXT-X-EXAMPLE:1"),),
        _tag,
    ),
    Template(
        "timing",
        "Timing headers",
        "Add the time of each response and the average of the last ones (Server-Timing). The metrics have totals.",
        (),
        _timing,
    ),
    Template(
        "rate",
        "Requests per address",
        "Refuse or slow down addresses that send more requests than this in a window. They are counted per process.",
        (
            Parameter("requests", "number", "Requests", "", 600),
            Parameter("window_s", "number", "Window in seconds", "", 60, max=3600),
            Parameter("effect", "choice", "Effect", "", "refuse",
                      options={"refuse": "Refuse", "slow_down": "Slow down"}),
        ),
        _rate,
    ),
)  # fmt: skip
TEMPLATES: Mapping[str, Template] = {template.name: template for template in _ALL}


class BadParameter(Exception):
    """A parameter that is not valid: its name, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name, self.reason = name, reason


MAX_LIST, MAX_ITEM = 50, 100


def check_parameters(template: Template, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with their defaults. Raises BadParameter."""
    known = {parameter.name for parameter in template.parameters}
    for name in given:
        if name not in known:
            raise BadParameter(name[:60], "is not a parameter of this template")
    return {p.name: _checked(p, given.get(p.name, p.default)) for p in template.parameters}


def _checked(parameter: Parameter, value: Any) -> Any:
    name = parameter.name
    match parameter.type:
        case "number":
            if type(value) is not int or not parameter.min <= value <= parameter.max:
                raise BadParameter(name, f"must be a whole number from {parameter.min} to {parameter.max}")
        case "choice":
            if not isinstance(value, str) or value not in parameter.options:
                raise BadParameter(name, f"must be one of {', '.join(parameter.options)}")
        case "text":
            if not isinstance(value, str) or not parameter.min <= len(value) <= MAX_ITEM or not value.isprintable():
                raise BadParameter(name, f"must be a text of {parameter.min} to {MAX_ITEM} characters")
        case "list":
            texts = isinstance(value, list) and all(isinstance(v, str) and 0 < len(v) <= MAX_ITEM for v in value)
            if not texts or not 1 <= len(value) <= MAX_LIST:
                raise BadParameter(name, f"must be a list of 1 to {MAX_LIST} texts")
    return value
