"""Text of one line, and of several lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator

CONTROL = {*range(32), 127}
# The same rules as regular expressions, for OpenAPI.
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
SOME_TEXT = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x1f\x7f]*$"
SEVERAL_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def one_line(value: str) -> str:
    if any(ord(c) in CONTROL for c in value):
        raise ValueError("must be one line without control characters")
    return check_unicode(value)


def several_lines(value: str) -> str:
    if any(ord(c) in CONTROL - {9, 10, 13} for c in value):
        raise ValueError("must not contain control characters")
    return check_unicode(value)


def check_unicode(value: str) -> str:
    """Raises ValueError for an unpaired surrogate, which neither UTF-8 nor a database can store."""
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValueError("must be valid Unicode text")
    return value


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """One line, at most `max` characters."""

    type: ClassVar[str] = "text"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "contains", "null")
    max: int = 300

    def annotation(self) -> Any:
        min_length, pattern = (1, SOME_TEXT) if self.required else (0, ONE_LINE)
        form = Check(min_length=min_length, max_length=self.max, json_schema_extra={"pattern": pattern})
        return Annotated[str, form, AfterValidator(one_line)]

    def shape(self) -> Mapping[str, Any]:
        return {"max_length": self.max}


@dataclass(frozen=True, kw_only=True)
class Markdown(Text):
    """Several lines; Markdown is allowed and treated as untrusted input."""

    type: ClassVar[str] = "markdown"
    operators: ClassVar[tuple[Operator, ...]] = ("contains", "null")
    max: int = 20_000

    def annotation(self) -> Any:
        form = Check(max_length=self.max, json_schema_extra={"pattern": SEVERAL_LINES})
        return Annotated[str, form, AfterValidator(several_lines)]
