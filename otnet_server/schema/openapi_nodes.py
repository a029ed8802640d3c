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
