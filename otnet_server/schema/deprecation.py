"""Deprecation of fields, actions and routes: one declaration, from which headers and documentation are derived. Pure.

A response to a request that uses something deprecated has the headers Deprecation (RFC 9745), Sunset (RFC 8594) if an
end is known, and a link to the changelog, which says what to use instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime

CHANGELOG = "/docs/changelog"


@dataclass(frozen=True)
class Deprecated:
    """`since` and `sunset` are days in UTC, at whose beginning it becomes deprecated and stops working. `use` names
    what to use instead."""

    since: date
    use: str
    sunset: date | None = None

    @property
    def text(self) -> str:
        """For the documentation: `Deprecated since 2027-01-01, until 2028-01-01: use slug.`"""
        until = f", until {self.sunset.isoformat()}" if self.sunset else ""
        return f"Deprecated since {self.since.isoformat()}{until}: use {self.use}."


def headers(used: Sequence[Deprecated]) -> dict[str, str]:
    """The headers of a response to a request that used these. The earliest dates count."""
    if not used:
        return {}
    sunsets = [d.sunset for d in used if d.sunset is not None]
    since = _moment(min(d.since for d in used))
    values = {
        "Deprecation": f"@{int(since.timestamp())}",
        "Link": f'<{CHANGELOG}>; rel="deprecation"; type="text/html"',
    }
    return values | ({"Sunset": format_datetime(_moment(min(sunsets)), usegmt=True)} if sunsets else {})


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
