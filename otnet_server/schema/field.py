"""What a field is, whatever its type. One file of `fields/` holds one type.

A field says once how a value is checked (`annotation`, a pydantic type), how it is stored (`storage`), how
it may be filtered (`operators`) and how people meet it (label, help, group). Columns, OpenAPI, the dashboard's
forms and the tools of an AI assistant are all read off these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

Storage = Literal["text", "integer", "number", "boolean", "json", "links", "nowhere"]
Operator = Literal["eq", "not", "contains", "gte", "lte", "null"]


class Surface(StrEnum):
    """Who a request is for: people at work, anybody, or another program."""

    DASHBOARD = "dashboard"
    PUBLIC = "public"
    PARTNER = "partner"


ALL = frozenset(Surface)
STUDIO = frozenset({Surface.DASHBOARD})
STAFF = frozenset({Surface.DASHBOARD, Surface.PARTNER})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a resource. `surfaces` are those that may read it; writing needs the surface's verb too."""

    type: ClassVar[str]
    storage: ClassVar[Storage] = "text"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "null")

    label: str = ""
    help: str = ""
    group: str = "Details"
    required: bool = False
    default: Any = None
    unique: bool = False
    read_only: bool = False
    create_only: bool = False
    write_only: bool = False
    listed: bool = False
    filtered: bool = False
    sorted: bool = False
    search: int = 0
    translatable: bool = False
    surfaces: frozenset[Surface] = ALL

    def annotation(self) -> Any:
        """The pydantic type of one value, without null."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """A checked value as it is stored."""
        return value

    def parse(self, text: str) -> Any:
        """A filter's value from a query string; ValueError says what is wrong with it."""
        return text

    def query_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of what `parse` takes."""
        return {"type": "string"}

    def shape(self) -> Mapping[str, Any]:
        """What the dashboard needs to know beside the common part."""
        return {}

    @property
    def writable(self) -> bool:
        return not self.read_only and self.storage != "nowhere"

    @property
    def allowed_operators(self) -> tuple[Operator, ...]:
        if not self.filtered:
            return ()
        return tuple(o for o in self.operators if o != "null" or not self.required)
