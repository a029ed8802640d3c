"""Dataclasses as JSON, by pydantic."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def model_response(model: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_adapter(model.__class__).dump_json(model), status, headers=headers, media_type="application/json")


def json_object(model: Any) -> dict[str, Any]:
    """The model as values that `json.dumps` accepts."""
    dumped: dict[str, Any] = _adapter(model.__class__).dump_python(model, mode="json")
    return dumped
