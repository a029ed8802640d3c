"""Expressions in the Common Expression Language (CEL)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator
from pydantic import Field as Check

from otnet_server.schema.field import Operator
from otnet_server.schema.fields.text import SEVERAL_LINES, Text, several_lines


@dataclass(frozen=True, kw_only=True)
class Expression(Text):
    """A CEL expression of one or several lines. Whether it compiles is checked when the record is saved."""

    type: ClassVar[str] = "expression"
    operators: ClassVar[tuple[Operator, ...]] = ("contains", "null")
    max: int = 2000

    def annotation(self) -> Any:
        form = Check(min_length=1, max_length=self.max, json_schema_extra={"pattern": SEVERAL_LINES})
        return Annotated[str, form, AfterValidator(several_lines)]
