"""Text with a format: URLs, host names, e-mail addresses, language tags, time zones, colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, WithJsonSchema
from pydantic import Field as Check

from otnet_server.schema.field import Field, Operator
from otnet_server.schema.fields.text import Text, one_line

BLANKS = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
PORT = r"(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4})"
HOST = rf"[^{BLANKS}/?#@\\<>\"\[\]:]+(:{PORT})?"
URL = rf"^https?://{HOST}([/?#][^{BLANKS}<>\"\\\[\]]*)?$"
RTMP_URL = rf"^rtmps?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]+(:{PORT})?/[A-Za-z0-9._/-]*[A-Za-z0-9]$"
LABEL = r"([a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = rf"^([a-z0-9]{LABEL}\.)*[a-z]{LABEL}$"
# BLANKS instead of \s, which does not mean the same in Python as in JavaScript and OpenAPI.
EMAIL = rf"^[^@{BLANKS}<>\"(),:;\\\[\]]{{1,64}}@[A-Za-z0-9-]{{1,63}}(\.[A-Za-z0-9-]{{1,63}})+$"
ZONE = r"^[A-Za-z][A-Za-z0-9_+/-]*$"
TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"


def url(text: str) -> str:
    if not (re.fullmatch(URL, one_line(text)) and _has_host(text)):
        raise ValueError("must be a URL such as https://example.org/path")
    return text


def _has_host(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # a character that normalizes to “/”
        return False


def host_name(text: str) -> str:
    if not re.fullmatch(HOST_NAME, text, re.ASCII | re.IGNORECASE):
        raise ValueError("must be a host name such as tv.example.org, without scheme and port")
    return text.lower()


def email(text: str) -> str:
    if not re.fullmatch(EMAIL, one_line(text)):
        raise ValueError("must be an e-mail address such as ann@example.org")
    return text.lower()


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA time zone database (RFC 9557 §3.1)."""
    return frozenset(available_timezones() - {"localtime", "Factory"} | {"UTC"})


def time_zone(text: str) -> str:
    if text not in time_zones():
        raise ValueError("must be the IANA name of a time zone such as Europe/Berlin or UTC")
    return text


@dataclass(frozen=True, kw_only=True)
class Url(Field):
    """An http or https URL."""

    type: ClassVar[str] = "url"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "null")

    def annotation(self) -> Any:
        return Annotated[
            str,
            Check(max_length=2000),
            AfterValidator(url),
            WithJsonSchema({"type": "string", "maxLength": 2000, "pattern": URL}),
        ]


@dataclass(frozen=True, kw_only=True)
class RtmpUrl(Text):
    """The address of an RTMP or RTMPS server with its application, without a stream key."""

    max: int = 1000

    def annotation(self) -> Any:
        return Annotated[
            str,
            Check(max_length=self.max),
            WithJsonSchema({"type": "string", "maxLength": self.max, "pattern": RTMP_URL}),
        ]


@dataclass(frozen=True, kw_only=True)
class HostName(Text):
    """A host name (RFC 1123 §2.1) without a port, stored in lower case. IP addresses are refused."""

    max: int = 253

    def annotation(self) -> Any:
        pattern = HOST_NAME.replace("a-z", "A-Za-z")
        return Annotated[
            str,
            Check(max_length=self.max),
            AfterValidator(host_name),
            WithJsonSchema({"type": "string", "maxLength": self.max, "pattern": pattern}),
        ]


@dataclass(frozen=True, kw_only=True)
class Email(Field):
    type: ClassVar[str] = "email"
    operators: ClassVar[tuple[Operator, ...]] = ("eq", "contains")

    def annotation(self) -> Any:
        return Annotated[
            str,
            Check(max_length=250),
            AfterValidator(email),
            WithJsonSchema({"type": "string", "maxLength": 250, "pattern": EMAIL}),
        ]


@dataclass(frozen=True, kw_only=True)
class Language(Field):
    """A language tag (BCP 47, RFC 5646): `de`, `pt-BR`, `zh-Hant`."""

    type: ClassVar[str] = "language"

    def annotation(self) -> Any:
        return Annotated[str, Check(pattern=TAG)]


@dataclass(frozen=True, kw_only=True)
class TimeZone(Text):
    """The IANA name of a time zone: `Europe/Berlin`."""

    max: int = 60

    def annotation(self) -> Any:
        schema = WithJsonSchema({"type": "string", "maxLength": self.max, "pattern": ZONE})
        return Annotated[str, Check(max_length=self.max), AfterValidator(time_zone), schema]


@dataclass(frozen=True, kw_only=True)
class Color(Field):
    """A colour in lower-case hexadecimal: `#3d7eff`."""

    type: ClassVar[str] = "color"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def annotation(self) -> Any:
        return Annotated[str, Check(pattern=r"^#[0-9a-f]{6}$")]
