"""Slugs: readable identifiers in URLs, of lower-case letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator

PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


@dataclass(frozen=True, kw_only=True)
class Slug(Field):
    """A slug; generated from the field `source` when it is left out."""

    type: ClassVar[str] = "slug"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "not")
    source: str = "name"

    def annotation(self) -> Any:
        return Annotated[str, Check(min_length=1, max_length=120, pattern=PATTERN)]

    def shape(self) -> Mapping[str, Any]:
        return {"max_length": 120, "source": self.source}


def slug_of(text: str) -> str:
    """`Das Schöne – Teil 2` → `das-schone-teil-2`. Letters without an ASCII equivalent are dropped."""
    folded = unicodedata.normalize("NFKD", text).replace("ß", "ss").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:100].strip("-") or "untitled"
