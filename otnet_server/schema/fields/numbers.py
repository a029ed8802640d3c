"""Integers, numbers, and durations in whole seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,16}")
MAX_INTEGER = 2**31 - 1  # the largest integer column of every supported database
MAX_SAFE_INTEGER = 2**53 - 1  # JavaScript's Number.MAX_SAFE_INTEGER


def _integral_float_to_int(value: Any) -> Any:
    """JSON has one type of number: 2.0 is a valid integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, kw_only=True)
class Integer(Field):
    type: ClassVar[str] = "integer"
    storage: ClassVar[Storage] = "integer"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "gte", "lte", "null")
    min: int = 0
    max: int = MAX_INTEGER

    def annotation(self) -> Any:
        return Annotated[int, Check(ge=self.min, le=self.max, strict=True), BeforeValidator(_integral_float_to_int)]

    def parse(self, text: str) -> int:
        if not WHOLE_NUMBER.fullmatch(text):
            raise ValueError("must be a whole number")
        value = int(text)
        if abs(value) > MAX_INTEGER:
            raise ValueError("must be a smaller number")
        return value

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}

    def shape(self) -> Mapping[str, Any]:
        return {"minimum": self.min, "maximum": self.max}


@dataclass(frozen=True, kw_only=True)
class Duration(Integer):
    """Whole seconds."""

    type: ClassVar[str] = "duration"
    max: int = 366 * 86_400


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    type: ClassVar[str] = "number"
    storage: ClassVar[Storage] = "number"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "gte", "lte", "null")
    min: float = -1e15
    max: float = 1e15

    def annotation(self) -> Any:
        return Annotated[float, Check(ge=self.min, le=self.max, allow_inf_nan=False)]

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError("must be a number") from None
        if not abs(value) <= MAX_SAFE_INTEGER:
            raise ValueError("must be a finite number")
        return value

    def query_schema(self) -> Mapping[str, Any]:
        return {"type": "number", "minimum": -MAX_SAFE_INTEGER, "maximum": MAX_SAFE_INTEGER}

    def shape(self) -> Mapping[str, Any]:
        return {"minimum": self.min, "maximum": self.max}
