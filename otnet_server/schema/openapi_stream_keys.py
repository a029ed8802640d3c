"""OpenAPI of the stream keys of channels. Pure."""

from __future__ import annotations

from typing import Any

from otnet_server.schema.field import Surface
from otnet_server.schema.fields.reference import ID
from otnet_server.schema.openapi_nodes import (
    JSON,
    Node,
    body_problems,
    file_operation,
    id_parameter,
    problem_response,
    response,
    shared_response,
)

NULLABLE: Node = {"type": ["string", "null"]}
TIME: Node = {"type": "string", "format": "date-time"}
NULLABLE_TIME: Node = {"type": ["string", "null"], "format": "date-time"}
NAME: Node = {"type": "string", "maxLength": 120, "description": "Who uses the key, and for what."}
ROLE: Node = {
    "enum": ["primary", "backup"],
    "description": "A backup may be connected beside a primary, and is on air while that sends nothing.",
}
KEY: Node = {
    "type": "object",
    "required": ["id", "channel", "name", "role", "prefix", "old_prefix", "old_until", "created_at", "expires_at",
                 "last_used_at", "revoked_at"],
    "properties": {
        "id": {"type": "string"},
        "channel": {"type": "string"},
        "name": NAME,
        "role": ROLE,
        "prefix": {"type": "string", "description": "The first characters of the key."},
        "old_prefix": {**NULLABLE, "description": "Of the old key of a rotation."},
        "old_until": {**NULLABLE_TIME, "description": "Until when the old key is valid."},
        "created_at": TIME,
        "expires_at": {**NULLABLE_TIME, "description": "null: never."},
        "last_used_at": {**NULLABLE_TIME, "description": "When a stream with it began last."},
        "revoked_at": NULLABLE_TIME,
    },
}  # fmt: skip
URLS: Node = {
    "rtmp_url": {**NULLABLE, "description": "For OBS Studio: the server is what precedes the key."},
    "srt_url": NULLABLE,
    "whip_url": NULLABLE,
}
PROBLEM: Node = {
    "type": "object",
    "required": ["protocol", "code", "message", "remedy"],
    "properties": {
        "protocol": {"enum": ["rtmp", "srt", "whip"]},
        "code": {"type": "string", "description": "Such as port_busy, not_enabled or not_installed."},
        "message": {"type": "string", "description": "Why the server receives nothing by the protocol."},
        "remedy": {"type": "string"},
    },
}
KEY_ONCE: Node = {
    **KEY,
    "required": [*KEY["required"], "key", *URLS, "problems"],
    "properties": {
        **KEY["properties"],
        "key": {"type": "string", "description": "The stream key. It is returned only once."},
        **URLS,
        "problems": {"type": "array", "items": PROBLEM, "description": "Of the protocols without an address."},
    },
}
NEW_KEY: Node = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": NAME, "expires_at": NULLABLE_TIME, "role": {**ROLE, "default": "primary"}},
}
ROTATION: Node = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"overlap_hours": {
        "type": "integer", "minimum": 0, "maximum": 2160, "default": 24,
        "description": "Hours for which the old key stays valid; 0: none, and a stream with it ends."}},
}  # fmt: skip
NOT_THERE = {"404": problem_response("The channel or the stream key does not exist.")}
CHANGED = {**NOT_THERE, "400": shared_response("Malformed"), **body_problems()}
SCOPE = "For editors; with a key: scope `channel:write`."


def stream_key_paths(surface: Surface) -> Node:
    path = f"/api/v1/{surface}/channels/{{id}}/stream_keys"
    channel = id_parameter(ID, "Id of the channel.")
    key = id_parameter(ID, "Id of the stream key.", "key")
    page = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": KEY}}}
    return {
        path: {
            "parameters": [channel],
            "get": _operation(surface, "list_stream_keys", "List the stream keys of a channel", {
                "200": response("The keys, newest first, without their secrets.", page), **NOT_THERE},
                description=f"Also those that were revoked in the last 30 days. {SCOPE}"),
            "post": _operation(surface, "create_stream_key", "Create a stream key", {
                "201": response("The key, once, and the addresses for encoders.", KEY_ONCE), **CHANGED,
                "409": problem_response("The channel has too many stream keys.")},
                description="Whoever has the key can publish on the channel. An address is null while the server "
                f"receives nothing by its protocol. {SCOPE}",
                requestBody={"content": {JSON: {"schema": NEW_KEY, "example": {"name": "Studio camera"}}}}),
        },
        f"{path}/{{key}}": {
            "parameters": [channel, key],
            "delete": _operation(surface, "revoke_stream_key", "Revoke a stream key", {
                "204": {"description": "The key is not valid any more, and its stream has ended."}, **NOT_THERE},
                description=SCOPE),
        },
        f"{path}/{{key}}/rotate": {
            "parameters": [channel, key],
            "post": _operation(surface, "rotate_stream_key", "Rotate a stream key", {
                "200": response("The new key, once, and the addresses for encoders.", KEY_ONCE), **CHANGED,
                "409": problem_response("The key was revoked.")},
                description=f"The old key stays valid for the overlap. {SCOPE}",
                requestBody={"content": {JSON: {"schema": ROTATION}}}),
        },
    }  # fmt: skip


def _operation(surface: Surface, verb: str, summary: str, responses: Node, **more: Any) -> Node:
    return file_operation(surface, "Channels", f"channels_{verb}", summary, responses, **more)
