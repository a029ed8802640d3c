"""Nodes that the OpenAPI documents of the surfaces are made of. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from otnet_server.schema.field import Surface

JSON = "application/json"
Node = dict[str, Any]


def response(description: str, schema: Node, headers: Node | None = None) -> Node:
    return {
        "description": description,
        "content": {JSON: {"schema": schema}},
        **({"headers": headers} if headers else {}),
    }


def header(description: str) -> Node:
    return {"description": description, "schema": {"type": "string"}}


def problem_response(description: str) -> Node:
    return {"description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}  # fmt: skip


def file_operation(surface: Surface, tag: str, id: str, summary: str, responses: Node, **more: Any) -> Node:
    """An operation that is not on the fields of a resource."""
    common = {
        "401": problem_response("The credentials are missing or not valid."),
        "403": problem_response("The caller's role or scopes do not allow this operation."),
        "429": problem_response("Too many requests."),
    }
    described = {"operationId": f"{surface}_{id}", "tags": [tag], "summary": summary}
    return {**described, **more, "responses": {**responses, **common}}


def id_parameter(pattern: str, description: str, name: str = "id") -> Node:
    return {"name": name, "in": "path", "required": True, "description": description,
            "schema": {"type": "string", "pattern": pattern}}  # fmt: skip


def query_parameter(name: str, schema: Node, description: str) -> Node:
    """A parameter of the query; the values of an array are separated by commas."""
    commas = {"style": "form", "explode": False} if schema["type"] == "array" else {}
    return {"name": name, "in": "query", "schema": schema, "description": description, **commas}


def share_parameters(paths: Node) -> Node:
    """Describe each parameter that several operations have once: replaces it by a reference, and returns the components
    by name, such as `limit` and `created_at.gte`. Parameters of one name that differ get a number."""
    operations = [operation for item in paths.values() for method, operation in item.items() if method != "parameters"]
    counts = Counter(_key(p) for operation in operations for p in operation.get("parameters", []))
    shared: Node = {}
    names: dict[str, str] = {}
    for operation in operations:
        for index, parameter in enumerate(operation.get("parameters", [])):
            key = _key(parameter)
            if counts[key] < 2:
                continue
            if key not in names:
                same = sum(1 for p in shared.values() if p["name"] == parameter["name"])
                names[key] = f"{parameter['name']}{same + 1 if same else ''}"
                shared[names[key]] = parameter
            operation["parameters"][index] = {"$ref": f"#/components/parameters/{names[key]}"}
    return shared


def resolved(parameter: Node, document: Node) -> Node:
    """A parameter, which may be a reference to a shared one."""
    if "$ref" not in parameter:
        return parameter
    shared: Node = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return shared


def _key(parameter: Node) -> str:
    return json.dumps(parameter, sort_keys=True)
