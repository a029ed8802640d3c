"""The country of an address, for titles that are available in some countries only.

The database is a file that the operator names (`server.country_database`, in the MaxMind DB format), or else that of
the package `iptocc`: the countries to which the registries have assigned addresses. It is read once, at the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

import maxminddb

from otnet_server.errors import ConfigError

PACKAGE = "iptocc"


@dataclass(frozen=True)
class CountryDatabase:
    """`find` returns the country code (ISO 3166-1 alpha-2) of an address in canonical form, or None. `date` is the day
    on which the data was built, if that is known."""

    name: str
    date: str | None
    find: Callable[[str], str | None]

    def country(self, address: str) -> str | None:
        """The country of an address, None when it is not known, such as for an address of a local network."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return None
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        return self.find(str(parsed))


def open_database(path: Path | None) -> CountryDatabase | None:
    """The database in a file, else that of the package, else None. Raises ConfigError when the file can't be read."""
    if path is None:
        return _packaged_database()
    try:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as e:
        raise ConfigError(
            "country_database",
            f"The country database {path} can't be read: {e}.",
            "Set server.country_database to a file in the MaxMind DB format (.mmdb), or remove the setting.",
        ) from e
    built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC).date().isoformat()
    return CountryDatabase(str(path), built, lambda address: country_of(_record(reader, address)))


def _record(reader: maxminddb.Reader, address: str) -> Any:
    try:
        return reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):  # such as an IPv6 address in a database of IPv4 addresses
        return None


def country_of(record: Any) -> str | None:
    """The country code in a record, in the forms of the usual databases: `{"country": {"iso_code": "DE"}}` (MaxMind,
    DB-IP), `{"country_code": "DE"}` or `{"country": "DE"}` (others). Pure."""
    if not isinstance(record, Mapping):
        return None
    country = record.get("country_code") or record.get("country")
    code = country.get("iso_code") if isinstance(country, Mapping) else country
    return code.upper() if isinstance(code, str) and len(code) == 2 else None


def _packaged_database() -> CountryDatabase | None:
    try:
        import iptocc

        installed = distribution(PACKAGE)
    except (ImportError, PackageNotFoundError):
        return None

    def find(address: str) -> str | None:
        code = iptocc.country_code(address)
        return code if isinstance(code, str) else None

    boms = [f for f in installed.files or () if f.name.endswith(".cyclonedx.json")]  # PEP 770
    built = json.loads(boms[0].read_text("utf-8")).get("metadata", {}).get("timestamp", "")[:10] if boms else ""
    return CountryDatabase(f"{PACKAGE} {installed.version}", built or None, find)
