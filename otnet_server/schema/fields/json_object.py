"""A JSON object whose content another part of the server validates, such as the settings of a scheduler."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.text import several_lines

MAX_BYTES = 50_000
MAX_DEPTH = 10
MAX_INTEGER = 2**53 - 1  # larger ones lose digits in JavaScript


def json_object(value: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError for what can't be stored, or is too large or too deep."""
    for depth, item in _items(value, 1):
        if depth > MAX_DEPTH:
            raise ValueError(f"must not be nested more than {MAX_DEPTH} levels deep")
        if isinstance(item, str):
            several_lines(item)
        elif isinstance(item, int | float) and not abs(item) <= MAX_INTEGER:
            raise ValueError("must have numbers of at most 15 digits")
    if len(json.dumps(value)) > MAX_BYTES:
        raise ValueError(f"must be at most {MAX_BYTES} bytes of JSON")
    return value


def _items(value: Any, depth: int) -> Iterator[tuple[int, Any]]:
    """Every key and value with its depth. Nothing below `MAX_DEPTH` is visited."""
    yield depth, value
    if depth <= MAX_DEPTH and isinstance(value, dict | list):
        children = [*value, *value.values()] if isinstance(value, dict) else value
        for child in children:
            yield from _items(child, depth + 1)


@dataclass(frozen=True, kw_only=True)
class JsonObject(Field):
    type: ClassVar[str] = "json"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    default: Any = dataclass_field(default_factory=dict)

    def annotation(self) -> Any:
        schema = {"type": "object", "additionalProperties": True}
        return Annotated[dict[str, Any], AfterValidator(json_object), WithJsonSchema(schema)]

    def shape(self) -> Mapping[str, Any]:
        return {}
