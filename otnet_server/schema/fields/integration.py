"""Fields for programs that keep records in step with another system: the id there, and values of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.text import SEVERAL_LINES, SOME_TEXT, Text, one_line, several_lines

MAX_KEYS = 50
MAX_KEY_LENGTH = 40
MAX_VALUE_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class ExternalId(Text):
    """The id of a record in another system: one line that is not empty."""

    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "null")
    max: int = 200

    def annotation(self) -> Any:
        form = Check(min_length=1, max_length=self.max, json_schema_extra={"pattern": SOME_TEXT})
        return Annotated[str, form, AfterValidator(one_line)]


def _check_keys(value: dict[str, str]) -> dict[str, str]:
    for key in value:
        if not key.strip() or len(key) > MAX_KEY_LENGTH or one_line(key) != key:
            raise ValueError(f"must have keys of one line with 1 to {MAX_KEY_LENGTH} characters")
    return value


@dataclass(frozen=True, kw_only=True)
class Metadata(Field):
    """`{"key": "value"}`, which OTNet stores and does not interpret."""

    type: ClassVar[str] = "metadata"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    default: Any = dataclass_field(default_factory=dict)

    def annotation(self) -> Any:
        value = Annotated[str, Check(max_length=MAX_VALUE_LENGTH), AfterValidator(several_lines)]
        schema = {
            "type": "object",
            "maxProperties": MAX_KEYS,
            "propertyNames": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": SOME_TEXT},
            "additionalProperties": {"type": "string", "maxLength": MAX_VALUE_LENGTH, "pattern": SEVERAL_LINES},
        }
        return Annotated[
            dict[str, value], Check(max_length=MAX_KEYS), AfterValidator(_check_keys), WithJsonSchema(schema)
        ]

    def shape(self) -> Mapping[str, Any]:
        return {"max_length": MAX_VALUE_LENGTH}
