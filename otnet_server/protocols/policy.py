"""The protocol of edge policies of plugins: rules about requests for media and player configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable


@dataclass(frozen=True)
class PolicyRequest:
    """A request that the access decision allows. Everything that the client sent is untrusted. `kind`: what it is for,
    such as manifest, playlist, segment, playback or embed. `organization`, `media` and `content` are ids (`content` is
    empty for a media without content), `visibility` is that of the content. `address` is an IP address in canonical
    form, or empty; `country` its ISO 3166-1 code, or empty. `headers` has some headers, with names in lower case and
    without credentials; `query` the first value of each parameter. `session` is the id of the playback session, or
    empty."""

    organization: str
    media: str
    content: str
    visibility: str
    kind: str
    path: str
    method: str
    address: str
    country: str = ""
    session: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicyDecision:
    """What happens to a request. `refusal`: it is refused with this message, as plain text. `headers` are added to its
    response. `delay_s`: it is answered after this time, at most 5 seconds."""

    refusal: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


@runtime_checkable
class EdgePolicy(Protocol):
    """A policy. `on_error` says what happens to a request when `decide` raises or takes too long: `closed` refuses it,
    `open` allows it."""

    name: str
    on_error: Literal["closed", "open"]

    def decide(self, request: PolicyRequest) -> PolicyDecision | None:
        """The decision about a request; None allows it. Called in a thread of the plugin, one request at a time, and
        must return at once: it reads no files and opens no connections, except to refresh what it remembers."""
