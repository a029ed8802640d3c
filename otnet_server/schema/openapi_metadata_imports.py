"""OpenAPI of imports of metadata from tables. Pure."""

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
)

TEXT: Node = {"type": "string"}
COUNT: Node = {"type": "integer"}
FAILURES: Node = {
    "type": "array",
    "description": "At most 200.",
    "items": {
        "type": "object",
        "required": ["line", "column", "error", "remedy"],
        "properties": {"line": COUNT, "column": TEXT, "error": TEXT, "remedy": TEXT},
    },
}
STATES = ("running", "done", "failed", "cancelled", "interrupted")
STATE: Node = {
    "type": "object",
    "required": ["id", "state", "total", "done", "created", "updated", "unchanged", "failed", "failures"],
    "properties": {
        "id": TEXT,
        "state": {"enum": list(STATES), "description": "interrupted: import the file again; nothing is done twice."},
        **{n: COUNT for n in ("total", "done", "created", "updated", "unchanged", "failed")},
        "created_at": TEXT,
        "updated_at": TEXT,
        "failures": FAILURES,
    },
}
PREVIEW: Node = {
    "type": "object",
    "required": ["columns", "targets", "total", "create", "update", "failed", "missing", "rows", "failures"],
    "properties": {
        "columns": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": TEXT, "target": TEXT, "example": TEXT}},
        },
        "targets": {"type": "array", "items": {"type": "object", "properties": {"name": TEXT, "label": TEXT}}},
        **{n: COUNT for n in ("total", "create", "update", "failed")},
        "missing": {"type": "object", "description": "The records that would be created, by resource."},
        "rows": {"type": "array", "items": {"type": "object"}, "description": "The first rows."},
        "failures": FAILURES,
    },
}
TABLE: Node = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string", "description": "The table as CSV or JSON lines."}},
}
BODY: Node = {
    "required": True,
    "content": {**{t: {"schema": TEXT} for t in ("text/csv", "application/x-ndjson")}, JSON: {"schema": TABLE}},
}
CSV: Node = {"description": "A CSV file.", "content": {"text/csv": {"schema": TEXT}}}
MISSING: Node = {"404": problem_response("The import does not exist.")}


def metadata_import_paths(surface: Surface) -> Node:
    base = f"/api/v1/{surface}/imports/metadata"
    id = id_parameter(ID, "Id of the import.")
    return {
        base: {"post": _create(surface)},
        f"{base}/template": {"get": _operation(surface, "template", "Download a table with all columns", {"200": CSV})},
        f"{base}/{{id}}": {
            "parameters": [id],
            "get": _operation(surface, "get", "Read the state of an import of metadata",
                              {"200": response("The import.", STATE), **MISSING}),
            "delete": _operation(surface, "delete", "Stop an import of metadata",
                                 {"204": {"description": "It stops. Imported rows stay."}, **MISSING}),
        },
        f"{base}/{{id}}/failures": {
            "parameters": [id],
            "get": _operation(surface, "failures", "Download the failed rows of an import", {"200": CSV, **MISSING}),
        },
    }  # fmt: skip


def _operation(surface: Surface, verb: str, summary: str, responses: Node, **more: Any) -> Node:
    return file_operation(surface, "Imports", f"metadata_imports_{verb}", summary, responses, **more)


def _create(surface: Surface) -> Node:
    parameters = [
        query_parameter("dry_run", {"type": "boolean"}, "Only say what the import would do."),
        query_parameter("create", {"type": "boolean"}, "Create missing genres, categories, people and series."),
        query_parameter("mapping", TEXT, "The field of each column as a JSON object, such as `{\"Titel\": \"title\"}`. "
                        "Without it, columns are recognized by the names and labels of fields."),
    ]  # fmt: skip
    return _operation(
        surface, "create", "Import metadata of content from a table",
        {
            "200": response("What the import would do (dry_run).", PREVIEW),
            "202": response("The import, which runs in the background.", STATE),
            "400": problem_response("The query is malformed."),
            "409": problem_response("Another import of the organization is running."),
            "413": problem_response("The file has more than 10 MiB."),
            "422": problem_response("The file is not a table, or no column is the title."),
        },
        description="CSV in UTF-8, UTF-16 or Windows-1252, or JSON lines; or JSON with `text`. A row is the title with "
        "its external_id, else with its id, else with its title and year; it is created if there is none. Rows that "
        "fail change nothing. With a key: scope `content:write`, and `credit:write`, `person:write` and so on for what "
        "the rows name.",
        parameters=parameters, requestBody=BODY,
    )  # fmt: skip
