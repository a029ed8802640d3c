"""The OpenAPI documents of the three surfaces, generated once."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from otnet_server.api.release import release
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi import document


@lru_cache
def openapi_of(surface: Surface) -> dict[str, Any]:
    return document(SCHEMA, surface, release())


@lru_cache
def openapi_json(surface: Surface) -> bytes:
    return json.dumps(openapi_of(surface), ensure_ascii=False, separators=(",", ":")).encode()
