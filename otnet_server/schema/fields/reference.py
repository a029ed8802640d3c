"""References to another record, and ordered lists of references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.choice import check_unique

ID = r"^[0-9a-f]{12}$"
Id = Annotated[str, Check(pattern=ID)]


@dataclass(frozen=True, kw_only=True)
class Reference(Field):
    """The id of a record of the resource `to`.

    `on_delete` says what a deletion of that record does to this one. `part`: this record is deleted with it. Otherwise
    that record is in use, and its deletion is refused unless the request says `cascade=true`, which deletes this record
    (`cascade`) or sets the reference to null (`clear`).
    """

    type: ClassVar[str] = "reference"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "null")
    to: str
    on_delete: Literal["part", "cascade", "clear"] = "clear"
    filtered: bool = True

    def annotation(self) -> Any:
        return Id

    def shape(self) -> Mapping[str, Any]:
        return {"resource": self.to}


@dataclass(frozen=True, kw_only=True)
class References(Reference):
    """An ordered list of ids. `clear` removes the deleted record from the list."""

    type: ClassVar[str] = "references"
    storage: ClassVar[Storage] = "links"
    operators: ClassVar[tuple[Operator, ...]] = ("eq",)
    max: int = 100

    def annotation(self) -> Any:
        return Annotated[
            list[Id], Check(max_length=self.max, json_schema_extra={"uniqueItems": True}), AfterValidator(check_unique)
        ]

    def shape(self) -> Mapping[str, Any]:
        return {"resource": self.to, "many": True}
