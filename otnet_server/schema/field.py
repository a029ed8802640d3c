"""The base class of fields. Each file of `fields/` holds one type.

A field declares how a value is validated (`annotation`, a pydantic type), stored (`storage`), filtered (`operators`)
and presented (`label`, `help`, `group`). Database columns, OpenAPI, the studio's forms and the tools of an AI
assistant are derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

from otnet_server.schema.deprecation import Deprecated

Storage = Literal["text", "integer", "number", "boolean", "json", "links", "nowhere"]
Operator = Literal["eq", "not", "contains", "gte", "lte", "null"]


class Surface(StrEnum):
    """One of the three REST APIs: for people in the studio, for anybody, and for other programs."""

    DASHBOARD = "dashboard"
    PUBLIC = "public"
    PARTNER = "partner"


ALL = frozenset(Surface)
STUDIO = frozenset({Surface.DASHBOARD})
STAFF = frozenset({Surface.DASHBOARD, Surface.PARTNER})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a resource. `surfaces` are those that return it; a field is writable where the surface also has
    the verb."""

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
    deprecated: Deprecated | None = None

    def annotation(self) -> Any:
        """The pydantic type of a value other than null."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """The stored form of a valid value."""
        return value

    def parse(self, text: str) -> Any:
        """The value of a filter in a query string. Raises ValueError with a reason such as “must be a number”."""
        return text

    def query_schema(self) -> Mapping[str, Any]:
        """The JSON Schema of a filter's value, as `parse` accepts it."""
        return {"type": "string"}

    def shape(self) -> Mapping[str, Any]:
        """Properties for the studio's forms that only this type has."""
        return {}

    @property
    def writable(self) -> bool:
        return not self.read_only and self.storage != "nowhere"

    @property
    def allowed_operators(self) -> tuple[Operator, ...]:
        if not self.filtered:
            return ()
        return tuple(o for o in self.operators if o != "null" or not self.required)
