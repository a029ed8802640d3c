"""OpenAPI of the list of events. Pure."""

from __future__ import annotations

from otnet_server.events import MEDIA_EVENTS
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi_nodes import (
    Node,
    common_problems,
    problem_response,
    query_parameter,
    response,
    shared_response,
)
from otnet_server.schema.resource import Schema

EVENT: Node = {
    "type": "object",
    "description": "Something that happened. `data` is what webhooks send for this type.",
    "required": ["id", "at", "type", "data"],
    "properties": {
        "id": {"type": "string", "description": "Increases, with gaps."},
        "at": {"type": "string", "format": "date-time"},
        "type": {"type": "string", "examples": ["media.ready", "content.published"]},
        "data": {
            "type": "object",
            "description": "`organization`, `title` and `content` (id or null), and `media` and `revision`, or "
            "`resource` and `id`; `error` of media that failed.",
        },
    },
}


def event_types(resources: Schema) -> list[str]:
    """The types of events that programs see: those that webhooks offer, and the states of media. Events of people, keys
    and webhooks name addresses, which a key may not see."""
    offered = [option["value"] for option in resources["webhook"].fields["events"].shape()["options"]]
    return list(dict.fromkeys([*offered, *MEDIA_EVENTS]))


def list_events(surface: Surface, resources: Schema) -> Node:
    page = {
        "type": "object",
        "required": ["items", "next", "more"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
            "next": {"type": ["string", "null"], "description": "The value of `after` for the next request."},
            "more": {"type": "boolean", "description": "Whether more events exist now."},
        },
    }
    limit = {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}
    after = {"type": "string", "pattern": "^([0-9]{1,18}|latest)$"}
    types = {"type": "array", "items": {"type": "string", "enum": event_types(resources)}, "minItems": 1}
    return {
        "operationId": f"{surface}_events_list",
        "tags": ["Events"],
        "summary": "List events",
        "description": "The organization's events of the types that webhooks offer, in the order of their changes, for "
        "some days. Store `next` and continue there: no event is missed or skipped.",
        "parameters": [
            query_parameter("after", after, "Only events after the one with this id; latest: only those to come."),
            query_parameter("type", types, "Only events of these types."),
            query_parameter("limit", limit, "Maximum number of events."),
        ],
        "responses": {
            "200": response("Events, the oldest first.", page),
            "400": shared_response("Malformed"),
            "410": problem_response("The event `after` is no longer kept."),
            **common_problems(),
        },
    }
