# Generated from _async/files.py by scripts/client_types.py. Do not edit.
"""Media, pictures, subtitles, imports, exports and events: what is not an operation on the fields of a record."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import httpx

from otnet_client._pictures import picture_type
from otnet_client._record import (
    ChannelAiring,
    ChannelLive,
    ChannelPull,
    Clip,
    HomeLayout,
    Import,
    MetadataImport,
    Page,
    StreamKey,
    Subtitles,
)
from otnet_client._requests import body_of, query_of
from otnet_client._sync._io import in_thread
from otnet_client._sync._transport import Transport
from otnet_client._sync.paginator import Paginator
from otnet_client._sync.resources import ArtworkResource, ChannelResource, MediaResource
from otnet_client._sync.waiting import Wait
from otnet_client.errors import ImportFailed, MediaFailed
from otnet_client.events import Event, event_of
from otnet_client.models import Artwork, Media

File = str | os.PathLike[str] | bytes
SubtitleRole = Literal["forced", "sdh", "commentary"]
FileRole = Literal["main", "trailer", "extra"]


class Channels(ChannelResource):
    def airings(
        self, id: str, *, start: datetime | None = None, end: datetime | None = None
    ) -> Sequence[ChannelAiring]:
        """What the channel has played since `start` and will certainly play until `end`, at most 8 days. By default
        from a day ago to a day from now."""
        query: dict[str, Any] = {"from": start, "to": end}
        airings: list[ChannelAiring] = []
        while True:
            page = self._transport.json("GET", "channels", id, "airings", params=query_of(query))
            airings += [ChannelAiring.from_json(item) for item in page["items"]]
            if page["next"] is None:
                return airings
            query["after"] = page["next"]

    def forecast(self, id: str, *, end: datetime | None = None) -> Sequence[ChannelAiring]:
        """What the channel will probably play after that until `end`, at most 8 days from now; by default a day."""
        page = self._transport.json("GET", "channels", id, "forecast", params=query_of({"to": end}))
        return [ChannelAiring.from_json(item) for item in page["items"]]

    def get_pull(self, id: str) -> ChannelPull:
        """The source from which the server fetches the live stream of the channel. Raises NotFound."""
        return ChannelPull.from_json(self._transport.json("GET", "channels", id, "pull"))

    def set_pull(self, id: str, url: str, *, enabled: bool = True) -> ChannelPull:
        """Let the server fetch the live stream of the channel from an address (RTMP, RTSP, SRT, HTTP)."""
        body = {"url": url, "enabled": enabled}
        return ChannelPull.from_json(self._transport.json("PUT", "channels", id, "pull", json=body))

    def remove_pull(self, id: str) -> None:
        """Remove the source of the channel. A stream from it ends."""
        self._transport.request("DELETE", "channels", id, "pull")

    def live(self, id: str) -> ChannelLive:
        """The live stream of the channel and its health."""
        return ChannelLive.from_json(self._transport.json("GET", "channels", id, "live"))

    def list_stream_keys(self, id: str) -> Sequence[StreamKey]:
        """The stream keys of the channel, newest first, without their secrets; also those that were revoked in the last
        30 days."""
        page = self._transport.json("GET", "channels", id, "stream_keys")
        return [StreamKey.from_json(item) for item in page["items"]]

    def create_stream_key(
        self,
        id: str,
        *,
        name: str = "",
        role: Literal["primary", "backup"] = "primary",
        expires_at: datetime | str | None = None,
    ) -> StreamKey:
        """Create a stream key. Whoever has it can publish on the channel; `key` is returned only once."""
        body = body_of({"name": name, "role": role, "expires_at": expires_at})
        return StreamKey.from_json(self._transport.json("POST", "channels", id, "stream_keys", json=body))

    def rotate_stream_key(self, id: str, key: str, *, overlap_hours: int = 24) -> StreamKey:
        """Replace the secret of the stream key with the id `key`. The old one stays valid for the overlap; with 0, a
        stream with it ends."""
        path, body = ("channels", id, "stream_keys", key, "rotate"), {"overlap_hours": overlap_hours}
        return StreamKey.from_json(self._transport.json("POST", *path, json=body))

    def revoke_stream_key(self, id: str, key: str) -> None:
        """Revoke the stream key with the id `key`. Its stream ends."""
        self._transport.request("DELETE", "channels", id, "stream_keys", key)


class MediaFiles(MediaResource):
    def wait_until_ready(self, id: str, *, timeout: float = 3600) -> Media:
        """The media, once everything is encoded. Raises MediaFailed and WaitTimeout."""
        return self._wait(id, "ready", timeout)

    def wait_until_playable(self, id: str, *, timeout: float = 600) -> Media:
        """The media, once it can be played; the rest may still be encoded. Raises MediaFailed and WaitTimeout."""
        return self._wait(id, "playable", timeout)

    def _wait(self, id: str, wanted: str, timeout: float) -> Media:
        wait = Wait(timeout, self._transport.sleep)
        while True:
            media = self.retrieve(id)
            if media.state == "ready" or (wanted == "playable" and media.playable):
                return media
            if media.state == "failed":
                raise MediaFailed(id, media.error if isinstance(media.error, dict) else {})
            wait.pause(f"The media {id} is {media.state}, and was not {wanted}")

    def create_clip(self, id: str, start: float, end: float, *, title: str = "") -> Clip:
        """Create a media from a part of this one, without encoding. `start` and `end` are seconds from its start."""
        body = {"in": start, "out": end, "title": title}
        return Clip.from_json(self._transport.json("POST", "media", id, "clips", json=body))

    def list_subtitles(self, id: str) -> Sequence[Subtitles]:
        """The subtitle files beside the media, then the texts inside it."""
        page = self._transport.json("GET", "media", id, "subtitles")
        return [Subtitles.from_json(item) for item in page["items"]]

    def add_subtitles(
        self,
        id: str,
        file: File,
        *,
        language: str,
        roles: Sequence[SubtitleRole] = (),
        default: bool = False,
        name: str | None = None,
    ) -> Subtitles:
        """Add a subtitle file: SubRip, WebVTT, SSA, ASS, MicroDVD, SAMI or TTML. `name` is that of the file, whose
        extension is the format; without it, the content says it."""
        query = {"language": language, "roles": list(roles) or None, "default": default or None, "name": name}
        return self._send_subtitles("POST", id, file, query)

    def put_subtitles(self, id: str, file: File, *, language: str, roles: Sequence[SubtitleRole] = ()) -> Subtitles:
        """Replace the first subtitle file of this language with exactly these roles, or add one; safe to repeat."""
        return self._send_subtitles("PUT", id, file, {"language": language, "roles": list(roles) or None})

    def replace_subtitles(self, id: str, subtitles: str, file: File, *, name: str | None = None) -> Subtitles:
        """Replace the text of the subtitle file with the id `subtitles`; language and roles stay."""
        return self._send_subtitles("PUT", id, file, {"name": name}, subtitles)

    def change_subtitles(
        self,
        id: str,
        subtitles: str,
        *,
        language: str | None = None,
        roles: Sequence[SubtitleRole] | None = None,
        default: bool | None = None,
    ) -> Subtitles:
        """Change what is not None. The subtitle file gets a new name, and therefore a new id."""
        values = {"language": language, "roles": None if roles is None else list(roles), "default": default}
        body = {name: value for name, value in values.items() if value is not None}
        return Subtitles.from_json(self._transport.json("PATCH", "media", id, "subtitles", subtitles, json=body))

    def delete_subtitles(self, id: str, subtitles: str) -> None:
        """Delete the subtitle file with the id `subtitles` from the library."""
        self._transport.request("DELETE", "media", id, "subtitles", subtitles)

    def _send_subtitles(self, method: str, id: str, file: File, query: Mapping[str, Any], *path: str) -> Subtitles:
        data = in_thread(_bytes_of, file)
        document = self._transport.json(
            method, "media", id, "subtitles", *path,
            content=data, params=query_of(query), headers={"Content-Type": "text/plain"},
        )  # fmt: skip
        return Subtitles.from_json(document)


class ArtworkFiles(ArtworkResource):
    def put_file(
        self,
        id: str,
        file: File | None = None,
        *,
        url: str | None = None,
        still: tuple[str, float] | None = None,
        crop: tuple[float, float, float, float] | None = None,
    ) -> Artwork:
        """Store the picture: JPEG, PNG, WebP or AVIF as a path or bytes; or a `url` from which the server downloads it;
        or a `still`, the id of media and the seconds after its start. `crop` is x, y, width and height as fractions of
        the picture. It replaces the former picture."""
        if sum(source is not None for source in (file, url, still)) != 1:
            raise ValueError("Pass one of file, url and still.")
        options: dict[str, Any] = {}
        if file is not None:
            data = in_thread(_bytes_of, file)
            options = {"content": data, "headers": {"Content-Type": picture_type(data)}}
        elif still is not None:
            options = {"json": {"still": {"media": still[0], "at_s": still[1]}}}
        else:
            options = {"json": {"url": url}}
        params = dict(zip(("x", "y", "width", "height"), map(str, crop), strict=True)) if crop else {}
        return self._record(
            self._transport.request("PUT", "artwork", id, "file", params=params, timeout=120, **options)
        )


class Imports:
    """Downloads of files by the server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, *, url: str, library: str, content: str | None = None, role: FileRole | None = None) -> Import:
        """Import a file from a public URL into a library, for `content` in a `role` if it is named."""
        values = {"url": url, "library": library, "content": content, "role": role}
        body = {name: value for name, value in values.items() if value is not None}
        return Import.from_json(self._transport.json("POST", "imports", json=body))

    def retrieve(self, id: str) -> Import:
        """Read the state of an import."""
        return Import.from_json(self._transport.json("GET", "imports", id))

    def delete(self, id: str) -> None:
        """Cancel an import."""
        self._transport.request("DELETE", "imports", id)

    def wait_until_done(self, id: str, *, timeout: float = 3600) -> Import:
        """The import, once the file is in its library. Raises ImportFailed and WaitTimeout."""
        wait = Wait(timeout, self._transport.sleep)
        while True:
            current = self.retrieve(id)
            if current.state == "done":
                return current
            if current.state == "failed":
                raise ImportFailed(id, current.error or {})
            wait.pause(f"The import {id} was not done")


class MetadataImports:
    """Imports of the metadata of many titles, from CSV or JSON lines."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def template(self) -> bytes:
        """A CSV file with all columns."""
        return self._csv("template")

    def preview(self, table: File, *, create: bool = False, mapping: Mapping[str, str] | None = None) -> Any:
        """What `create` would do with the table, which is a path or bytes: the recognized columns, the numbers of rows
        to create and to update, and the failures."""
        return self._send(table, create, mapping, dry_run=True)

    def create(self, table: File, *, create: bool = False, mapping: Mapping[str, str] | None = None) -> MetadataImport:
        """Import a table. With `create`, missing genres, categories, people and series are created. `mapping` names the
        field of each column; without it, columns are recognized by their names. Repeating an import is safe."""
        return MetadataImport.from_json(self._send(table, create, mapping))

    def retrieve(self, id: str) -> MetadataImport:
        """Read the state of an import."""
        return MetadataImport.from_json(self._transport.json("GET", "imports", "metadata", id))

    def delete(self, id: str) -> None:
        """Stop an import. Imported rows stay."""
        self._transport.request("DELETE", "imports", "metadata", id)

    def failures(self, id: str) -> bytes:
        """The failures as CSV: line, column, error and remedy."""
        return self._csv(id, "failures")

    def wait_until_done(self, id: str, *, timeout: float = 3600) -> MetadataImport:
        """The import, once it does not run any more. Raises WaitTimeout."""
        wait = Wait(timeout, self._transport.sleep)
        while (current := self.retrieve(id)).state == "running":
            wait.pause(f"The import {id} was not done")
        return current

    def _send(self, table: File, create: bool, mapping: Mapping[str, str] | None, *, dry_run: bool = False) -> Any:
        data = in_thread(_bytes_of, table)
        kind = "application/x-ndjson" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "text/csv"
        stated = None if mapping is None else json.dumps(dict(mapping))
        query = {"create": create or None, "mapping": stated, "dry_run": dry_run or None}
        return self._transport.json(
            "POST", "imports", "metadata", content=data, params=query_of(query), headers={"Content-Type": kind}
        )

    def _csv(self, *path: str) -> bytes:
        accept = {"Accept": "text/csv, */*"}
        return (self._transport.request("GET", "imports", "metadata", *path, headers=accept)).content


class HomeLayouts:
    """The featured titles and the rows of the home page of the site and of televisions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def retrieve(self) -> HomeLayout:
        """Read the layout; until one is saved, it is the standard layout."""
        return self._layout(self._transport.request("GET", "home_layout"))

    def update(self, *, hero: Sequence[str], rows: Sequence[Mapping[str, Any]], etag: str | None = None) -> HomeLayout:
        """Replace the layout. `hero` are ids of content; without one, the newest title is featured. With `etag`,
        ChangedMeanwhile is raised if somebody else has changed the layout."""
        headers = {"If-Match": etag} if etag is not None else {}
        body = {"hero": list(hero), "rows": [dict(row) for row in rows]}
        return self._layout(self._transport.request("PUT", "home_layout", json=body, headers=headers))

    @staticmethod
    def _layout(response: httpx.Response) -> HomeLayout:
        document = response.json()
        return HomeLayout(document["hero"], document["rows"], response.headers.get("ETag"))


class Exports:
    """Files that exporter plugins make of the public catalogue."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Sequence[Mapping[str, Any]]:
        """The exports and feeds: `name`, `label`, `description`, `feed` and `url`."""
        items: Sequence[Mapping[str, Any]] = (self._transport.json("GET", "exports"))["items"]
        return items

    def download(self, name: str) -> bytes:
        """The file of an export."""
        return (self._transport.request("GET", "exports", name, headers={"Accept": "*/*"})).content


class Events:
    """What happened in the organization, in order."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, after: str | None = None, type: str | Sequence[str] | None = None, limit: int = 500
    ) -> Paginator[Event]:
        """The events after the one with the id `after`, of the given types; from the oldest one on without `after`.
        Store the `id` of the last event, and continue there. `limit` is the size of a page."""

        def read(cursor: str | None) -> Page[Event]:
            params = query_of({"after": cursor or after, "type": type, "limit": limit})
            page = self._transport.json("GET", "events", params=params)
            events = [event_of(str(e["id"]), e["type"], e["at"], e["data"]) for e in page["items"]]
            return Page(events, page["next"] if page["more"] else None)

        return Paginator(read)

    def position(self) -> str | None:
        """The position to begin with, for events that are still to come: pass it to `list` as `after`."""
        page = self._transport.json("GET", "events", params={"after": "latest"})
        return str(page["next"]) if page["next"] is not None else None


def _bytes_of(file: File) -> bytes:
    return file if isinstance(file, bytes) else Path(file).read_bytes()
