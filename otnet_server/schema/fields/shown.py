"""Values that the server gives and nobody writes: objects, pictures, secrets that are shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from otnet_server.schema.field import Field, Operator, Storage


@dataclass(frozen=True, kw_only=True)
class Object(Field):
    """Free JSON, stored."""

    type: ClassVar[str] = "object"
    storage: ClassVar[Storage] = "json"
    operators: ClassVar[tuple[Operator, ...]] = ()
    read_only: bool = True

    def annotation(self) -> Any:
        return dict[str, Any] | list[Any]


@dataclass(frozen=True, kw_only=True)
class Computed(Object):
    """JSON that is worked out when the record is read."""

    storage: ClassVar[Storage] = "nowhere"

    def annotation(self) -> Any:
        return Any


@dataclass(frozen=True, kw_only=True)
class Image(Computed):
    """`{"url", "width", "height"}` of a picture that was put up on its own route."""

    type: ClassVar[str] = "image"


@dataclass(frozen=True, kw_only=True)
class Secret(Field):
    """Never read back; what is stored is a hash or sealed."""

    type: ClassVar[str] = "secret"
    operators: ClassVar[tuple[Operator, ...]] = ()
    write_only: bool = True
    min: int = 10

    def annotation(self) -> Any:
        from typing import Annotated

        from pydantic import Field as Check

        return Annotated[str, Check(min_length=self.min, max_length=1000)]
