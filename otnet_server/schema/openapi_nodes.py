"""Nodes that the OpenAPI documents of the surfaces are made of. Pure."""

from __future__ import annotations

from typing import Any

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


def query_parameter(name: str, schema: Node, description: str) -> Node:
    """A parameter of the query; the values of an array are separated by commas."""
    commas = {"style": "form", "explode": False} if schema["type"] == "array" else {}
    return {"name": name, "in": "query", "schema": schema, "description": description, **commas}
