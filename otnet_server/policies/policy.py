"""A policy, and the facts about a request that its expression may use. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Literal

MAX_TEXT = 2048  # characters of a fact; longer values are cut
MAX_QUERY_PARAMETERS = 32
MAX_DELAY_MS = 5000
# The request headers that expressions may read. Credentials are not among them.
READABLE_HEADERS = (
    "accept", "accept-language", "dnt", "host", "origin", "range", "referer", "sec-fetch-dest", "sec-fetch-mode",
    "sec-fetch-site", "user-agent", "x-requested-with",
)  # fmt: skip


class Phase(StrEnum):
    """When a policy is evaluated: before a request is answered, when a manifest is sent, when a response begins."""

    REQUEST = "request"
    MANIFEST = "manifest"
    RESPONSE = "response"


class Action(StrEnum):
    """What a policy does to a request that its expression matches."""

    REFUSE = "refuse"
    REDIRECT = "redirect"
    HEADER = "header"
    MANIFEST_TAG = "manifest_tag"
    SLOW_DOWN = "slow_down"
    WATERMARK_ID = "watermark_id"


PHASES_OF: Mapping[Action, tuple[Phase, ...]] = {
    Action.REFUSE: (Phase.REQUEST,),
    Action.REDIRECT: (Phase.REQUEST,),
    Action.SLOW_DOWN: (Phase.REQUEST,),
    Action.WATERMARK_ID: (Phase.REQUEST, Phase.MANIFEST),
    Action.MANIFEST_TAG: (Phase.MANIFEST,),
    Action.HEADER: (Phase.REQUEST, Phase.MANIFEST, Phase.RESPONSE),
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """An enabled policy as it is stored. `path` and `content` restrict it to some paths and to one title; `percentage`
    to a part of the sessions. `on_error`: what happens when it can't be evaluated; closed: the request is refused."""

    id: str
    organization: str
    version: int
    name: str
    expression: str
    action: Action
    phase: Phase = Phase.REQUEST
    path: str | None = None
    content: str | None = None
    percentage: int = 100
    on_error: Literal["closed", "open"] = "closed"
    dry_run: bool = False
    position: int = 0
    message: str | None = None
    location: str | None = None
    header: str | None = None
    value: str | None = None
    delay_ms: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Policy:
        """A policy from a row or a stored document. Raises KeyError, TypeError or ValueError."""
        values = {f.name: row[f.name] for f in fields(cls)}
        return cls(**{**values, "action": Action(values["action"]), "phase": Phase(values["phase"])})

    def document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Session:
    """The playback session of a request: `kind` is viewer, token or preview; empty without a session."""

    id: str = ""
    kind: str = ""
    created_s: int = 0  # Unix time


@dataclass(frozen=True)
class Title:
    """The title of a request. `content` is empty for a media without content, and `visibility` is then empty too."""

    organization: str
    media: str
    content: str = ""
    visibility: str = ""


NO_SESSION = Session()


@dataclass(slots=True)
class Facts:
    """What is known of a request. `kind`: what it asks for, such as manifest, segment, playback or embed. `headers` has
    only names of READABLE_HEADERS. `address` is in its canonical form, `time_s` a Unix time."""

    title: Title
    kind: str
    path: str
    method: str
    address: str
    country: str
    referer_host: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    time_s: int
    session: Session = NO_SESSION

    @property
    def client(self) -> str:
        """Who is sampled: the session, or the address of a request without one."""
        return self.session.id or self.address

    def variables(self) -> dict[str, Any]:
        """The values of the variables of `expressions.VARIABLES`."""
        return {
            "request.path": self.path,
            "request.kind": self.kind,
            "request.method": self.method,
            "request.ip": self.address,
            "request.country": self.country,
            "request.referer": self.headers.get("referer", ""),
            "request.referer_host": self.referer_host,
            "request.user_agent": self.headers.get("user-agent", ""),
            "request.headers": self.headers,
            "request.query": self.query,
            "request.time": self.time_s,
            "session.id": self.session.id,
            "session.kind": self.session.kind,
            "session.age_s": max(0, self.time_s - self.session.created_s) if self.session.id else 0,
            "title.id": self.title.content,
            "title.media": self.title.media,
            "title.organization": self.title.organization,
            "title.visibility": self.title.visibility,
        }
