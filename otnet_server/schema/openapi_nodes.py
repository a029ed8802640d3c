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


def problem_response(description: str, headers: Node | None = None) -> Node:
    return {"description": description, **({"headers": headers} if headers else {}),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}  # fmt: skip


RETRY_AFTER = {"Retry-After": header("The seconds after which the request may be repeated.")}
# The responses that many operations have, as `components.responses`.
SHARED_RESPONSES: Node = {
    "Malformed": problem_response("The query or the body is malformed."),
    "Unauthorized": problem_response("The credentials are missing or not valid."),
    "Forbidden": problem_response("The caller's role or scopes do not allow this operation."),
    "TooLarge": problem_response("The body is too large."),
    "NotJson": problem_response("The body is not JSON."),
    "Invalid": problem_response("Some fields are not valid; `errors` names each."),
    "TooManyRequests": problem_response("Too many requests.", RETRY_AFTER),
    "Unavailable": problem_response("A part of the server is temporarily not available.", RETRY_AFTER),
}


def shared_response(name: str) -> Node:
    assert name in SHARED_RESPONSES
    return {"$ref": f"#/components/responses/{name}"}


def common_problems(*, credentials: bool = True) -> Node:
    """The problems that any operation may respond with. `credentials`: it may refuse callers for their rights."""
    refused = {"401": shared_response("Unauthorized"), **({"403": shared_response("Forbidden")} if credentials else {})}
    return {**refused, "429": shared_response("TooManyRequests"), "503": shared_response("Unavailable")}


def body_problems() -> Node:
    """The problems that any operation with a JSON body may respond with."""
    return {"413": shared_response("TooLarge"), "415": shared_response("NotJson"), "422": shared_response("Invalid")}


def file_operation(surface: Surface, tag: str, id: str, summary: str, responses: Node, **more: Any) -> Node:
    """An operation that is not on the fields of a resource."""
    described = {"operationId": f"{surface}_{id}", "tags": [tag], "summary": summary}
    return {**described, **more, "responses": {**common_problems(), **responses}}


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


def resolved(node: Node, document: Node) -> Node:
    """A parameter or a response, which may be a reference to a shared one."""
    if "$ref" not in node:
        return node
    kind, name = node["$ref"].split("/")[-2:]
    shared: Node = document["components"][kind][name]
    return shared


def _key(parameter: Node) -> str:
    return json.dumps(parameter, sort_keys=True)
