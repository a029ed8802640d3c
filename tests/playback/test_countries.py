"""Databases of countries: the files of operators, and the included one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from otnet_server.errors import ConfigError
from otnet_server.playback import countries
from otnet_server.playback.countries import country_of, open_database


def write_database(file: Path, records: dict[str, Any], ip_version: int = 6) -> Path:
    """A MaxMind DB file with one record for each network."""
    writer = MMDBWriter(ip_version=ip_version, ipv4_compatible=ip_version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(file))
    return file


@pytest.mark.parametrize(
    ("record", "country"),
    [
        ({"country": {"iso_code": "DE", "names": {"en": "Germany"}}}, "DE"),
        ({"country_code": "fr"}, "FR"),
        ({"country": "AT"}, "AT"),
        ({"continent": {"code": "EU"}}, None),
        ({"country": {"iso_code": None}}, None),
        ({"country": "Germany"}, None),
        ({"country": 7}, None),
        (None, None),
        ("DE", None),
        ([], None),
    ],
)
def test_country_of_a_record(record: Any, country: str | None) -> None:
    assert country_of(record) == country


def test_file_of_the_operator(tmp_path: Path) -> None:
    records = {"198.51.100.0/24": {"country": {"iso_code": "DE"}}, "2001:db8::/32": {"country": {"iso_code": "FR"}}}
    database = open_database(write_database(tmp_path / "own.mmdb", records))
    assert database is not None
    assert database.name.endswith("own.mmdb") and database.date is not None and len(database.date) == 10
    for address, country in {
        "198.51.100.9": "DE", "::ffff:198.51.100.9": "DE", "2001:db8::1": "FR", "2001:db8::1%eth0": "FR",
        "203.0.113.1": None, "::1": None, "": None, "x": None, "198.51.100.9, 203.0.113.1": None, "1.2.3": None,
    }.items():  # fmt: skip
        assert database.country(address) == country, address


def test_file_without_ipv6(tmp_path: Path) -> None:
    database = open_database(write_database(tmp_path / "four.mmdb", {"198.51.100.0/24": {"country": "DE"}}, 4))
    assert database is not None
    assert (database.country("198.51.100.1"), database.country("2001:db8::1")) == ("DE", None)


@pytest.mark.parametrize("content", [None, b"", b"no database", b"\0" * 5000])
def test_unreadable_file_is_a_configuration_error(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "broken.mmdb"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.mmdb can't be read"):
        open_database(file)


def test_included_database() -> None:
    """Addresses that have belonged to the same registries for decades."""
    database = open_database(None)
    assert database is not None and database.name.startswith("iptocc ")
    assert database.date is not None and len(database.date) == 10
    assert (database.country("8.8.8.8"), database.country("193.99.144.80")) == ("US", "DE")
    for local in ("127.0.0.1", "10.0.0.1", "192.168.1.2", "169.254.1.1", "::1", "fe80::1%eth0", "fd00::1"):
        assert database.country(local) is None, local


def test_without_the_package_there_is_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(countries, "PACKAGE", "no-such-package")
    assert open_database(None) is None
