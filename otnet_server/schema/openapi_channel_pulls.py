"""OpenAPI of the sources of channels. Pure."""

from __future__ import annotations

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

PULL: Node = {
    "type": "object",
    "required": ["url", "enabled", "state", "problem", "changed_at"],
    "properties": {
        "url": {"type": "string", "description": "The address without passwords and query."},
        "enabled": {"type": "boolean"},
        "state": {
            "enum": ["off", "waiting", "receiving", "failed"],
            "description": "failed: the server tries again, at least once a minute.",
        },
        "problem": {"type": "string", "description": "Why it failed."},
        "changed_at": {"type": "string", "format": "date-time", "description": "When the state has changed."},
    },
}
BODY: Node = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {
            "type": "string", "minLength": 1, "maxLength": 2000,
            "description": "An address of rtmp, rtmps, rtsp, rtsps, srt, http or https (MPEG-TS or HLS).",
        },
        "enabled": {"type": "boolean", "default": True},
    },
}  # fmt: skip
NOT_THERE = {"404": problem_response("The channel does not exist, or has no source.")}
SCOPE = "For editors; with a key: scope `channel:write`."


def channel_pull_paths(surface: Surface) -> Node:
    def operation(verb: str, summary: str, responses: Node, description: str, **more: Node) -> Node:
        return file_operation(
            surface,
            "Channels",
            f"channels_{verb}_pull",
            summary,
            responses,
            description=f"{description} {SCOPE}",
            **more,
        )

    return {
        f"/api/v1/{surface}/channels/{{id}}/pull": {
            "parameters": [id_parameter(ID, "Id of the channel.")],
            "get": operation("get", "Get the source of a channel", {
                "200": response("The source and its state.", PULL), **NOT_THERE},
                "The address from which the server fetches the live stream of the channel."),
            "put": operation("set", "Set the source of a channel", {
                "200": response("The source.", PULL), **NOT_THERE, "400": shared_response("Malformed"),
                **body_problems()},
                "The server connects as long as the source is enabled. The address is stored encrypted, and not shown "
                "with its password again.",
                requestBody={"content": {JSON: {"schema": BODY, "example": {"url": "rtmp://cdn.example.org/live/tv"}}}}),
            "delete": operation("remove", "Remove the source of a channel", {
                "204": {"description": "The channel has no source. A stream from it has ended."}, **NOT_THERE}, ""),
        }
    }  # fmt: skip
