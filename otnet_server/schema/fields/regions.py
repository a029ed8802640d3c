"""Geographic availability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage

Country = Annotated[str, Check(pattern=r"^[A-Z]{2}$")]


class RegionRule(BaseModel):
    """Available only in these countries (`allow`), or everywhere except in them (`deny`). ISO 3166-1 alpha-2."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["allow", "deny"]
    countries: Annotated[list[Country], Check(max_length=250)]


@dataclass(frozen=True, kw_only=True)
class Regions(Field):
    type: ClassVar[str] = "regions"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def annotation(self) -> Any:
        return RegionRule

    def clean(self, value: Any) -> Any:
        return value.model_dump() if isinstance(value, RegionRule) else value

    def shape(self) -> Mapping[str, Any]:
        return {}
