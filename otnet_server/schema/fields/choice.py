"""One value of a fixed set, and lists of such values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """`options` maps each value to its label."""

    type: ClassVar[str] = "choice"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "null")
    options: Mapping[str, str]

    def annotation(self) -> Any:
        return Literal[tuple(self.options)]

    def parse(self, text: str) -> str:
        if text not in self.options:
            raise ValueError(f"must be one of: {', '.join(self.options)}")
        return text

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "enum": list(self.options)}

    def shape(self) -> Mapping[str, Any]:
        return {"options": [{"value": v, "label": label} for v, label in self.options.items()]}


@dataclass(frozen=True, kw_only=True)
class ComputedChoice(Choice):
    """A choice that is computed when the record is read."""

    storage: ClassVar[Storage] = "nowhere"
    operators: ClassVar[tuple[Operator, ...]] = ()
    read_only: bool = True


@dataclass(frozen=True, kw_only=True)
class Choices(Choice):
    """A list of options, each at most once."""

    type: ClassVar[str] = "choices"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def annotation(self) -> Any:
        return Annotated[
            list[Literal[tuple(self.options)]],  # type: ignore[misc]
            Check(max_length=len(self.options), json_schema_extra={"uniqueItems": True}),
            AfterValidator(check_unique),
        ]

    def shape(self) -> Mapping[str, Any]:
        return {**super().shape(), "many": True}


@dataclass(frozen=True, kw_only=True)
class Scopes(Choices):
    """The scopes of an API key: `content:read`, `content:write`, …"""

    type: ClassVar[str] = "scopes"


def check_unique(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("must not contain a value more than once")
    return values
