"""Translations of a record's fields into other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.text import SEVERAL_LINES, several_lines
from otnet_server.schema.fields.words import TAG

MAX_TEXT_LENGTH = 20_000
MAX_LANGUAGES = 60
Tag = Annotated[str, Check(pattern=TAG)]
TranslatedText = Annotated[str, Check(max_length=MAX_TEXT_LENGTH), AfterValidator(several_lines)]


@dataclass(frozen=True, kw_only=True)
class Translations(Field):
    """`{"de": {"title": "…", "synopsis": "…"}}`; `fields` are those that can be translated."""

    type: ClassVar[str] = "translations"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    fields: tuple[str, ...]

    def annotation(self) -> Any:
        def check_fields(value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
            unknown = {name for texts_schema in value.values() for name in texts_schema} - set(self.fields)
            if unknown:
                raise ValueError(f"must only translate {', '.join(self.fields)}, not {', '.join(sorted(unknown))}")
            return value

        text_schema = {"type": "string", "maxLength": MAX_TEXT_LENGTH, "pattern": SEVERAL_LINES}
        texts_schema = {
            "type": "object",
            "properties": {n: text_schema for n in self.fields},
            "additionalProperties": False,
        }
        schema = {"type": "object", "patternProperties": {TAG: texts_schema}, "additionalProperties": False,
                  "maxProperties": MAX_LANGUAGES}  # fmt: skip
        return Annotated[
            dict[Tag, dict[str, TranslatedText]],
            Check(max_length=MAX_LANGUAGES),
            AfterValidator(check_fields),
            WithJsonSchema(schema),
        ]

    def shape(self) -> Mapping[str, Any]:
        return {"of": list(self.fields)}
