"""Calendar dates, and timestamps in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema

from otnet_server.schema.field import Field, Operator

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"


def day(text: str) -> str:
    """An ISO 8601 calendar date."""
    if not re.fullmatch(DAY, text):
        raise ValueError("must be a date such as 2026-11-21")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("must be a date that exists") from None


def moment(text: str) -> str:
    """A timestamp with an offset (RFC 3339 §5.6), converted to UTC with milliseconds: text order is time order."""
    if not re.fullmatch(MOMENT, text):
        raise ValueError("must be a timestamp such as 2026-11-21T18:00:00Z")
    try:
        return utc(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        raise ValueError("must be a timestamp that exists") from None


def utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, kw_only=True)
class Date(Field):
    type: ClassVar[str] = "date"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "gte", "lte", "null")

    def annotation(self) -> Any:
        return Annotated[str, AfterValidator(day), WithJsonSchema({"type": "string", "format": "date"})]

    def parse(self, text: str) -> str:
        return day(text)

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    type: ClassVar[str] = "moment"
    operators: ClassVar[tuple[Operator, ...]] = ("gte", "lte", "null")

    def annotation(self) -> Any:
        return Annotated[str, AfterValidator(moment), WithJsonSchema({"type": "string", "format": "date-time"})]

    def parse(self, text: str) -> str:
        return moment(text.replace(" ", "+"))

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date-time"}
