"""The translatable fields of a record in other languages, side by side with the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.text import SEVERAL_LINES, several_lines
from otnet_server.schema.fields.words import TAG

LONGEST, MOST = 20_000, 60  # characters of one text; languages
Tag = Annotated[str, Check(pattern=TAG)]
Word = Annotated[str, Check(max_length=LONGEST), AfterValidator(several_lines)]


@dataclass(frozen=True, kw_only=True)
class Translations(Field):
    """`{"de": {"title": "…", "synopsis": "…"}}`; `of` names the fields."""

    type: ClassVar[str] = "translations"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    of: tuple[str, ...]

    def annotation(self) -> Any:
        def known(value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
            strange = {name for words in value.values() for name in words} - set(self.of)
            if strange:
                raise ValueError(f"may translate {', '.join(self.of)}, not {', '.join(sorted(strange))}")
            return value

        word = {"type": "string", "maxLength": LONGEST, "pattern": SEVERAL_LINES}
        words = {"type": "object", "properties": {n: word for n in self.of}, "additionalProperties": False}
        schema = {"type": "object", "patternProperties": {TAG: words}, "additionalProperties": False,
                  "maxProperties": MOST}  # fmt: skip
        return Annotated[
            dict[Tag, dict[str, Word]], Check(max_length=MOST), AfterValidator(known), WithJsonSchema(schema)
        ]

    def shape(self) -> Mapping[str, Any]:
        return {"of": list(self.of)}
