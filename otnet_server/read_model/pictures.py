"""A picture and the widths of its variants. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, computed_field

WIDTHS = (160, 320, 480, 640, 960, 1280, 1920)


@dataclass(frozen=True)
class Picture:
    """A picture with variants in several widths: `{base}/{width}.avif`, `.webp` or `.jpg`. `width` and `height` are its
    size in pixels, `alt` its text alternative. `key` is the storage key of its source."""

    key: Annotated[str, Field(exclude=True)]
    base: str
    width: int
    height: int
    alt: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def widths(self) -> list[int]:
        return widths(self.width)

    @property
    def shape(self) -> str:
        """`poster`, `square` or `still`, by its aspect ratio."""
        ratio = self.width / max(1, self.height)
        return "poster" if ratio < 0.9 else "square" if ratio < 1.2 else "still"

    def src(self, width: int, ending: str = "jpg") -> str:
        """The URL of the smallest variant that is at least `width` wide, or of the widest."""
        return f"{self.base}/{next((w for w in self.widths if w >= width), self.widths[-1])}.{ending}"


def widths(width: int) -> list[int]:
    """The variant widths of a picture: those not larger than it, but at least the smallest. Pure."""
    return [w for w in WIDTHS if w <= width] or [WIDTHS[0]]


def artwork_picture(id: str, file: Mapping[str, Any] | None, alternative: str | None) -> Picture | None:
    """The picture of artwork, or None without a file. Pure."""
    if not file:
        return None
    version = file["key"].rpartition("/")[2].partition(".")[0]
    base = f"/images/a/{id}/{version}"
    return Picture(file["key"], base, file["width"], file["height"], alternative or "")
