"""OpenAPI of the as-run log and the forecast of channels. Pure."""

from __future__ import annotations

from otnet_server.schema.field import Surface
from otnet_server.schema.fields.reference import ID
from otnet_server.schema.openapi_nodes import (
    Node,
    file_operation,
    id_parameter,
    problem_response,
    query_parameter,
    response,
    shared_response,
)

MOMENT: Node = {"type": "string", "format": "date-time"}
NULLABLE: Node = {"type": ["string", "null"]}
ENTRY: Node = {
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "kind": {
        "enum": ["program", "title", "filler", "slate", "ad", "live"],
        "description": "program: of the schedule. title: chosen by the scheduler. filler: between programs. slate: "
        "nothing else is ready. ad: in an ad break.",
    },
    "content": {**NULLABLE, "description": "Id of the content; null for a slate."},
    "program": {**NULLABLE, "description": "Id of the program."},
    "title": {"type": "string", "description": "How it is announced."},
}
IMPRESSIONS = ("started", "first_quartile", "midpoint", "third_quartile", "completed")
AIRING: Node = {
    "type": "object",
    "required": ["number", *ENTRY, "media", "ad_break", "impressions"],
    "properties": {
        "number": {"type": "integer", "description": "Counts the airings of the channel from 0."},
        **ENTRY,
        "media": {"type": "string", "description": "Id of the media that plays."},
        "ad_break": {
            "type": ["integer", "null"],
            "description": "The ad break that it is in: the number of its first airing.",
        },
        "impressions": {
            "type": ["object", "null"],
            "required": list(IMPRESSIONS),
            "properties": {name: {"type": "integer"} for name in IMPRESSIONS},
            "description": "Of an ad: to how many viewers it was sent, from its first segment to its last.",
        },
    },
}
REPLACED: Node = {
    "type": ["object", "null"],
    "required": ["content", "program", "title", "code", "codec", "message", "remedy"],
    "properties": {
        "content": {"type": "string"},
        "program": NULLABLE,
        "title": {"type": "string"},
        "code": {"enum": ["codec", "not_ready"]},
        "codec": {**NULLABLE, "description": "The video codec of the title, if that is the reason."},
        "message": {"type": "string", "description": "Why it can't be played."},
        "remedy": {"type": "string"},
    },
    "description": "What should be on instead, and can't be played.",
}
FORECAST: Node = {
    "type": "object",
    "required": [*ENTRY, "replaces"],
    "properties": {**ENTRY, "replaces": REPLACED},
}
PROBLEMS: Node = {
    "400": shared_response("Malformed"),
    "404": problem_response("The channel does not exist."),
}


def channel_paths(surface: Surface) -> Node:
    base = f"/api/v1/{surface}/channels/{{id}}"
    channel = id_parameter(ID, "Id of the channel.")
    log = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": AIRING},
            "next": {"type": ["integer", "null"], "description": "“after” of the next page; null on the last one."},
        },
    }
    entries = {
        "type": "object",
        "required": ["items", "complete"],
        "properties": {
            "items": {"type": "array", "items": FORECAST},
            "complete": {
                "type": "boolean",
                "description": "false: the forecast would have more than 5,000 entries, and ends before “to”.",
            },
        },
    }
    return {
        f"{base}/airings": {"parameters": [channel], "get": file_operation(
            surface, "Channels", "channels_airings", "List what a channel has played and will certainly play",
            {"200": response("The airings, at most 500, in order.", log), **PROBLEMS},
            description="The as-run log. Airings are stored before they are on, and do not change any more. With a "
            "key: scope `channel:read`.",
            parameters=[
                query_parameter("from", MOMENT, "The first moment; defaults to a day ago."),
                query_parameter("to", MOMENT, "The last moment, at most 8 days later; defaults to a day from now."),
                query_parameter("after", {"type": "integer", "minimum": 0}, "The value of “next” of the page before."),
            ])},
        f"{base}/forecast": {"parameters": [channel], "get": file_operation(
            surface, "Channels", "channels_forecast", "List what a channel will probably play",
            {"200": response("The forecast, at most 5,000 entries, in order.", entries), **PROBLEMS},
            description="It begins where the stored airings end, and for a channel that is off, now. Edits of the "
            "schedule and titles that become ready change it. With a key: scope `channel:read`.",
            parameters=[
                query_parameter("to", MOMENT, "The last moment, at most 8 days from now; defaults to a day from now."),
            ])},
    }  # fmt: skip
