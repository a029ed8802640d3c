"""The tools of an AI assistant: a few wide ones, which take the resource as an argument. Pure.

A tool for each operation (`schema/tools.py`) would fill the context of an assistant before it has done anything. These
tools have the verb; `call_of` finds the operation and its arguments. `describe` returns the fields, filters and actions
of one resource when the assistant needs them. `events`, `exports`, `home_layout` and both kinds of imports count as
resources.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from otnet_server.errors import FieldError, Invalid
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ
from otnet_server.schema.tools import Tool

Node = dict[str, Any]
LIST, GET, CREATE, UPDATE, DELETE = "list", "get", "create", "update", "delete"
ACT, BULK, UPSERT, DESCRIBE = "act", "bulk", "upsert", "describe"
NAMED_VERBS = (LIST, GET, CREATE, UPDATE, DELETE, BULK, UPSERT)

ID: Node = {"type": "string"}
OBJECT: Node = {"type": "object"}
RECORD: Node = {"type": "object", "required": ["id"], "properties": {"id": ID}}
PAGE: Node = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": OBJECT},
        "next": {"type": ["string", "null"]},
        "total": {"type": "integer"},
        "more": {"type": "boolean"},
    },
}
COUNTS: Node = {"type": "object", "properties": {"deleted": OBJECT, "cleared": OBJECT, "status": {"type": "integer"}}}
RESULTS: Node = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": OBJECT}},
}
DESCRIPTION: Node = {
    "type": "object",
    "required": ["resource", "description", "operations"],
    "properties": {"resource": ID, "description": ID, "operations": OBJECT},
}


@dataclass(frozen=True)
class WideTool:
    """`properties` are its arguments besides `resource`; `required` those that every call needs."""

    name: str
    title: str
    about: str
    properties: Mapping[str, Node]
    output: Node
    required: tuple[str, ...] = ()
    destroys: bool = False
    idempotent: bool = True

    @property
    def reads(self) -> bool:
        return self.name in (LIST, GET, DESCRIBE)

    def schema(self, resources: Collection[str]) -> Node:
        """The JSON Schema of the arguments, for a caller who may use the tool with these resources."""
        return {
            "type": "object",
            "properties": {"resource": {"enum": sorted(resources)}, **self.properties},
            "required": ["resource", *self.required],
            "additionalProperties": False,
        }


VALUES: Node = {"type": "object", "description": "Fields and their values."}
IF_MATCH: Node = {"type": "string", "description": "ETag; refused with 412 if the record has changed since."}
CASCADE: Node = {"type": "boolean", "description": "Also delete, or detach, the records that refer to it."}
FIELDS: Node = {"type": "array", "items": ID, "description": "Return only these fields."}
EXPAND: Node = {"type": "array", "items": ID, "description": "References to include as records."}

WIDE_TOOLS = {
    tool.name: tool
    for tool in (
        WideTool(
            LIST, "List records",
            "Returns a page of records: {items, next, total}. “query” has filters (kind: “film” or a list of values; "
            "also created_at.gte, .lte, .not, .contains, .null), and sort (“-created_at”), limit (at most 200), cursor "
            "(“next” of the last page), q (full-text search), total (true), fields, expand. “describe” names the "
            "filters of a resource. Events take after, type and limit.",
            {"query": {"type": "object"}}, PAGE,
        ),
        WideTool(GET, "Read a record", "Returns one record.", {"id": ID, "fields": FIELDS, "expand": EXPAND}, RECORD,
                 ("id",)),
        WideTool(
            CREATE, "Create a record", "Creates a record and returns it. “describe” lists its fields.",
            {"values": VALUES, "idempotency_key": {"type": "string", "description": "Makes a repetition safe."}},
            RECORD, ("values",), idempotent=False,
        ),
        WideTool(UPDATE, "Change a record", "Changes only the fields that are sent.",
                 {"id": ID, "values": VALUES, "if_match": IF_MATCH}, RECORD, ("id", "values")),
        WideTool(UPSERT, "Create or change a record by its external id",
                 "Creates the record, or changes the one that has this external id.",
                 {"external_id": ID, "values": VALUES}, RECORD, ("external_id", "values")),
        WideTool(DELETE, "Delete a record", "Refused with “in_use” while others refer to it, unless cascade is true.",
                 {"id": ID, "if_match": IF_MATCH, "cascade": CASCADE, "options": {"type": "object"}}, COUNTS, ("id",),
                 destroys=True),
        WideTool(
            ACT, "Run an action on a record",
            "Such as publish, unpublish, schedule, retry, reencode, rotate, test or replay; on artwork put_file, with "
            "“data” (base64) or “url” in values; on media add_subtitles, with “language” and “text”. “describe” lists "
            "the actions and their values.",
            {"id": ID, "action": {"type": "string"}, "values": {"type": "object"}}, RECORD, ("id", "action"),
            destroys=True, idempotent=False,
        ),
        WideTool(
            BULK, "Change many records",
            "Applies update, delete or an action to up to 200 records, each independently.",
            {"action": {"type": "string"}, "ids": {"type": "array", "items": ID}, "values": {"type": "object"},
             "cascade": CASCADE, "options": {"type": "object", "description": "For delete, such as permanently."}},
            RESULTS, ("action", "ids"), destroys=True, idempotent=False,
        ),
        WideTool(
            DESCRIBE, "Describe a resource",
            "Returns what a resource is, and the JSON Schema of the arguments of its operations: fields, filters, "
            "actions. Use it before you write.",
            {"operation": {"type": "string", "description": "Only this one, such as create or publish."}}, DESCRIPTION,
        ),
    )
}  # fmt: skip


def parts_of(operation: str, surface: Surface, resources: Collection[str]) -> tuple[str, str] | None:
    """The resource and the verb of an operation id: `partner_content_publish` → content, publish."""
    rest = operation.removeprefix(f"{surface}_")
    matches = [r for r in resources if rest.startswith(f"{r}_")]
    resource = max(matches, key=len, default="")
    return (resource, rest.removeprefix(f"{resource}_")) if resource else None


def by_resource(tools: Mapping[str, Tool], surface: Surface, plurals: Collection[str]) -> dict[str, dict[str, Tool]]:
    """The operations by resource and verb."""
    table: dict[str, dict[str, Tool]] = {}
    for name, tool in tools.items():
        resource, verb = parts_of(name, surface, plurals) or ("", "")
        if resource:
            table.setdefault(resource, {})[verb] = tool
    return table


def resources_of(tool: WideTool, table: Mapping[str, Mapping[str, Tool]]) -> list[str]:
    """The resources that the tool can be used with; `table` has the operations that the caller may use."""
    if tool.name == DESCRIBE:
        return list(table)
    if tool.name == ACT:
        return [r for r, operations in table.items() if set(operations) - set(NAMED_VERBS)]
    return [r for r, operations in table.items() if tool.name in operations]


def call_of(
    tool: WideTool, arguments: Mapping[str, Any], table: Mapping[str, Mapping[str, Tool]]
) -> tuple[Tool, dict[str, Any]]:
    """The operation that a call of a wide tool means, and its arguments. `table` has all operations of the surface.
    Raises Invalid."""
    check(tool, arguments, table)
    resource = str(arguments["resource"])
    verb = str(arguments["action"]) if tool.name == ACT else tool.name
    operations = table.get(resource, {})
    if tool.name == ACT and verb in NAMED_VERBS:
        verb = ""
    if verb not in operations:
        known = sorted(set(operations) - set(NAMED_VERBS)) if tool.name == ACT else resources_of(tool, table)
        field = "action" if tool.name == ACT and operations else "resource"
        _raise([FieldError(field, "not_an_option", "is not possible here", f"Known: {', '.join(known) or 'none'}.")])
    operation = operations[verb]
    return operation, _arguments_of(tool, operation, arguments)


def check(tool: WideTool, arguments: Mapping[str, Any], table: Mapping[str, Mapping[str, Tool]]) -> None:
    """Raises Invalid for unknown, missing and malformed arguments, and for unknown resources."""
    schema = tool.schema(table)
    errors = [
        FieldError(
            n[:60], "unknown_field", "is not an argument of this tool", f"Known: {', '.join(schema['properties'])}."
        )
        for n in arguments
        if n not in schema["properties"]
    ]
    errors += [
        FieldError(n, "required", "is required", "Send a value.") for n in schema["required"] if not arguments.get(n)
    ]
    errors += [
        FieldError(n, "not_an_object", "must be an object", "Send a JSON object.")
        for n in ("query", "values", "options")
        if not isinstance(arguments.get(n, {}), dict)
    ]
    if arguments.get("resource") and str(arguments["resource"]) not in table:
        errors.append(FieldError("resource", "not_an_option", "does not exist here", f"Known: {', '.join(table)}."))
    _raise(errors)


def _arguments_of(tool: WideTool, operation: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    if tool.name == LIST:
        return dict(arguments.get("query", {}))
    own = {n: arguments[n] for n in ("id", "external_id", "if_match", "idempotency_key") if n in arguments}
    if "id" not in operation.locations:  # the only record of its kind, such as the home layout
        own.pop("id", None)
    if tool.name in (GET, DELETE):
        more = {n: arguments[n] for n in ("fields", "expand", "cascade") if n in arguments}
        return {**arguments.get("options", {}), **more, **own}
    if tool.name == BULK:
        own = {n: v for n, v in arguments.items() if n not in ("resource", "options")}
        return {**arguments.get("options", {}), **own}
    values = arguments.get("values", {})
    body = [n for n, (location, _) in operation.locations.items() if location != "header" and n not in own]
    _raise(
        [
            FieldError(str(n)[:60], "unknown_field", "is not a known field", f"Known: {', '.join(body) or 'none'}.")
            for n in values
            if n not in body
        ]
    )
    return {**values, **own}


def _raise(errors: list[FieldError]) -> None:
    if errors:
        raise Invalid("invalid", "The arguments of the tool are not valid.", errors)


def description(resource: str, operations: Mapping[str, Tool], only: str) -> Node:
    """What `describe` returns: `operations` are those that the caller may use."""
    some = next(iter(operations.values()))
    chosen = {verb: tool for verb, tool in operations.items() if only in ("", verb)}
    if not chosen:
        _raise([FieldError("operation", "not_an_option", "is not an operation", f"Known: {', '.join(operations)}.")])
    return {
        "resource": resource,
        "description": some.resource.doc if some.resource and some.resource.plural == resource else some.about,
        "operations": {verb: {"title": tool.title, "arguments": _arguments(tool)} for verb, tool in chosen.items()},
    }


def _arguments(tool: Tool) -> Node:
    """The arguments of an operation: the values of a body, the query of a list."""
    hidden = ("if_match", "idempotency_key", "fields", "expand", "sort") if tool.verb in READ else ("idempotency_key",)
    return {n: schema for n, schema in tool.schema["properties"].items() if n not in hidden or tool.verb == LIST}
