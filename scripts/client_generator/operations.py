"""The OpenAPI document of the partner surface as resources, operations and types. Pure.

The printers for Python and TypeScript work from these, so that both clients have the same methods.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]
BASE = "/api/v1/partner/"
JSON = "application/json"
SCALARS = ("string", "integer", "number", "boolean")
# Resources whose methods are all written by hand; tests/clients/test_generated.py checks that none is missing.
BY_HAND = ("events", "uploads", "imports", "exports", "home_layout")
# The requests of the verbs, as `_resource.py` and `resource.ts` make them. The name of any other operation on a record
# is that of an action, which is the last part of its path.
REQUESTS = {
    "list": ("get", ""),
    "create": ("post", ""),
    "get": ("get", "/{id}"),
    "update": ("patch", "/{id}"),
    "delete": ("delete", "/{id}"),
    "bulk": ("post", "/bulk"),
    "upsert": ("put", "/by-external-id/{external_id}"),
}


@dataclass(frozen=True)
class Type:
    """`kind`: string, integer, number, boolean, date-time, date, any, object, map, array or enum. `item` is the type of
    the values of a map or an array; `values` are those of an enum."""

    kind: str
    item: Type | None = None
    values: tuple[str, ...] = ()
    nullable: bool = False


@dataclass(frozen=True)
class Value:
    """A property of a record or a body, or a parameter of the query. `several`: a query accepts one or more values."""

    name: str
    type: Type
    required: bool = False
    several: bool = False
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True)
class Model:
    name: str
    doc: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Operation:
    """`verb`: list, get, create, update, delete, upsert, bulk, or the name of an action."""

    verb: str
    summary: str
    doc: str
    query: tuple[Value, ...]
    body: tuple[Value, ...]
    headers: frozenset[str]
    deprecated: bool


@dataclass(frozen=True)
class Resource:
    plural: str
    model: Model
    operations: tuple[Operation, ...]

    def operation(self, verb: str) -> Operation | None:
        return next((o for o in self.operations if o.verb == verb), None)


def resources_of(document: Node) -> list[Resource]:
    """The resources in the order of the document. Operations with requests of another form are left out; their methods
    are written by hand."""
    operations_of: dict[str, list[tuple[str, Node]]] = {}
    for path, item in document["paths"].items():
        plural = path.removeprefix(BASE).partition("/")[0]
        for method, operation in item.items():
            if method == "parameters" or plural in BY_HAND:
                continue
            verb = str(operation["operationId"]).removeprefix(f"partner_{plural}_")
            if (method, path.removeprefix(BASE + plural)) == REQUESTS.get(verb, ("post", f"/{{id}}/{verb}")):
                operations_of.setdefault(plural, []).append((verb, operation))
    schemas = document["components"]["schemas"]
    resources = []
    for plural, operations in operations_of.items():
        read = dict(operations)["get"]
        reference = read["responses"]["200"]["content"][JSON]["schema"]["$ref"]
        name = reference.rpartition("/")[2]
        typed_operations = tuple(_operation(document, verb, operation) for verb, operation in operations)
        resources.append(Resource(plural, _model(name, schemas[name]), typed_operations))
    return resources


def _model(name: str, schema: Node) -> Model:
    required = schema.get("required", [])
    values = [_value(n, p, n in required) for n, p in schema["properties"].items() if n != "expanded"]
    return Model(name, schema.get("description", ""), tuple(values))


def _operation(document: Node, verb: str, operation: Node) -> Operation:
    parameters = [_resolved(document, "parameters", p) for p in operation.get("parameters", [])]
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    required = body.get("required", [])
    return Operation(
        verb,
        operation["summary"],
        operation.get("description", ""),
        tuple(_parameter(p) for p in parameters if p["in"] == "query"),
        tuple(_value(n, s, n in required) for n, s in body.get("properties", {}).items()),
        frozenset(p["name"] for p in parameters if p["in"] == "header"),
        bool(operation.get("deprecated")),
    )


def _resolved(document: Node, kind: str, node: Node) -> Node:
    return document["components"][kind][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def _parameter(p: Node) -> Value:
    type = type_of(p["schema"])
    several = type.kind == "array"
    return Value(p["name"], type.item or type if several else type, bool(p.get("required")), several,
                 p.get("description", ""))  # fmt: skip


def _value(name: str, schema: Node, required: bool) -> Value:
    doc = schema.get("description") or ""
    return Value(name, type_of(schema), required, doc=doc if doc != schema.get("title") else "",
                 deprecated=bool(schema.get("deprecated")))  # fmt: skip


def type_of(schema: Node) -> Type:
    """The type of a JSON Schema. What it does not describe is `any` or `object`."""
    options = [s for s in schema.get("anyOf", []) if s != {"type": "null"}]
    if options:
        inner = type_of(options[0]) if len(options) == 1 else Type("any")
        return Type(inner.kind, inner.item, inner.values, nullable=len(options) < len(schema["anyOf"]))
    declared = schema.get("type", "any")
    names = [n for n in (declared if isinstance(declared, list) else [declared]) if n != "null"]
    nullable = isinstance(declared, list) and "null" in declared
    if "enum" in schema:
        return Type("enum", values=tuple(v for v in schema["enum"] if v is not None), nullable=nullable)
    kind = names[0] if len(names) == 1 else "any"
    if kind == "string" and schema.get("format") in ("date-time", "date"):
        return Type(schema["format"], nullable=nullable)
    if kind in SCALARS:
        return Type(kind, nullable=nullable)
    if kind == "array":
        return Type("array", type_of(schema.get("items", {})), nullable=nullable)
    if kind == "object":
        values = schema.get("additionalProperties")
        if isinstance(values, dict) and "properties" not in schema:
            return Type("map", type_of(values), nullable=nullable)
        return Type("object", nullable=nullable)
    return Type("any")


def enums_of(resource: Resource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The enumerations of a resource with the names of their types, such as `ContentKind` and `ContentSort`."""
    seen: set[tuple[str, ...]] = set()
    values = [*resource.model.values]
    for operation in resource.operations:
        values += [v for v in (*operation.body, *operation.query) if operation.verb != "bulk"]
    for value in values:
        type = value.type.item if value.type.kind == "array" and value.type.item else value.type
        if type.kind == "enum" and type.values not in seen:
            seen.add(type.values)
            yield resource.model.name + camel(value.name.replace(".", "_")), type.values


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
