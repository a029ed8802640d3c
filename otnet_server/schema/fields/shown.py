"""Read-only values: objects, computed values, images; and write-only secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from otnet_server.schema.field import Field, Operator, Storage


@dataclass(frozen=True, kw_only=True)
class Object(Field):
    """Stored JSON without a schema."""

    type: ClassVar[str] = "object"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    read_only: bool = True

    def annotation(self) -> Any:
        return dict[str, Any] | list[Any]


@dataclass(frozen=True, kw_only=True)
class Computed(Object):
    """JSON that is computed when the record is read."""

    storage: ClassVar[Storage] = "nowhere"

    def annotation(self) -> Any:
        return Any


@dataclass(frozen=True, kw_only=True)
class Image(Computed):
    """`{"url", "width", "height"}` of an image that was uploaded on its own route."""

    type: ClassVar[str] = "image"


@dataclass(frozen=True, kw_only=True)
class Secret(Field):
    """A write-only value; only a hash or a ciphertext of it is stored."""

    type: ClassVar[str] = "secret"
    operators: ClassVar[tuple[Operator, ...]] = ()
    write_only: bool = True
    min: int = 10

    def annotation(self) -> Any:
        from typing import Annotated

        from pydantic import Field as Check

        return Annotated[str, Check(min_length=self.min, max_length=1000)]
