"""Whole numbers, numbers, and lengths of time in whole seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage

WHOLE = re.compile(r"-?[0-9]{1,16}")
MOST = 2**31 - 1  # what every database's integers hold
LARGEST = 2**53 - 1  # what JavaScript counts exactly


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 2.0 is 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, kw_only=True)
class Integer(Field):
    type: ClassVar[str] = "integer"
    storage: ClassVar[Storage] = "integer"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not", "gte", "lte", "null")
    min: int = 0
    max: int = MOST

    def annotation(self) -> Any:
        return Annotated[int, Check(ge=self.min, le=self.max, strict=True), BeforeValidator(_whole)]

    def parse(self, text: str) -> int:
        if not WHOLE.fullmatch(text):
            raise ValueError("must be a whole number")
        value = int(text)
        if abs(value) > MOST:
            raise ValueError("is too large")
        return value

    def asked(self) -> Mapping[str, Any]:
        return {"type": "integer", "minimum": -MOST, "maximum": MOST}

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
        if not abs(value) <= LARGEST:
            raise ValueError("must be a finite number")
        return value

    def asked(self) -> Mapping[str, Any]:
        return {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}

    def shape(self) -> Mapping[str, Any]:
        return {"minimum": self.min, "maximum": self.max}
