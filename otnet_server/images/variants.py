"""One picture and the sizes that there are of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WIDTHS = (160, 320, 480, 640, 960, 1280, 1920)


@dataclass(frozen=True)
class Picture:
    """What it is made from (a key of the store), where its variants are, and its size in pixels."""

    key: str
    base: str
    width: int
    height: int
    alt: str = ""

    @property
    def widths(self) -> list[int]:
        return widths(self.width)

    @property
    def shape(self) -> str:
        """Which place it fits: `poster`, `square` or `still`."""
        ratio = self.width / max(1, self.height)
        return "poster" if ratio < 0.9 else "square" if ratio < 1.2 else "still"

    def src(self, width: int, ending: str = "jpg") -> str:
        """The variant that is wide enough for `width`, or the widest."""
        return f"{self.base}/{next((w for w in self.widths if w >= width), self.widths[-1])}.{ending}"

    def shown(self) -> dict[str, Any]:
        return {"base": self.base, "width": self.width, "height": self.height, "widths": self.widths, "alt": self.alt}


def widths(width: int) -> list[int]:
    """Those that are not larger than the picture; the smallest when all are. Pure."""
    return [w for w in WIDTHS if w <= width] or [WIDTHS[0]]


def of_artwork(row: Any) -> Picture | None:
    """The picture of a row of artwork that has one. Pure."""
    file = row["file"]
    if not file:
        return None
    version = file["key"].rpartition("/")[2].partition(".")[0]
    base = f"/images/a/{row['id']}/{version}"
    return Picture(file["key"], base, file["width"], file["height"], row["alternative"] or "")
