"""Titles that can't be played on a channel are refused when they are scheduled."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.suitability import REMEDY, reason
from otnet_server.channels.unsuitable_titles import unsuitable_titles
from otnet_server.errors import FieldError


async def unsuitable(c: AsyncConnection, field: str, contents: Sequence[str]) -> list[FieldError]:
    """An error of the field for each of these contents that a channel can't play."""
    if not contents:
        return []
    return [
        FieldError(field, "unsuitable", f"has a title that can't be used: {reason(title, codec)}", REMEDY)
        for _, title, codec in await unsuitable_titles(c, contents)
    ]
