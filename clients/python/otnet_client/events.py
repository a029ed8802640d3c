"""Events, as webhooks and the list of events contain them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from otnet_client._record import moment


@dataclass(frozen=True)
class Event:
    """Something that happened. `id` is the same in every delivery of the event: store it, and ignore repetitions.
    `data` is the payload, also with what this version of the client does not know."""

    id: str
    type: str
    timestamp: datetime | None
    data: dict[str, Any]

    @property
    def organization(self) -> str | None:
        """The id of the organization."""
        return self.data.get("organization")

    @property
    def content(self) -> str | None:
        """The id of the content that the event is about."""
        return self.data.get("content")

    @property
    def title(self) -> str | None:
        return self.data.get("title")


@dataclass(frozen=True)
class MediaEvent(Event):
    """`media.playable`, `media.ready`, `media.failed` and the other states of a file."""

    @property
    def media(self) -> str | None:
        """The id of the media."""
        return self.data.get("media")

    @property
    def revision(self) -> str | None:
        """The id of what was, or is being, encoded from the file."""
        return self.data.get("revision")

    @property
    def error(self) -> dict[str, str] | None:
        """Of `media.failed`: `code`, `stage` and `message`."""
        return self.data.get("error")


@dataclass(frozen=True)
class RecordEvent(Event):
    """`content.published`, `genre.updated` and other changes of records."""

    @property
    def resource(self) -> str:
        """The name of the resource, such as `content`."""
        return str(self.data.get("resource", ""))

    @property
    def record(self) -> str | None:
        """The id of the record."""
        return self.data.get("id")


def event_of(id: str, type: str, timestamp: Any, data: Mapping[str, Any]) -> Event:
    """The event with the class of its type; other types than those of this version are an `Event`."""
    at = moment(timestamp)
    kind = Event
    if "resource" in data and "id" in data:
        kind = RecordEvent
    elif type.startswith("media.") and "media" in data:
        kind = MediaEvent
    return kind(id, type, at if isinstance(at, datetime) else None, dict(data))
