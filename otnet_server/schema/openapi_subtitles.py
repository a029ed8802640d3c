"""OpenAPI of the operations on the subtitles of media. Pure."""

from __future__ import annotations

from typing import Any

from otnet_server.schema.field import Surface
from otnet_server.schema.fields.reference import ID
from otnet_server.schema.openapi_nodes import (
    JSON,
    Node,
    file_operation,
    id_parameter,
    problem_response,
    query_parameter,
    response,
    shared_response,
)

FILE = r"^[0-9a-f]{16}$"
TYPES = ("application/x-subrip", "text/vtt", "text/plain", "application/ttml+xml", "application/octet-stream")
FORMATS = "SubRip, WebVTT, SSA, ASS, MicroDVD or TTML"
LANGUAGE: Node = {"type": "string", "description": "A language tag such as de or pt-BR; und if it is not known."}
ROLES: Node = {"type": "array", "items": {"enum": ["forced", "sdh", "commentary"]}}
DEFAULT: Node = {"type": "boolean", "description": "Whether they are shown unless the viewer chooses otherwise."}
SUBTITLES: Node = {
    "type": "object",
    "required": ["id", "source", "file", "title", "language", "roles", "default", "state", "error", "url"],
    "properties": {
        "id": {"type": "string", "description": "It changes when the file gets another name."},
        "source": {"enum": ["file", "media"], "description": "media: inside the media file; they can't be changed."},
        "file": {"type": ["string", "null"], "description": "The name of the file in the library."},
        "title": {"type": "string"},
        "language": LANGUAGE,
        "roles": {"type": "array", "items": {"type": "string"}},
        "default": DEFAULT,
        "state": {"enum": ["waiting", "ready", "failed"]},
        "error": {"type": ["string", "null"]},
        "url": {"type": ["string", "null"], "description": "The WebVTT, when it is ready."},
    },
}
TEXT: Node = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string", "description": f"{FORMATS}."}},
}
CONTENT: Node = {**{type: {"schema": {"type": "string"}} for type in TYPES}, JSON: {"schema": TEXT}}
CHANGES: Node = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"language": LANGUAGE, "roles": ROLES, "default": DEFAULT},
}
NOT_THERE = {"404": problem_response("The media or the subtitle file does not exist.")}
NOT_WRITTEN = {
    **NOT_THERE,
    "400": shared_response("Malformed"),
    "409": problem_response("The media has no file, the library can't be written, or no name is free."),
    "507": problem_response("The disk of the library is full."),
}
NOT_STORED = {
    **NOT_WRITTEN,
    "413": problem_response("The body has more than 4 MiB."),
    "422": problem_response("The body contains no subtitles, or the language or a role is not valid."),
}


def subtitle_paths(surface: Surface) -> Node:
    path = f"/api/v1/{surface}/media/{{id}}/subtitles"
    media = id_parameter(ID, "Id of the media.")
    return {
        path: {"parameters": [media], "get": _list(surface), "post": _add(surface), "put": _put(surface)},
        f"{path}/{{file}}": {
            "parameters": [media, id_parameter(FILE, "Id of the subtitle file.", "file")],
            "patch": _change(surface),
            "put": _replace(surface),
            "delete": _operation(surface, "delete", "Delete a subtitle file of media", {
                "204": {"description": "The file was deleted from the library."}, **NOT_WRITTEN}),
        },
    }  # fmt: skip


def _operation(surface: Surface, verb: str, summary: str, responses: Node, **more: Any) -> Node:
    return file_operation(surface, "Media", f"media_{verb}_subtitles", summary, responses, **more)


def _list(surface: Surface) -> Node:
    page = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "items": SUBTITLES}},
    }
    answers = {"200": response("The subtitles.", page), **NOT_THERE, "400": problem_response("The query is malformed."),
               "409": problem_response("The folder of the media can't be read.")}  # fmt: skip
    return _operation(surface, "list", "List the subtitles of media", answers,
                      description="The subtitle files beside the media, then the texts inside it.")  # fmt: skip


def _described(*more: Node) -> list[Node]:
    return [
        {**query_parameter("language", {"type": "string"}, LANGUAGE["description"]), "required": True},
        query_parameter("roles", ROLES, "What they are for, unless they are plain subtitles."),
        *more,
    ]


NAME = query_parameter("name", {"type": "string"}, "The name of the file. Its extension is the format; without a name, "
                       "the content says it.")  # fmt: skip


def _add(surface: Surface) -> Node:
    default = query_parameter("default", {"type": "boolean"}, DEFAULT["description"])
    return _operation(
        surface, "add", "Add subtitles to media",
        {"201": response("The subtitle file. It is published soon after.", SUBTITLES), **NOT_STORED},
        description=f"The text enters the library beside the media: {FORMATS}. Send the file, or JSON with `text`.",
        parameters=_described(default, NAME), requestBody={"required": True, "content": CONTENT},
    )  # fmt: skip


def _put(surface: Surface) -> Node:
    return _operation(
        surface, "put", "Add or replace the subtitles of a language",
        {"200": response("The text was replaced.", SUBTITLES), "201": response("The file was added.", SUBTITLES),
         **NOT_STORED},
        description="Replaces the first file with this language and exactly these roles, or adds one; it is safe to "
        "repeat. Send the file, or JSON with `text`.",
        parameters=_described(), requestBody={"required": True, "content": CONTENT},
    )  # fmt: skip


def _change(surface: Surface) -> Node:
    return _operation(
        surface, "change", "Change language and roles of a subtitle file",
        {"200": response("The subtitle file, with its new id.", SUBTITLES), **NOT_WRITTEN,
         "413": shared_response("TooLarge"), "415": shared_response("NotJson"),
         "422": problem_response("The language or a role is not valid.")},
        description="The file gets the name that says so. Fields that are left out stay.",
        requestBody={"required": True, "content": {JSON: {"schema": CHANGES}}},
    )  # fmt: skip


def _replace(surface: Surface) -> Node:
    return _operation(
        surface, "replace", "Replace the text of a subtitle file",
        {"200": response("The subtitle file.", SUBTITLES), **NOT_STORED},
        description="Language and roles stay. Send the file, or JSON with `text`.",
        parameters=[NAME], requestBody={"required": True, "content": CONTENT},
    )  # fmt: skip
