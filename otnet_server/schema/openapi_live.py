"""OpenAPI of the health of live streams, and of clips of media. Pure."""

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

TEXT: Node = {"type": "string"}
NULLABLE: Node = {"type": ["string", "null"]}
TIME: Node = {"type": "string", "format": "date-time"}
NUMBER: Node = {"type": ["number", "null"]}
COUNT: Node = {"type": "integer"}
STATE: Node = {
    "enum": ["off", "waiting", "live", "interrupted"],
    "description": "off: the channel has no valid stream key. waiting: for an encoder, or for its first pictures. "
    "interrupted: the encoder has left, and may come back.",
}
STREAM: Node = {
    "type": ["object", "null"],
    "required": ["id", "started_at", "key_name", "protocol", "recording_id"],
    "properties": {
        "id": TEXT,
        "started_at": TIME,
        "key_name": NULLABLE,
        "protocol": NULLABLE,
        "recording_id": {"type": "string", "description": "Id of the media that records the stream."},
    },
    "description": "null without a stream.",
}
PLOTTED: Node = {
    "bitrate": {**NUMBER, "description": "Bits per second that the encoder sends."},
    "frame_rate": NUMBER,
    "latency": {**NUMBER, "description": "Seconds from the arrival of a picture until viewers can have it."},
    "loudness": {**NUMBER, "description": "Short-term loudness in LUFS (EBU R 128)."},
}
HEALTH: Node = {
    "type": ["object", "null"],
    "properties": {
        **PLOTTED,
        "width": COUNT,
        "height": COUNT,
        "keyframe_distance": {**NUMBER, "description": "In seconds."},
        "dropped_frames": COUNT,
        "speed": {**NUMBER, "description": "Of the server's encoder; 1 is real time."},
        "black": {"type": "boolean"},
        "frozen": {"type": "boolean"},
        "silent": {"type": "boolean"},
    },
    "description": "Of the last two seconds; null without an encoder.",
}
SAMPLE: Node = {"type": "object", "required": ["at"], "properties": {"at": TIME, **PLOTTED}}
WARNING: Node = {
    "type": "object",
    "required": ["code", "message", "since"],
    "properties": {"code": TEXT, "message": TEXT, "since": TIME},
}
RUNG: Node = {
    "type": "object",
    "required": ["name", "state"],
    "properties": {"name": TEXT, "state": {"enum": ["live", "dropped"]}},
}
TARGET: Node = {
    "type": "object",
    "required": ["id", "name", "state", "detail"],
    "properties": {"id": TEXT, "name": TEXT, "state": TEXT, "detail": TEXT},
}
LIVE: Node = {
    "type": "object",
    "required": ["state", "stream", "health", "history", "warnings", "rungs", "simulcast", "viewers"],
    "properties": {
        "state": STATE,
        "stream": STREAM,
        "health": HEALTH,
        "history": {"type": "array", "items": SAMPLE, "description": "The last five minutes, every two seconds."},
        "warnings": {"type": "array", "items": WARNING},
        "rungs": {"type": "array", "items": RUNG},
        "simulcast": {"type": "array", "items": TARGET, "description": "The targets to which the stream is sent on."},
        "viewers": {
            "type": ["integer", "null"],
            "description": "How many have watched the channel in the last 90 seconds, with or without a stream; null "
            "when telemetry is off.",
        },
    },
}
SECONDS: Node = {"type": "number", "minimum": 0, "maximum": 10_000_000}
NEW_CLIP: Node = {
    "type": "object",
    "required": ["in", "out"],
    "additionalProperties": False,
    "properties": {
        "in": {**SECONDS, "description": "Seconds from the start of the media."},
        "out": {**SECONDS, "description": "Seconds from the start of the media, at most half an hour after “in”."},
        "title": {"type": "string", "maxLength": 300, "default": ""},
    },
}
CLIP: Node = {
    "type": "object",
    "required": ["media", "in", "out", "duration_s"],
    "properties": {
        "media": {"type": "string", "description": "Id of the new media."},
        "in": {"type": "number", "description": "Where it was cut: at the segment in which “in” was."},
        "out": {"type": "number", "description": "Where it was cut."},
        "duration_s": {"type": "number"},
    },
}
NO_CLIP = {
    "404": problem_response("The media does not exist."),
    "409": problem_response("The media is protected, or has no segments between “in” and “out”."),
}


def live_paths(surface: Surface) -> Node:
    base = f"/api/v1/{surface}"
    return {
        f"{base}/channels/{{id}}/live": {
            "parameters": [id_parameter(ID, "Id of the channel.")],
            "get": file_operation(surface, "Channels", "channels_live", "Get the live stream of a channel", {
                "200": response("The stream and its health.", LIVE),
                "404": problem_response("The channel does not exist.")},
                description="For editors; with a key: scope `channel:read`."),
        },
        f"{base}/media/{{id}}/clips": {
            "parameters": [id_parameter(ID, "Id of the media.")],
            "post": file_operation(surface, "Media", "media_create_clip", "Create a clip", {
                "201": response("The new media.", CLIP), **NO_CLIP, "400": shared_response("Malformed"),
                **body_problems()},
                description="A new media from a part of this one, without encoding; also of a live stream that goes "
                "on. For editors; with a key: scope `media:write`.",
                requestBody={"required": True, "content": {JSON: {
                    "schema": NEW_CLIP, "example": {"in": 62.5, "out": 90, "title": "The goal"}}}}),
        },
    }  # fmt: skip
