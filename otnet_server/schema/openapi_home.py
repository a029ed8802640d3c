"""OpenAPI of the home layout. Pure."""

from __future__ import annotations

from otnet_server.schema.field import Surface
from otnet_server.schema.home_layout import HomeLayout
from otnet_server.schema.openapi_nodes import (
    JSON,
    Node,
    file_operation,
    header,
    problem_response,
    response,
    shared_response,
)

ETAG = {"ETag": header("The version of the layout, for If-Match.")}
EXAMPLE = {"hero": [], "rows": [{"kind": "new"}, {"kind": "popular", "titles": {"en": "This month", "de": "Im Trend"}}]}


def home_layout_paths(surface: Surface) -> Node:
    layout = layout_schema()
    if_match = {"name": "If-Match", "in": "header", "schema": {"type": "string"},
                "description": "ETag; 412 if the layout has changed since."}  # fmt: skip
    return {
        f"/api/v1/{surface}/home_layout": {
            "get": file_operation(
                surface, "Content", "home_layout_get", "Read the layout of the home page",
                {"200": response("The layout.", layout, ETAG)},
                description="The featured titles and the rows of the home page of the site and of televisions. Until "
                "one is saved, it is the standard layout. With a key: scope `content:read`."),
            "put": file_operation(
                surface, "Content", "home_layout_update", "Replace the layout of the home page",
                {"200": response("The layout.", layout, ETAG),
                 "400": shared_response("Malformed"),
                 "412": problem_response("The layout has changed since."),
                 "413": shared_response("TooLarge"),
                 "415": shared_response("NotJson"),
                 "422": problem_response("A field is not valid, or a record does not exist.")},
                description="Viewers see it at once. With a key: scope `content:write`.",
                parameters=[if_match],
                requestBody={"required": True, "content": {JSON: {"schema": layout, "example": EXAMPLE}}}),
        }
    }  # fmt: skip


def layout_schema() -> Node:
    """The JSON Schema of a layout, without references."""
    schema = HomeLayout.model_json_schema()
    definitions = schema.pop("$defs")
    schema["properties"]["rows"]["items"] = definitions["LayoutRow"]
    return schema
