"""The content that an upload or import names for its file, and the record that OTNet has put the file into a library.

Uploads and imports only know this interface; the control plane implements it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from otnet_server.errors import ApiError

ROLES = ("main", "trailer", "extra")


@dataclass(frozen=True)
class Target:
    """The id of the content of a file, and the role of the file in it. Without one, content is found by the name."""

    content: str = ""
    role: str = "main"


class Targets(Protocol):
    async def check(self, target: Target, owner: str) -> None:
        """Raises ApiError (404) when the organization of the owner has no such content."""

    async def announce(self, target: Target, owner: str, file: Path) -> None:
        """Called before a complete file enters its library; may be repeated. Raises ApiError (404) when the content was
        deleted."""

    async def arrived(self, file: Path) -> None:
        """Called when the file is in its library."""


class NoTargets:
    """No file belongs to content."""

    async def check(self, target: Target, owner: str) -> None:
        if target.content:
            raise unknown_content(target.content)

    async def announce(self, target: Target, owner: str, file: Path) -> None:
        pass

    async def arrived(self, file: Path) -> None:
        pass


def unknown_content(id: str) -> ApiError:
    return ApiError(404, "unknown_content", f"The content “{id[:40]}” does not exist in your organization.",
                    "Send the id of content, or leave it out.")  # fmt: skip
