"""Booleans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage


@dataclass(frozen=True, kw_only=True)
class Boolean(Field):
    type: ClassVar[str] = "boolean"
    storage: ClassVar[Storage] = "boolean"
    operators: ClassVar[tuple[Operator, ...]] = ("eq",)

    def annotation(self) -> Any:
        return Annotated[bool, Check(strict=True)]

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError("must be true or false")
        return text == "true"

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "boolean"}
