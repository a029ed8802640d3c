"""Lists of web sites, each as its origin (RFC 6454 §6.2): scheme, host and, unless it is the default, port."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator, Storage
from otnet_server.schema.fields.words import PORT

MAX_ORIGINS = 100
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
ORIGIN = rf"^https?://(\*\.)?{LABEL}(\.{LABEL})*(:{PORT})?$"


def origin(text: str) -> str:
    if not re.fullmatch(ORIGIN, text):
        raise ValueError("must be a site such as https://example.org or https://*.example.org, in lower case")
    return text


@dataclass(frozen=True, kw_only=True)
class Origins(Field):
    """A list of sites; a leading `*.` matches every subdomain."""

    type: ClassVar[str] = "origins"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def annotation(self) -> Any:
        shape = WithJsonSchema({"type": "string", "maxLength": 300, "pattern": ORIGIN})
        site = Annotated[str, Check(max_length=300), AfterValidator(origin), shape]
        return Annotated[list[site], Check(max_length=MAX_ORIGINS)]

    def shape(self) -> Mapping[str, Any]:
        return {}
