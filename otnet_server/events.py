"""Events: what happened, for plugins, webhooks and programs that follow the list of events.

An event is stored in the transaction of its change. Each type has a class, whose fields are enough to act on it without
another request. `Event.data` holds the same as a JSON object, as webhooks send it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Event:
    """`id` increases, with gaps; `at` is ISO 8601 in UTC; `organization` is the id of the one that it concerns."""

    id: int
    at: str
    type: str
    organization: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaEvent(Event):
    """An event of a media file. `title` is its title; `content` is the id of the content that it belongs to, None while
    it belongs to none; `revision` is the id of what was, or is being, encoded from it."""

    media: str = ""
    title: str = ""
    content: str | None = None
    revision: str | None = None


@dataclass(frozen=True)
class MediaFound(MediaEvent):
    """`media.found`: a new file, or a new version of one, is in a library."""


@dataclass(frozen=True)
class MediaProbed(MediaEvent):
    """`media.probed`: the streams of the file are known."""


@dataclass(frozen=True)
class MediaPlanned(MediaEvent):
    """`media.planned`: the ladder and the timeline are fixed."""


@dataclass(frozen=True)
class MediaEncoding(MediaEvent):
    """`media.encoding`: encoding has begun, or begun again for what was added."""


@dataclass(frozen=True)
class MediaPlayable(MediaEvent):
    """`media.playable`: playback can start; the rest is still being encoded."""


@dataclass(frozen=True)
class MediaReady(MediaEvent):
    """`media.ready`: everything is encoded."""


@dataclass(frozen=True)
class MediaFailed(MediaEvent):
    """`media.failed`. `error` has `code`, `stage` and `message`."""

    error: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaRemoved(MediaEvent):
    """`media.removed`: its file is no longer in a library."""


@dataclass(frozen=True)
class LiveEvent(Event):
    """An event of a live stream. `channel` is the id of its channel, `media` that of the media which records it, and
    `title` the title of that."""

    channel: str = ""
    media: str = ""
    title: str = ""


@dataclass(frozen=True)
class LiveStarted(LiveEvent):
    """`live.started`: a publisher sends, and viewers can watch in a moment."""


@dataclass(frozen=True)
class LiveEnded(LiveEvent):
    """`live.ended`: the publisher has not come back in time; what was recorded is a title of `duration_s` seconds."""

    duration_s: float = 0.0


@dataclass(frozen=True)
class LiveWarning(LiveEvent):
    """A warning about a stream, such as `silent`: `code` says which, `message` what is wrong and what to do, `since`
    when it began."""

    code: str = ""
    message: str = ""
    since: str = ""


@dataclass(frozen=True)
class LiveWarningStarted(LiveWarning):
    """`live.warning_started`."""


@dataclass(frozen=True)
class LiveWarningEnded(LiveWarning):
    """`live.warning_ended`: its condition is not met any more, or the stream has ended."""


@dataclass(frozen=True)
class RecordEvent(Event):
    """`<resource>.<action>`: a record was changed, for example `content.published`. `title` is its label; `content` is
    the id of the content that it is, or belongs to."""

    resource: str = ""
    action: str = ""
    record: str = ""
    title: str = ""
    content: str | None = None


@dataclass(frozen=True)
class RecordCreated(RecordEvent):
    """`<resource>.created`."""


@dataclass(frozen=True)
class RecordUpdated(RecordEvent):
    """`<resource>.updated`."""


@dataclass(frozen=True)
class RecordDeleted(RecordEvent):
    """`<resource>.deleted`."""


MEDIA_EVENTS: dict[str, type[MediaEvent]] = {
    "media.found": MediaFound,
    "media.probed": MediaProbed,
    "media.planned": MediaPlanned,
    "media.encoding": MediaEncoding,
    "media.playable": MediaPlayable,
    "media.ready": MediaReady,
    "media.failed": MediaFailed,
    "media.removed": MediaRemoved,
}
LIVE_EVENTS: dict[str, type[LiveEvent]] = {
    "live.started": LiveStarted,
    "live.ended": LiveEnded,
    "live.warning_started": LiveWarningStarted,
    "live.warning_ended": LiveWarningEnded,
}
RECORD_EVENTS: dict[str, type[RecordEvent]] = {
    "created": RecordCreated,
    "updated": RecordUpdated,
    "deleted": RecordDeleted,
}
OWN_FIELDS = {
    event: frozenset(f.name for f in fields(event)) - {f.name for f in fields(Event)}
    for event in (*MEDIA_EVENTS.values(), *LIVE_EVENTS.values(), *RECORD_EVENTS.values(), RecordEvent)
}


def event_of(id: int, at: str, type: str, data: dict[str, Any]) -> Event:
    """The event of a stored change. Types that this version does not know become an `Event`."""
    organization = data.get("organization")
    if (media_event := MEDIA_EVENTS.get(type)) is not None:
        return media_event(id, at, type, organization, data, **_fields_in(media_event, data))
    if (live_event := LIVE_EVENTS.get(type)) is not None:
        return live_event(id, at, type, organization, data, **_fields_in(live_event, data))
    if "resource" in data and "id" in data:
        action = type.rpartition(".")[2]
        record_event = RECORD_EVENTS.get(action, RecordEvent)
        values = _fields_in(record_event, data) | {"action": action, "record": data["id"]}
        return record_event(id, at, type, organization, data, **values)
    return Event(id, at, type, organization, data)


def _fields_in(event: type[Event], data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event class, without those of `Event`, that `data` has a value for."""
    return {name: data[name] for name in OWN_FIELDS[event] if data.get(name) is not None}
