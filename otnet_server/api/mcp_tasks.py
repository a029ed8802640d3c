"""Tools of `/mcp` for whole tasks: import a film and wait for it, publish, attach a picture.

A task calls several operations, each with the permissions of the caller. It stops at the first refusal, whose problem
is its result. Waiting is bounded; the result says what is still going on, so that the assistant can look later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from otnet_server.errors import FieldError, Invalid

Node = dict[str, Any]
Progress = Callable[[float, str], Awaitable[None]]
POLL_S = 2.0
DEFAULT_WAIT_S = 50
MAX_WAIT_S = 600
OWNERS = ("content", "series", "person", "channel")

TEXT: Node = {"type": "string"}
STATE: Node = {
    "type": "object",
    "required": ["state"],
    "properties": {
        "state": {"type": "string", "description": "importing, failed, or the state of the media; ready is the end."},
        "content": {"type": ["string", "null"]},
        "media": {"type": ["string", "null"]},
        "playable": {"type": "boolean"},
        "import": TEXT,
        "error": {"type": ["object", "null"]},
    },
}
RECORD: Node = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}


class Refused(Exception):
    """An operation was refused. `status` and `problem` are those of its response."""

    def __init__(self, status: int, problem: Node) -> None:
        super().__init__(problem.get("title", ""))
        self.status, self.problem = status, problem


class Api:
    """The API with the credentials of the caller. `send(operation, arguments)` returns the status and the JSON."""

    def __init__(self, send: Callable[[str, Node], Awaitable[tuple[int, Node]]], progress: Progress) -> None:
        self._send, self.progress = send, progress

    async def call(self, operation: str, **arguments: Any) -> Node:
        """The response of an operation. Raises Refused."""
        status, document = await self._send(operation, {n: v for n, v in arguments.items() if v is not None})
        if status >= 400:
            raise Refused(status, document)
        return document


@dataclass(frozen=True)
class Task:
    """`needs` are the operations that the caller must be allowed to use."""

    name: str
    title: str
    about: str
    properties: Mapping[str, Node]
    required: tuple[str, ...]
    output: Node
    needs: tuple[str, ...]
    run: Callable[[Api, Node], Awaitable[Node]]

    @property
    def schema(self) -> Node:
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }

    def check(self, arguments: Node) -> None:
        """Raises Invalid for unknown, missing and malformed arguments."""
        errors = [
            FieldError(
                n[:60], "unknown_field", "is not an argument of this tool", f"Known: {', '.join(self.properties)}."
            )
            for n in arguments
            if n not in self.properties
        ]
        errors += [
            FieldError(n, "required", "is required", "Send a value.") for n in self.required if not arguments.get(n)
        ]
        for name, value in arguments.items():
            expected = self.properties.get(name, {}).get("type")
            if expected == "string" and not isinstance(value, str):
                errors.append(FieldError(name, "not_text", "must be a string", "Send a string."))
            if expected == "integer" and (not isinstance(value, int) or not 0 <= value <= MAX_WAIT_S):
                errors.append(FieldError(name, "out_of_range", f"must be from 0 to {MAX_WAIT_S}", "Send seconds."))
        if errors:
            raise Invalid("invalid", "The arguments of the tool are not valid.", errors)


async def import_film(api: Api, given: Node) -> Node:
    deadline = time.monotonic() + given.get("wait_s", DEFAULT_WAIT_S)
    library = given.get("library") or await _only_library(api)
    content = given.get("content") or ""
    if not content:
        title = given.get("title") or given["url"].rpartition("/")[2].partition("?")[0].rpartition(".")[0] or "Untitled"
        content = (await api.call("content_create", title=title[:300], kind="film"))["id"]
    before = {m["id"]: m["updated_at"] for m in (await _media(api, content))}
    try:
        started = await api.call("imports_create", url=given["url"], library=library, content=content)
    except Refused:
        if not given.get("content"):
            await api.call("content_delete", id=content)
        raise
    result: Node = {"content": content, "media": None, "playable": False, "import": started["id"], "error": None}
    while True:
        state = await api.call("imports_get", id=started["id"])
        if state["state"] == "failed":
            return {**result, "state": "failed", "error": state["error"]}
        if state["state"] == "done":
            break
        share = state["bytes"] / state["total"] if state["total"] else 0.0
        await api.progress(0.5 * share, "Downloading the film.")
        if not await _again(deadline):
            return {**result, "state": "importing"}
    while True:
        new = [m for m in await _media(api, content) if before.get(m["id"]) != m["updated_at"]]
        if new:
            media = new[0]
            result |= {"media": media["id"], "playable": media["playable"], "error": media["error"]}
            if media["state"] in ("ready", "failed"):
                return {**result, "state": media["state"]}
            percent = (media["progress"] or {}).get("percent") or 0
            await api.progress(0.5 + percent / 200, "Encoding the film.")
        if not await _again(deadline):
            return {**result, "state": new[0]["state"] if new else "importing"}


async def _media(api: Api, content: str) -> list[Node]:
    page = await api.call("media_list", content=content, role="main", sort="-updated_at")
    items: list[Node] = page["items"]
    return items


async def _only_library(api: Api) -> str:
    libraries = (await api.call("libraries_list", fields=["id", "name"]))["items"]
    if len(libraries) != 1:
        names = ", ".join(f"{entry['id']} ({entry['name']})" for entry in libraries) or "none"
        error = FieldError("library", "required", "is required when there is not exactly one", f"Known: {names}.")
        raise Invalid("invalid", "The arguments of the tool are not valid.", [error])
    return str(libraries[0]["id"])


async def _again(deadline: float) -> bool:
    """Wait before the next look; False when the time is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        return False
    await asyncio.sleep(min(POLL_S, left))
    return True


async def publish(api: Api, given: Node) -> Node:
    if (at := given.get("at")) is not None:
        return await api.call("content_schedule", id=given["content"], published_from=at)
    return await api.call("content_publish", id=given["content"])


async def attach_artwork(api: Api, given: Node) -> Node:
    owners = {n: given[n] for n in OWNERS if given.get(n)}
    source = {n: given[n] for n in ("url", "data") if given.get(n)}
    if len(owners) != 1 or len(source) != 1:
        error = FieldError("content", "required", f"or another one of {', '.join(OWNERS)} is required, and url or data",
                           "Send one of each.")  # fmt: skip
        raise Invalid("invalid", "The arguments of the tool are not valid.", [error])
    artwork = await api.call("artwork_create", kind=given["kind"], alternative=given.get("alternative"), **owners)
    try:
        return await api.call("artwork_put_file", id=artwork["id"], **source)
    except Refused:
        await api.call("artwork_delete", id=artwork["id"])
        raise


TASKS = {
    task.name: task
    for task in (
        Task(
            "import_film", "Import a film and wait until it is ready",
            "Downloads a video from a public URL into a library, for new content or for content that exists, and waits "
            f"up to wait_s seconds (default {DEFAULT_WAIT_S}, at most {MAX_WAIT_S}). If it is not ready then, look at "
            "the media later with “get”. It is not published.",
            {"url": TEXT, "library": {**TEXT, "description": "Id; optional when there is one."},
             "content": {**TEXT, "description": "Id of content whose main file it becomes."},
             "title": {**TEXT, "description": "Title of new content."}, "wait_s": {"type": "integer"}},
            ("url",), STATE, ("imports_create", "imports_get", "media_list"), import_film,
        ),
        Task(
            "publish", "Publish content", "Publishes content now, or at the time “at” (ISO 8601).",
            {"content": TEXT, "at": TEXT}, ("content",), RECORD, ("content_publish", "content_schedule"), publish,
        ),
        Task(
            "attach_artwork", "Attach a picture",
            "Creates artwork of content, a series, a person or a channel, and stores its picture from a URL or base64.",
            {**{n: TEXT for n in OWNERS}, "kind": {**TEXT, "description": "poster, backdrop, logo or square."},
             "url": TEXT, "data": TEXT, "alternative": {**TEXT, "description": "What the picture shows."}},
            ("kind",), RECORD, ("artwork_create", "artwork_put_file", "artwork_delete"), attach_artwork,
        ),
    )
}  # fmt: skip
